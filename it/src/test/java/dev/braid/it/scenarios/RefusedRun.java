package dev.braid.it.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.it.BraidProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A run that must be refused before its launch; there is neither a broker nor any input. */
final class RefusedRun implements Run {
  private final BraidProcess.Result result;
  private final Path output;

  RefusedRun(Site site, Cell cell) throws Exception {
    output = site.directory().resolve("refused-" + cell.runner() + "-" + cell.setting());
    List<String> arguments = new ArrayList<>(List.of("run", "--runner", cell.runner().toString()));
    arguments.addAll(site.options(cell.setting()));
    if (cell.mode() == Mode.STREAM) {
      String topics = "kafka://127.0.0.1:1/";
      arguments.addAll(
          List.of(
              "--input", topics + "i", "--output", topics + "o", "--dead-letters", topics + "d"));
      arguments.addAll(cell.setting().options());
    } else {
      arguments.addAll(
          List.of("--input", output.resolve("in").toString(), "--output", output.toString()));
    }
    result = BraidProcess.run(cell.runner().toString(), arguments.toArray());
  }

  @Override
  public void tell(Cell cell) {
    assertThat(result.code()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines())
        .containsExactly("braid run: " + cell.refusal().orElseThrow(), "See 'braid run --help'.");
    assertThat(Files.exists(output)).isFalse();
  }

  @Override
  public void close() {}
}
