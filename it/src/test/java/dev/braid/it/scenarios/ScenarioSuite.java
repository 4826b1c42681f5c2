package dev.braid.it.scenarios;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Some of all cells, one after the other over one broker. Those that ask the same of one engine
 * share a run, until one of them fails: the next begins another.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ScenarioSuite {
  private Site site;
  private @Nullable Run run;
  private @Nullable Cell last;
  private int runs;

  /** Whether a cell is part of this suite. */
  abstract boolean holds(Cell cell);

  final List<Cell> cells() {
    return Cell.all().stream().filter(this::holds).toList();
  }

  @BeforeAll
  final void open(@TempDir Path directory) {
    site = new Site(directory);
  }

  @AfterAll
  final void close() throws Exception {
    try {
      end();
    } finally {
      site.close();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cells")
  final void isAnsweredAsTheOracleDoesOrRefused(Cell cell) throws Exception {
    if (last == null || !last.sharesARunWith(cell)) {
      end();
    }
    last = cell;
    if (run == null) {
      run = begin(cell);
    }
    try {
      run.tell(cell);
    } catch (AssertionError | Exception e) {
      abandon(e);
      throw e;
    }
  }

  private Run begin(Cell first) throws Exception {
    List<Cell> all = cells();
    List<Cell> sharing =
        all.subList(all.indexOf(first), all.size()).stream().filter(first::sharesARunWith).toList();
    String name = "%s-%s-%s-%d".formatted(first.runner(), first.mode(), first.setting(), runs++);
    if (first.refusal().isPresent()) {
      return new RefusedRun(site, first);
    }
    return first.mode() == Mode.FILES
        ? new FilesRun(site, sharing, name)
        : new StreamedRun(site, sharing, name);
  }

  private void end() throws Exception {
    Run ended = run;
    run = null;
    if (ended != null) {
      ended.close();
    }
  }

  private void abandon(Throwable failure) {
    try {
      end();
    } catch (AssertionError | Exception e) {
      failure.addSuppressed(e);
    }
  }
}
