package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.braid.dataset.Dataset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Converts the public data sets themselves, where they are. */
final class RealDataTest {
  @TempDir Path directory;
  private final Path source = source();

  private static Path source() {
    String given = System.getenv("BRAID_DATA");
    return Path.of(given == null ? "../../shared/data" : given).toAbsolutePath().normalize();
  }

  @BeforeEach
  void needTheData() {
    assumeThat(Files.isRegularFile(source.resolve("MANIFEST.json")))
        .as("the public data sets at %s (BRAID_DATA names another place)", source)
        .isTrue();
  }

  private ConversionReport convert(String name, ConversionOptions options) {
    ConversionReport report =
        Conversions.convert(name, source, directory.resolve("out"), options, (done, total) -> {});
    assertThat(report.notes()).isEmpty();
    assertThat(Dataset.open(directory.resolve("out")).rejected()).isEmpty();
    return report;
  }

  @Test
  void digits() {
    ConversionReport report = convert("digits", new ConversionOptions(1, 0.25, 0.25, 0.3, 600));

    assertThat(report.count("items.image")).isEqualTo(10_000);
    assertThat(report.count("items.voice")).isEqualTo(1_200);
    assertThat(report.count("items.pen")).isEqualTo(7_494);
    // One post of the ten groups is there twice.
    assertThat(report.count("items.text")).isEqualTo(2_999);
    assertThat(report.count("scenes")).isEqualTo(600);
  }

  @Test
  void spswHar() {
    ConversionReport report = convert("spsw-har", new ConversionOptions(1, 0, 0, 0, null));

    assertThat(report.count("scenes")).isEqualTo(2_927);
    assertThat(report.count("windows.unclear")).isEqualTo(392);
    assertThat(report.count("activity.WALKING")).isEqualTo(1_446);
    assertThat(report.count("activity.SEATED")).isEqualTo(178);
  }

  @Test
  void nslKdd() {
    ConversionReport report = convert("nsl-kdd", new ConversionOptions(1, 0, 0, 0, null));

    assertThat(report.count("scenes")).isEqualTo(25_192);
    assertThat(report.count("scenes.test")).isEqualTo(3_778);
    assertThat(report.count("category.normal")).isEqualTo(13_449);
    assertThat(report.count("category.u2r")).isEqualTo(11);
  }

  @Test
  void nab() {
    ConversionReport report = convert("nab", new ConversionOptions(1, 0, 0, 0, null));

    assertThat(report.count("series")).isEqualTo(31);
    assertThat(report.count("anomalies")).isEqualTo(57);
    assertThat(report.count("scenes.test")).isEqualTo(53_929);
  }
}
