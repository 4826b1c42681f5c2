package dev.braid.serving;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;

/** How every session of this JVM is set up. */
final class Sessions {
  private Sessions() {}

  /** ONNX Runtime, once in a JVM. */
  static OrtEnvironment environment() throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "braid");
    environment.setTelemetry(false);
    return environment;
  }

  /** The caller closes them once the session is there. */
  static OrtSession.SessionOptions options(ServingOptions options) throws OrtException {
    OrtSession.SessionOptions session = new OrtSession.SessionOptions();
    session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    session.setIntraOpNumThreads(options.threads());
    session.setInterOpNumThreads(1);
    // A thread that spins takes a core from those that compute.
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    session.addConfigEntry("session.inter_op.allow_spinning", "0");
    // Patterns are kept for every shape of a batch, and there is no end of these.
    session.setMemoryPatternOptimization(false);
    // Every failure is an exception here; a second report on standard error is noise.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return session;
  }
}
