package dev.braid.training.trainer;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Gives the embeddings of a data set's rows. */
interface Embedder {
  /** The embeddings {@code [rows, width]}, which belong to the open pointer scope. */
  Tensor embed(String modality, List<Integer> rows);
}
