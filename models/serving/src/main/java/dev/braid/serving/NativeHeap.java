package dev.braid.serving;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** The memory that native code of this process has, outside Java's heap. */
final class NativeHeap {
  private NativeHeap() {}

  /**
   * Gives back to the system what native code has freed, where this JVM knows how to, as OpenJDK
   * does on Linux; elsewhere it does nothing.
   *
   * <p>The C library keeps freed memory for the arena that it came from, of which it has eight for
   * each processor, and models are opened and freed by other threads each time.
   *
   * @return whether it was done
   */
  static boolean trim() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      ObjectName commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      server.invoke(commands, "systemTrimNativeHeap", new Object[0], new String[0]);
      return true;
    } catch (JMException e) {
      // No such command.
      return false;
    }
  }
}
