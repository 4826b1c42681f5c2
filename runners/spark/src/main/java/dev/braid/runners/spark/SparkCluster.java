package dev.braid.runners.spark;

import dev.braid.pipelines.engine.DetachedJob;
import dev.braid.pipelines.engine.SubmissionException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.Command;
import org.apache.spark.deploy.DeployMessages.DriverStatusResponse;
import org.apache.spark.deploy.DeployMessages.MasterStateResponse;
import org.apache.spark.deploy.DeployMessages.RequestDriverStatus;
import org.apache.spark.deploy.DeployMessages.RequestMasterState$;
import org.apache.spark.deploy.DeployMessages.RequestSubmitDriver;
import org.apache.spark.deploy.DeployMessages.SubmitDriverResponse;
import org.apache.spark.deploy.DriverDescription;
import org.apache.spark.deploy.master.ApplicationInfo;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.Utils;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.Map$;
import scala.reflect.ClassTag;

/**
 * A Spark standalone cluster that is running somewhere, asked in its own protocol: that of {@code
 * spark-submit}, which needs an installation of Spark and says nothing of what became of a driver.
 */
final class SparkCluster implements AutoCloseable {
  private static final long START_SECONDS = 180;
  private static final long POLL_MILLIS = 500;

  private final String address;
  private final RpcEnv client;
  private final RpcEndpointRef master;

  private SparkCluster(String address, RpcEnv client, RpcEndpointRef master) {
    this.address = address;
    this.client = client;
    this.master = master;
  }

  /**
   * Connects to the master.
   *
   * @param address {@code spark://host:port}
   * @throws SubmissionException if it does not answer
   */
  static SparkCluster at(String address) {
    RpcAddress host;
    try {
      host = RpcAddress.fromSparkURL(address);
    } catch (Exception e) {
      throw new SubmissionException(
          "--sparkMaster must be spark://host:port or local[n], but was: " + address, e);
    }
    SparkConf conf = new SparkConf();
    RpcEnv client =
        RpcEnv.create(
            "braid",
            Utils.localHostName(),
            0,
            conf,
            new SecurityManager(
                conf,
                SecurityManager.$lessinit$greater$default$2(),
                SecurityManager.$lessinit$greater$default$3()),
            true);
    try {
      return new SparkCluster(address, client, client.setupEndpointRef(host, "Master"));
    } catch (Exception e) {
      client.shutdown();
      throw new SubmissionException(
          "no Spark master answers at %s (%s); is it running? './braid cluster up spark' starts one"
                  .formatted(address, reason(e))
              + " on this machine",
          e);
    }
  }

  /** Cores of all workers that are alive. */
  int cores() {
    return Arrays.stream(state().workers())
        .filter(worker -> worker.isAlive())
        .mapToInt(worker -> worker.cores())
        .sum();
  }

  private MasterStateResponse state() {
    return master.askSync(RequestMasterState$.MODULE$, tag(MasterStateResponse.class));
  }

  /**
   * Has a worker run a command of this product's jar, and waits until its application is known to
   * the master. The master starts a driver that fails, or whose worker does, again.
   *
   * @param jar on a path that every worker sees
   * @param name of the application, which no other one has
   * @throws SubmissionException if no worker takes it or it fails before it is an application
   */
  DetachedJob submit(Path jar, List<String> arguments, String name) {
    List<String> command = new ArrayList<>(List.of("{{WORKER_URL}}", "{{USER_JAR}}"));
    command.add("dev.braid.pipelines.cli.Main");
    command.addAll(arguments);
    SparkConf conf = new SparkConf();
    List<String> jvm =
        new ArrayList<>(List.of(JavaModuleOptions.defaultModuleOptions().split(" +")));
    jvm.add("-Djava.awt.headless=true");
    String more = conf.get("spark.driver.extraJavaOptions", "");
    if (!more.isBlank()) {
      jvm.addAll(List.of(more.strip().split(" +")));
    }
    SubmitDriverResponse answer =
        master.askSync(
            new RequestSubmitDriver(
                new DriverDescription(
                    jar.toUri().toString(),
                    (int) (conf.getSizeAsMb("spark.driver.memory", "1g")),
                    conf.getInt("spark.driver.cores", 1),
                    true,
                    new Command(
                        "org.apache.spark.deploy.worker.DriverWrapper",
                        seq(command),
                        Map$.MODULE$.<String, String>empty().updated("ORT_DISABLE_TELEMETRY", "1"),
                        seq(List.of()),
                        seq(List.of()),
                        seq(jvm)),
                    DriverDescription.apply$default$6())),
            tag(SubmitDriverResponse.class));
    if (!answer.success() || answer.driverId().isEmpty()) {
      throw new SubmissionException(
          "the Spark master at %s did not take the job: %s".formatted(address, answer.message()));
    }
    return await(answer.driverId().get(), name);
  }

  private DetachedJob await(String driver, String name) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    String state = "SUBMITTED";
    do {
      Optional<ApplicationInfo> application =
          Arrays.stream(state().activeApps())
              .filter(app -> app.desc().name().equals(name))
              .findFirst();
      if (application.isPresent()) {
        return new DetachedJob(application.get().id(), application.get().desc().appUiUrl());
      }
      state = status(driver);
      if (!state.equals("SUBMITTED") && !state.equals("RUNNING") && !state.equals("RELAUNCHING")) {
        throw new SubmissionException(
            "the driver %s on the Spark cluster at %s is %s; its worker has its log"
                .formatted(driver, address, state));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SubmissionException("interrupted while waiting for driver " + driver, e);
      }
    } while (System.nanoTime() < end);
    throw new SubmissionException(
        "the driver %s on the Spark cluster at %s is %s and no application after %d s; are there"
                .formatted(driver, address, state, START_SECONDS)
            + " a free core and 1 GiB for it? its worker has its log");
  }

  /** What the master says of a driver. */
  String status(String driver) {
    DriverStatusResponse status =
        master.askSync(new RequestDriverStatus(driver), tag(DriverStatusResponse.class));
    return status.state().isDefined() ? status.state().get().toString() : "unknown";
  }

  private static <T> ClassTag<T> tag(Class<T> type) {
    return scala.reflect.ClassTag$.MODULE$.apply(type);
  }

  private static Seq<String> seq(List<String> strings) {
    // A list of Scala's own, which the master can deserialize.
    return JavaConverters.asScalaBuffer(strings).toList();
  }

  /** The first line of the root cause. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return message.isBlank() ? root.getClass().getSimpleName() : message.strip();
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
