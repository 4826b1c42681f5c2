package dev.braid.serving;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Puts an ONNX graph together, node by node; opset 17, IR 8. Not safe for several threads. */
public final class TinyGraph {
  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder().setName("tiny");
  private int names;

  /** An attribute of a node. */
  public record Attribute(String name, long value) {}

  /** Declares an input. */
  public String input(TensorSpec spec) {
    return input(TensorSignature.of(spec));
  }

  /** Declares an input as a graph of any origin may. */
  public String input(TensorSignature signature) {
    graph.addInput(valueInfo(signature));
    return signature.name();
  }

  /** Declares that {@code value} is the output of that name and shape. */
  public void output(TensorSpec spec, String value) {
    output(TensorSignature.of(spec), value);
  }

  /** Declares an output as a graph of any origin may. */
  public void output(TensorSignature signature, String value) {
    graph.addNode(
        OnnxMl.NodeProto.newBuilder()
            .setOpType("Identity")
            .addInput(value)
            .addOutput(signature.name()));
    graph.addOutput(valueInfo(signature));
  }

  /** A constant of floats. */
  public String floats(float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return constant(OnnxMl.TensorProto.DataType.FLOAT, bytes, shape);
  }

  /** A constant of 64-bit integers. */
  public String longs(long[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(OnnxMl.TensorProto.DataType.INT64, bytes, shape);
  }

  /** The one output of a node with these inputs. */
  public String node(String operator, List<String> inputs, Attribute... attributes) {
    String output = "v" + names++;
    OnnxMl.NodeProto.Builder node =
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + names)
            .addAllInput(inputs)
            .addOutput(output);
    for (Attribute attribute : attributes) {
      // Every attribute that these graphs need is one integer.
      node.addAttribute(
          OnnxMl.AttributeProto.newBuilder()
              .setName(attribute.name())
              .setType(OnnxMl.AttributeProto.AttributeType.INT)
              .setI(attribute.value()));
    }
    graph.addNode(node);
    return output;
  }

  /** The model's bytes. */
  public byte[] bytes() {
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("braid-test")
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private String constant(OnnxMl.TensorProto.DataType type, ByteBuffer bytes, long... shape) {
    String name = "c" + names++;
    OnnxMl.TensorProto.Builder tensor =
        OnnxMl.TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes.array()));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static OnnxMl.ValueInfoProto valueInfo(TensorSignature signature) {
    OnnxMl.TensorShapeProto.Builder shape = OnnxMl.TensorShapeProto.newBuilder();
    for (int i = 0; i < signature.shape().size(); i++) {
      OnnxMl.TensorShapeProto.Dimension.Builder dimension =
          OnnxMl.TensorShapeProto.Dimension.newBuilder();
      if (signature.shape().get(i) == TensorSpec.ANY) {
        dimension.setDimParam(i == 0 ? "batch" : signature.name() + ".length" + i);
      } else {
        dimension.setDimValue(signature.shape().get(i));
      }
      shape.addDim(dimension);
    }
    int type = OnnxMl.TensorProto.DataType.valueOf(signature.type()).getNumber();
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(signature.name())
        .setType(
            OnnxMl.TypeProto.newBuilder()
                .setTensorType(
                    OnnxMl.TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }
}
