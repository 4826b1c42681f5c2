package dev.braid.transforms.fit;

import dev.braid.featurizer.FeaturizerFit;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.CustomCoder;
import org.jspecify.annotations.Nullable;

/** What was counted for the featurizers of one spec. Deterministic; safe for several threads. */
final class FeaturizerFitCoder extends CustomCoder<FeaturizerFit> {
  private static final long serialVersionUID = 1L;

  private final String spec;
  private transient volatile @Nullable Spec parsed;

  private FeaturizerFitCoder(String spec) {
    this.spec = spec;
  }

  static FeaturizerFitCoder of(Spec spec) {
    return new FeaturizerFitCoder(SpecYaml.format(spec));
  }

  /** Nothing was counted yet. */
  FeaturizerFit empty() {
    return new FeaturizerFit(spec());
  }

  @Override
  public void encode(FeaturizerFit fit, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    fit.write(data);
    data.flush();
  }

  @Override
  public FeaturizerFit decode(InputStream in) throws IOException {
    return FeaturizerFit.read(spec(), new DataInputStream(in));
  }

  /** Counts are written in order, sums as the one number that they are. */
  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FeaturizerFitCoder coder && coder.spec.equals(spec);
  }

  @Override
  public int hashCode() {
    return spec.hashCode();
  }

  private Spec spec() {
    Spec known = parsed;
    if (known == null) {
      known = SpecYaml.parse(spec);
      parsed = known;
    }
    return known;
  }
}
