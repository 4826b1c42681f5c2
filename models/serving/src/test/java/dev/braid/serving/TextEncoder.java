package dev.braid.serving;

import dev.braid.bundle.Manifest;

/** The text encoder of the tiny bundle, whose rows vary in length, on the CPU. */
final class TextEncoder {
  private TextEncoder() {}

  static Model open() throws Exception {
    TinyBundle tiny = TinyBundle.ofSeed(1);
    Manifest.Model log = tiny.manifest("sha256:unknown").encoders().get("log");
    return new Model(
        "encoder 'log'",
        BatchSize.of(256),
        log,
        Sessions.environment(),
        Sessions.open(
            "log.onnx",
            tiny.files().get("encoders/log.onnx"),
            Device.ON_CPU,
            ServingOptions.defaults()));
  }
}
