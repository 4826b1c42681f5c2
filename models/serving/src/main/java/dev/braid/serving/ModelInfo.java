package dev.braid.serving;

import dev.braid.tensor.TensorSpec;
import java.util.List;

/**
 * What one model of a bundle is.
 *
 * @param name {@code fusion}, or the modality that it encodes
 * @param bytes the size of its file
 * @param parameters numbers that were trained or fixed when it was made
 * @param parameterBytes the memory that these take
 */
public record ModelInfo(
    String name,
    String file,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    long bytes,
    long parameters,
    long parameterBytes) {}
