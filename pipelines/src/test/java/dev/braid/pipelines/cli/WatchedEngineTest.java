package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engine;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchedEngineTest {
  @Test
  void itAnswersNoQuestionByTheDefaultOfTheInterface() {
    List<Method> asked = Arrays.asList(Engine.class.getMethods());

    assertThat(asked)
        .hasSizeGreaterThan(5)
        .allSatisfy(
            method ->
                assertThat(
                        WatchedEngine.class
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass())
                    .isEqualTo(WatchedEngine.class));
  }
}
