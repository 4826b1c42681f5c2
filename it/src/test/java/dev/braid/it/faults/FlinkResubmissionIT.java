package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.it.BraidProcess;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.runners.local.LocalFlink;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Job after job on one TaskManager, each in a class loader of its own: neither classes nor native
 * memory may stay behind.
 */
@Tag("full")
final class FlinkResubmissionIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int JOBS = 20;

  /** Metaspace that the classes of one job take, about. */
  private static final long ONE_JOB = 25L << 20;

  @TempDir private static Path directory;

  @Test
  void twentyJobsOnOneTaskManagerLeaveNothingBehind() throws Exception {
    Path bundle = directory.resolve("bundle");
    Path input = directory.resolve("input");
    TinyBundle.write(bundle);
    Files.createDirectories(input.resolve("observations"));
    Files.createDirectories(input.resolve("blobs"));
    Files.write(input.resolve("blobs/0.png"), SampleLines.png(0));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      lines.add(SampleLines.observation(i));
    }
    Files.write(input.resolve("observations/a.jsonl"), lines);

    List<Long> metaspace = new ArrayList<>();
    List<Long> resident = new ArrayList<>();
    int predictions = -1;
    try (LocalFlink flink = LocalFlink.start(directory.resolve("flink"), 1, 2, Map.of())) {
      for (int job = 0; job < JOBS; job++) {
        BraidProcess.Result result =
            BraidProcess.run(
                "flink",
                "run",
                "--runner=flink",
                "--flinkMaster=" + flink.master(),
                "--bundle=" + bundle,
                "--input=" + input,
                "--output=" + directory.resolve("out-" + job),
                "--json");
        assertThat(result.code()).as("job %d: %s", job, result.err()).isZero();
        int answered = JSON.readTree(result.out()).path("predictions").asInt();
        assertThat(answered).as("job %d", job).isEqualTo(job == 0 ? answered : predictions);
        predictions = answered;
        if (job == 2 || job == JOBS - 1) {
          metaspace.add(metaspace(flink.taskManagerPid(0)));
        }
        resident.add(resident(flink.taskManagerPid(0)));
      }
    }

    System.out.printf("metaspace after the third job and the last, MB: %s%n", megabytes(metaspace));
    System.out.printf("resident memory by job, MB: %s%n", megabytes(resident));
    assertThat(predictions).isPositive();
    // A collection of classes may be due: two jobs' worth above what the third one left.
    assertThat(metaspace.get(1)).isLessThan(metaspace.get(0) + 2 * ONE_JOB);
    // The heap grows to its limit first.
    assertThat(resident.get(JOBS - 1)).isLessThan(resident.get(JOBS / 2) * 11 / 10);
  }

  /** What is left after a collection, in bytes. */
  private static long metaspace(long pid) throws Exception {
    jcmd(pid, "GC.run");
    jcmd(pid, "GC.run");
    Matcher used = Pattern.compile("Metaspace +used (\\d+)K").matcher(jcmd(pid, "GC.heap_info"));
    assertThat(used.find()).isTrue();
    return Long.parseLong(used.group(1)) << 10;
  }

  private static String jcmd(long pid, String command) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  private static long resident(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new AssertionError("no resident memory of " + pid);
  }

  private static List<Long> megabytes(List<Long> bytes) {
    return bytes.stream().map(b -> b >> 20).toList();
  }
}
