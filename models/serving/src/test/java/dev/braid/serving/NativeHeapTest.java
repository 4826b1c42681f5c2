package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

final class NativeHeapTest {
  @Test
  void itIsTrimmedWhereTheJvmKnowsHowTo() throws Exception {
    boolean known =
        Arrays.stream(
                ManagementFactory.getPlatformMBeanServer()
                    .getMBeanInfo(new ObjectName("com.sun.management:type=DiagnosticCommand"))
                    .getOperations())
            .anyMatch(operation -> operation.getName().equals("systemTrimNativeHeap"));

    assertThat(NativeHeap.trim()).isEqualTo(known);
  }
}
