package dev.braid.transforms.align;

import dev.braid.transforms.featurize.Embedding;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;

/**
 * Puts embeddings into the slices of their entities. Engines lift it in front of the shuffle, so
 * that of a flood no more is shuffled than the cap allows.
 */
final class CombineSlices extends Combine.CombineFn<Embedding, SlicesByEntity, SlicesByEntity> {
  private static final long serialVersionUID = 1L;

  private final SliceGrid grid;
  private final SceneBuilder builder;

  CombineSlices(SliceGrid grid, SceneBuilder builder) {
    this.grid = grid;
    this.builder = builder;
  }

  @Override
  public SlicesByEntity createAccumulator() {
    return new SlicesByEntity();
  }

  @Override
  public SlicesByEntity addInput(SlicesByEntity slices, Embedding embedding) {
    slices
        .slice(embedding.getEntity(), grid.sliceOf(embedding.getTime().toEpochMilli()))
        .add(embedding, builder.caps());
    return slices;
  }

  @Override
  public SlicesByEntity mergeAccumulators(Iterable<SlicesByEntity> parts) {
    SlicesByEntity whole = new SlicesByEntity();
    for (SlicesByEntity part : parts) {
      part.entities()
          .forEach(
              (entity, slices) ->
                  slices.forEach(
                      (start, slice) -> whole.slice(entity, start).add(slice, builder.caps())));
    }
    return whole;
  }

  @Override
  public SlicesByEntity extractOutput(SlicesByEntity slices) {
    return slices;
  }

  @Override
  public Coder<SlicesByEntity> getAccumulatorCoder(CoderRegistry coders, Coder<Embedding> input) {
    return SlicesByEntity.Form.of();
  }

  @Override
  public Coder<SlicesByEntity> getDefaultOutputCoder(CoderRegistry coders, Coder<Embedding> input) {
    return SlicesByEntity.Form.of();
  }
}
