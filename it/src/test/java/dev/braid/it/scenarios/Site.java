package dev.braid.it.scenarios;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.runners.local.LocalKafka;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Where runs take place: a directory, the tiny bundle, a broker of Kafka. */
final class Site implements AutoCloseable {
  private final Path directory;
  private final Bundle bundle;
  private final LocalKafka kafka;

  Site(Path directory) {
    this.directory = directory;
    this.bundle = TinyBundle.write(directory.resolve("bundle"));
    this.kafka = LocalKafka.start(directory.resolve("kafka"));
  }

  /** Below which a run keeps its files. */
  Path directory() {
    return directory;
  }

  /** The digest of the bundle that runs are launched with. */
  String digest() {
    return bundle.digest();
  }

  /** The widths of its embeddings, by modality. */
  Map<String, Integer> widths() {
    return bundle.widths();
  }

  /** The broker's host and port. */
  String broker() {
    return kafka.address();
  }

  /** The options of {@code braid run} that name the bundle and the windows. */
  List<String> options(Setting setting) throws IOException {
    Path spec = directory.resolve(setting + ".yaml");
    Files.writeString(spec, setting.yaml());
    return List.of("--bundle", directory.resolve("bundle").toString(), "--spec", spec.toString());
  }

  Oracle oracle(Setting setting) {
    return Version.LAUNCHED.oracle(setting, bundle.widths());
  }

  @Override
  public void close() {
    kafka.close();
  }
}
