package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BatchInOneJobTest {
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
  private JavaStreamingContext context;
  private JavaDStream<String> lines;

  @BeforeEach
  void open() {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[1]")
            .setAppName("batches")
            .set("spark.ui.enabled", "false");
    context = new JavaStreamingContext(conf, new Duration(100));
    Queue<JavaRDD<String>> batches = new ArrayDeque<>();
    batches.add(context.sparkContext().parallelize(List.of("a", "b")));
    lines = context.queueStream(batches);
  }

  @AfterEach
  void close() {
    context.stop(true, false);
  }

  @Test
  void outputsAreWrittenInTheirOrder() throws Exception {
    lines.foreachRDD(rdd -> rdd.collect().forEach(line -> written.add("first " + line)));
    lines.foreachRDD(rdd -> rdd.collect().forEach(line -> written.add("second " + line)));
    BatchInOneJob.join(context.ssc());
    context.start();
    for (String line : List.of("first a", "first b", "second a", "second b")) {
      assertThat(written.poll(5, TimeUnit.MINUTES)).isEqualTo(line);
    }
  }

  @Test
  void aBatchIsNotDoneWhenItsFirstOutputFailsAndTheOtherCouldSucceed() throws Exception {
    lines.foreachRDD(
        rdd -> {
          throw new IllegalStateException("the disk is full");
        });
    lines.foreachRDD(rdd -> written.add("second"));
    BatchInOneJob.join(context.ssc());
    CountDownLatch over = new CountDownLatch(1);
    context.addStreamingListener(
        new StreamingListener() {
          @Override
          public void onBatchCompleted(StreamingListenerBatchCompleted completed) {
            over.countDown();
          }
        });
    context.start();
    assertThatThrownBy(context::awaitTermination).hasMessageContaining("the disk is full");
    assertThat(over.await(5, TimeUnit.MINUTES)).isTrue();
    assertThat(written).isEmpty();
    assertThat(context.ssc().scheduler().getPendingTimes().size()).isPositive();
  }
}
