package dev.braid.serving;

import ai.onnxruntime.OrtException;
import java.util.Locale;

/** What an exception of ONNX Runtime says. */
final class OrtFailure {
  private OrtFailure() {}

  /** Its message's first line. */
  static String line(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  /**
   * Whether memory ran out, on the device or in this process. ONNX Runtime has no code for it, so
   * its words are all there is: those of its own arena, of CUDA, cuBLAS and cuDNN, and of C++.
   */
  static boolean isOutOfMemory(OrtException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("failed to allocate memory")
        || message.contains("available memory of")
        || message.contains("out of memory")
        || message.contains("alloc_failed")
        || message.contains("bad_alloc")
        || message.contains("bad allocation");
  }
}
