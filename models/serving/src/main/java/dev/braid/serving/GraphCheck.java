package dev.braid.serving;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Holds the inputs and outputs of a graph to those that a manifest says it has. */
final class GraphCheck {
  private GraphCheck() {}

  /**
   * @throws InvalidBundleException naming the file, the tensor and both shapes
   */
  static void check(Manifest.Model manifest, OrtSession session) throws OrtException {
    require(manifest.file(), "input", manifest.inputs(), session.getInputInfo());
    require(manifest.file(), "output", manifest.outputs(), session.getOutputInfo());
  }

  private static void require(
      String file, String kind, List<TensorSpec> specs, Map<String, NodeInfo> found) {
    List<String> names = specs.stream().map(TensorSpec::name).sorted().toList();
    List<String> given = found.keySet().stream().sorted().toList();
    if (!names.equals(given)) {
      throw new InvalidBundleException(
          "%s must have the %ss %s, but has: %s".formatted(file, kind, names, given));
    }
    for (TensorSpec spec : specs) {
      NodeInfo node = found.get(spec.name());
      String expected = spec.type() + " " + spec.shape();
      TensorSignature signature = node == null ? null : signature(node);
      String real = signature == null ? "nothing" : signature.type() + " " + signature.shape();
      if (signature == null
          || !fits(spec, signature)
          || (kind.equals("output") && spec.isVariable())) {
        throw new InvalidBundleException(
            "%s: the %s '%s' must be %s, but is: %s"
                .formatted(file, kind, spec.name(), expected, real));
      }
    }
  }

  /**
   * What the graph leaves open may be fixed, but not the batch, nor what the manifest leaves open.
   */
  private static boolean fits(TensorSpec spec, TensorSignature found) {
    return found.admits(spec.type(), spec.shape()) && found.shape().get(0) == TensorSpec.ANY;
  }

  /** What a graph says of one of its inputs or outputs. */
  static TensorSignature signature(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      return new TensorSignature(node.getName(), "none", List.of());
    }
    return new TensorSignature(
        node.getName(), tensor.type.name(), Arrays.stream(tensor.getShape()).boxed().toList());
  }
}
