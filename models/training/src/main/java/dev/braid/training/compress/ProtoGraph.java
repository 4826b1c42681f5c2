package dev.braid.training.compress;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.braid.bundle.InvalidBundleException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph that can be rewritten: nodes and constants are taken out and put in, in any order;
 * what leads to no output is left out when it is written. Not safe for several threads.
 */
final class ProtoGraph {
  private final ModelProto model;
  private final List<NodeProto> nodes;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();

  private ProtoGraph(ModelProto model) {
    this.model = model;
    this.nodes = new ArrayList<>(model.getGraph().getNodeList());
    model.getGraph().getInitializerList().forEach(this::put);
  }

  /**
   * Reads a graph.
   *
   * @param file for messages
   * @throws InvalidBundleException if the bytes are no ONNX model
   */
  static ProtoGraph parse(String file, byte[] onnx) {
    try {
      return new ProtoGraph(ModelProto.parseFrom(onnx));
    } catch (InvalidProtocolBufferException e) {
      throw new InvalidBundleException(file + " is no ONNX model: " + e.getMessage(), e);
    }
  }

  /** Whether Braid wrote it, so that its operations and names are known. */
  boolean isOurs() {
    return model.getProducerName().equals("braid");
  }

  /** The nodes of now, of that type. */
  List<NodeProto> nodes(String type) {
    return nodes.stream().filter(node -> node.getOpType().equals(type)).toList();
  }

  /** The nodes of now. */
  List<NodeProto> nodes() {
    return List.copyOf(nodes);
  }

  /** The constants by name. */
  Map<String, TensorProto> constants() {
    return new LinkedHashMap<>(constants);
  }

  /** The constant of that name, or null where the value is computed. */
  @Nullable TensorProto constant(String name) {
    return constants.get(name);
  }

  /** The names of the graph's outputs. */
  Set<String> outputs() {
    Set<String> names = new HashSet<>();
    model.getGraph().getOutputList().forEach(output -> names.add(output.getName()));
    return names;
  }

  /** The names of the graph's inputs. */
  Set<String> inputs() {
    Set<String> names = new HashSet<>();
    model.getGraph().getInputList().forEach(input -> names.add(input.getName()));
    return names;
  }

  /** The names of the graph's inputs of 32-bit floats. */
  Set<String> floatInputs() {
    Set<String> names = new HashSet<>();
    for (ValueInfoProto input : model.getGraph().getInputList()) {
      if (input.getType().getTensorType().getElemType() == TensorProto.DataType.FLOAT_VALUE) {
        names.add(input.getName());
      }
    }
    return names;
  }

  /** The node that computes a value, or null where it is an input or a constant. */
  @Nullable NodeProto producer(String value) {
    for (NodeProto node : nodes) {
      if (node.getOutputList().contains(value)) {
        return node;
      }
    }
    return null;
  }

  /** The nodes that take a value. */
  List<NodeProto> consumers(String value) {
    return nodes.stream().filter(node -> node.getInputList().contains(value)).toList();
  }

  /** Adds a constant, or replaces the one of that name. */
  String put(TensorProto constant) {
    constants.put(constant.getName(), constant);
    return constant.getName();
  }

  /** Adds a node. */
  void add(NodeProto node) {
    nodes.add(node);
  }

  /** Adds a node with one output, which is its name too, and returns that. */
  String add(String type, String output, List<String> inputs, AttributeProto... attributes) {
    add(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(output)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes))
            .build());
    return output;
  }

  /** Puts another node into the place of one. */
  void replace(NodeProto old, NodeProto by) {
    nodes.set(nodes.indexOf(old), by);
  }

  /** Takes a node out. */
  void remove(NodeProto node) {
    nodes.remove(node);
  }

  /** Lets {@code node} take {@code by} wherever it took {@code value}. */
  void rewire(NodeProto node, String value, String by) {
    NodeProto.Builder rewired = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      if (node.getInput(i).equals(value)) {
        rewired.setInput(i, by);
      }
    }
    replace(node, rewired.build());
  }

  /** The values that a value is computed from, itself included. */
  Set<String> ancestors(String value) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(value));
    while (!open.isEmpty()) {
      String next = open.pop();
      NodeProto producer = producer(next);
      if (found.add(next) && producer != null) {
        open.addAll(producer.getInputList());
      }
    }
    return found;
  }

  /** The file's bytes. */
  byte[] toByteArray() {
    return toByteArray(List.of());
  }

  /** The file's bytes, with further values as outputs, of floats in any shape. */
  byte[] toByteArray(Iterable<String> further) {
    GraphProto.Builder graph =
        model.getGraph().toBuilder().clearNode().clearInitializer().clearValueInfo();
    for (String value : further) {
      graph.addOutput(floats(value));
    }
    Set<String> needed = new HashSet<>();
    graph.getOutputList().forEach(output -> needed.addAll(ancestors(output.getName())));
    for (NodeProto node : ordered()) {
      if (needed.contains(node.getOutput(0))) {
        graph.addNode(node);
      }
    }
    constants.forEach(
        (name, constant) -> {
          if (needed.contains(name)) {
            graph.addInitializer(constant);
          }
        });
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  private static ValueInfoProto floats(String value) {
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(value);
    info.getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE);
    return info.build();
  }

  /** The nodes, each behind those that it takes values from. */
  private List<NodeProto> ordered() {
    Set<String> known = new HashSet<>(constants.keySet());
    known.addAll(inputs());
    known.add(""); // An optional input that is left out.
    List<NodeProto> ordered = new ArrayList<>();
    Map<String, List<NodeProto>> waiting = new HashMap<>();
    Deque<NodeProto> open = new ArrayDeque<>(nodes);
    while (!open.isEmpty()) {
      NodeProto node = open.pop();
      String missing =
          node.getInputList().stream().filter(i -> !known.contains(i)).findFirst().orElse(null);
      if (missing != null) {
        waiting.computeIfAbsent(missing, m -> new ArrayList<>()).add(node);
        continue;
      }
      ordered.add(node);
      for (String output : node.getOutputList()) {
        known.add(output);
        List<NodeProto> freed = waiting.remove(output);
        if (freed != null) {
          freed.forEach(open::push);
        }
      }
    }
    if (!waiting.isEmpty()) {
      throw new IllegalStateException("nothing computes " + waiting.keySet());
    }
    return ordered;
  }
}
