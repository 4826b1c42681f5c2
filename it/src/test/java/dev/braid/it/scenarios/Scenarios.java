package dev.braid.it.scenarios;

import dev.braid.it.scenarios.Story.Fate;
import java.util.List;

/** All scenarios, those of one setting in the order in which one stream tells them. */
final class Scenarios {
  private static final int LOG = 0;
  private static final int VIBRATION = 1;
  private static final int ORDER = 2;

  static final List<Scenario> ALL =
      List.of(
          new Scenario(
              "windows begin and end right before 1970 as after it",
              Setting.SLIDING,
              true,
              Scenarios::aroundTheEpoch),
          new Scenario(
              "a backlog of two minutes in three partitions is answered whole",
              Setting.SLIDING,
              true,
              Scenarios::backlog),
          new Scenario("every window is answered", Setting.SLIDING, Scenarios::plain),
          new Scenario(
              "an observation on the edge of a window is in the next one",
              Setting.SLIDING,
              Scenarios::edges),
          new Scenario(
              "order does not matter within the out-of-orderness",
              Setting.SLIDING,
              Scenarios::outOfOrder),
          new Scenario(
              "a late observation is in the windows that are open, and in no others",
              Setting.SLIDING,
              Scenarios::late),
          new Scenario(
              "a silent modality is missing in the answers, and nothing waits for it",
              Setting.SLIDING,
              Scenarios::silentModality),
          new Scenario(
              "an observation that comes again counts once",
              Setting.SLIDING,
              Scenarios::duplicates),
          new Scenario(
              "an entity with half of the traffic is answered like others",
              Setting.SLIDING,
              Scenarios::hotKey),
          new Scenario(
              "every record that cannot be used is a dead letter, and the rest is answered",
              Setting.SLIDING,
              Scenarios::poison),
          new Scenario("100,000 entities are answered", Setting.TUMBLING, Scenarios::manyEntities),
          new Scenario(
              "a silent partition and an empty topic hold nothing back for ever",
              Setting.IDLE,
              Scenarios::silentPartition),
          new Scenario(
              "the last observations are answered each time that so many have come",
              Setting.COUNT,
              Scenarios::plain),
          new Scenario(
              "windows by count are cut by event time, without what comes again or too late",
              Setting.COUNT,
              Scenarios::outOfOrderAgainAndTooLate),
          new Scenario("a pause ends a session", Setting.SESSIONS, Scenarios::pauses),
          new Scenario(
              "sessions are cut by event time, without what comes again or too late",
              Setting.SESSIONS,
              Scenarios::outOfOrderAgainAndTooLate),
          new Scenario(
              "late data correct the answer until the allowed lateness is over",
              Setting.CORRECTED,
              Scenarios::corrections),
          new Scenario(
              "a window is answered before it ends, and again at its end",
              Setting.EARLY,
              Scenarios::early),
          new Scenario(
              "the answer waits for a modality, and is corrected if that comes later",
              Setting.WAIT,
              Scenarios::wait),
          new Scenario(
              "predictions are published in transactions", Setting.TRANSACTIONS, Scenarios::few),
          new Scenario(
              "a newer version takes over in mid-stream, when its copy is whole",
              Setting.WATCHED,
              Scenarios::newer),
          new Scenario(
              "a version that may not serve is refused, and the one that runs goes on until the"
                  + " next that may",
              Setting.WATCHED,
              Scenarios::refused),
          new Scenario(
              "a version with other encoders takes over amid windows that hold embeddings of the"
                  + " last",
              Setting.WATCHED,
              Scenarios::otherEncoders));

  private Scenarios() {}

  private static void aroundTheEpoch(Story story) {
    double epoch = 30 * 60; // The first story begins half an hour before it.
    for (int second = -20; second < 20; second++) {
      story.observe(Math.floorMod(second, 3), epoch + second + 0.5);
      for (double edge : new double[] {-10, -5.001, -5, -0.001, 0, 0.001, 5}) {
        if (Math.floor(edge) == second) {
          story.observe(3, epoch + edge);
        }
      }
    }
  }

  private static void backlog(Story story) {
    for (int i = 0; i < 600; i++) {
      story.observe(i % 5, i * 0.2);
    }
  }

  private static void plain(Story story) {
    for (int i = 0; i < 120; i++) {
      story.observe(i % 5, i * 0.25);
    }
  }

  private static void few(Story story) {
    for (int i = 0; i < 12; i++) {
      story.observe(i % 2, i);
    }
  }

  private static void edges(Story story) {
    int i = 0;
    for (double edge : new double[] {0, 4.999, 5, 9.999, 10, 10.001, 14.999, 15, 20}) {
      story.observe(i++, edge);
      story.observe(9, edge);
    }
  }

  private static void outOfOrder(Story story) {
    for (int i = 0; i < 120; i++) {
      // Of every three the last lies 4.9 s behind the newest of its partition.
      story.observe(i % 5, i * 0.25 - (i % 3 == 2 ? 4.9 : 0));
    }
  }

  private static void late(Story story) {
    plain(story);
    story.pass(50);
    story.await(50); // Event time is 45 s: windows that end at 45 s are closed.
    story.observe(0, 20, LOG);
    story.observe(1, 43, VIBRATION); // In time for the window that ends at 50 s.
    story.observe(1, 52, LOG);
  }

  private static void silentModality(Story story) {
    for (int i = 0; i < 90; i++) {
      story.observe(i % 3, i * 0.25, i % 3); // No picture at all,
    }
    for (int i = 0; i < 30; i++) {
      story.observe(1, 22.5 + i, LOG); // and later nothing but the log.
    }
  }

  private static void duplicates(Story story) {
    for (int i = 0; i < 60; i++) {
      story.observe(i % 3, i * 0.5);
      if (i % 4 == 0) {
        story.repeat(i % Story.PARTITIONS);
      }
      if (i % 5 == 0) {
        story.repeat((i + 1) % Story.PARTITIONS);
      }
    }
  }

  private static void hotKey(Story story) {
    for (int i = 0; i < 600; i++) {
      story.observe(i % 2 == 0 ? 0 : i % 30, i * 0.05);
    }
  }

  private static void poison(Story story) {
    String good =
        "{\"id\":\"p\",\"entity\":\"p\",\"modality\":\"log\",\"time\":\"1970-01-01T00:00:00Z\","
            + "\"text\":\"x\"}";
    for (int i = 0; i < 40; i++) {
      story.observe(i % 3, i * 0.5);
      int partition = i % Story.PARTITIONS;
      switch (i % 8) {
        case 0 -> story.malformed(partition, good.substring(0, 20 + i));
        case 1 -> story.malformed(partition, good.replace("log", "thermometer" + i));
        case 2 -> story.malformed(partition, good.replace("1970-01-01T", "half past nine " + i));
        case 3 -> story.malformed(partition, "[" + i + "]");
        case 4 -> story.malformed(partition, "\u0000 no JSON \ud83d\udc80 " + i);
        case 5 -> story.malformed(partition, null);
        case 6 -> story.malformed(partition, "");
        default -> story.reject(i % 3, i * 0.5, " ");
      }
    }
  }

  private static void manyEntities(Story story) {
    for (int i = 0; i < 100_000; i++) {
      story.observe(i, i * 1e-4, LOG);
    }
  }

  private static void silentPartition(Story story) {
    for (int i = 0; i < 30; i++) {
      story.observe(i % 3, i * 0.1);
    }
    // The partition of the third entity stops after 3 s: its event time is then -2 s.
    for (int i = 0; i < 60; i++) {
      story.observe(i % 2, 3 + i * 0.1);
    }
    story.pass(0, 30);
    story.pass(1, 30);
    story.await(10); // Windows that end at 5 s, in all partitions.
    story.observe(2, 40);
  }

  private static void pauses(Story story) {
    double time = 0;
    // A pause of the gap ends a session, one that is a millisecond shorter does not.
    for (double pause : new double[] {0, 1, 4.999, 5, 0.5, 4.999, 4.999, 12, 0, 5, 1, 30}) {
      time += pause;
      story.observe(0, time);
      story.observe(1, time + 0.3);
    }
  }

  private static void outOfOrderAgainAndTooLate(Story story) {
    for (int i = 0; i < 60; i++) {
      story.observe(i % 3, i * 0.5 + i / 20 * 10 - (i % 4 == 2 ? 4 : 0));
      if (i % 5 == 0) {
        story.repeat((i + 1) % Story.PARTITIONS);
      }
    }
    for (int i = 0; i < 3 * 3; i++) {
      story.observe(i % 3, 80 + i * 0.1);
    }
    story.pass(120);
    story.await(120);
    story.observe(0, 30, LOG, Fate.TOO_LATE);
    story.observe(1, 80.05, LOG, Fate.TOO_LATE);
  }

  private static void newer(Story story) {
    plain(story);
    story.pass(50);
    story.await(50);
    story.swapCopy(Version.NEWER_FUSION, 60, 1_900);
    sometime(story, 2_000);
  }

  private static void refused(Story story) {
    plain(story);
    story.swap(Version.DAMAGED, 60, 500);
    story.swap(Version.OF_ANOTHER_SPEC, 500, 950);
    story.swap(Version.NOT_REPRODUCED, 950, 1_400);
    story.pass(1_450);
    story.await(1_450);
    story.swap(Version.NEWEST_FUSION, 1_450, 1_900);
    sometime(story, 2_000);
  }

  private static void otherEncoders(Story story) {
    plain(story);
    story.pass(50);
    story.await(50);
    // Windows overlap, so that some hold what came before the swap and what came after it.
    story.swap(Version.OTHER_ENCODERS, 51, 1_900);
    sometime(story, 1_901);
    sometime(story, 2_500);
  }

  private static void sometime(Story story, double from) {
    for (int i = 0; i < 60; i++) {
      story.observe(i % 5, from + i * 0.25);
    }
  }

  private static void corrections(Story story) {
    for (int i = 0; i < 40; i++) {
      story.observe(i % 2, i * 0.25);
    }
    story.pass(18);
    story.await(18); // Event time is 13 s: the windows that end at 5 and 10 s are answered.
    story.observe(0, 6, VIBRATION);
    story.observe(0, 7, LOG);
    story.await(18);
    story.observe(1, 4, ORDER);
    story.await(18);
    story.pass(40);
    story.await(40); // Event time is 35 s: windows that end at 25 s are closed.
    story.observe(0, 8, LOG);
    story.observe(1, 9, LOG);
  }

  private static void early(Story story) {
    story.observe(0, 2, LOG);
    story.observe(1, 2, LOG);
    story.pass(4);
    story.awaitAny(0, 10);
    story.observe(0, 6, VIBRATION);
    story.pass(12);
    story.await(12);
  }

  private static void wait(Story story) {
    story.observe(0, 2, LOG); // Its order comes within the budget,
    story.observe(1, 2, LOG); // and this one's with it,
    story.observe(1, 3, ORDER);
    story.observe(2, 2, LOG); // and this one's later.
    story.pass(16);
    story.awaitOf(1, 16);
    story.observe(0, 4, ORDER);
    story.awaitOf(0, 16);
    story.pass(29);
    story.awaitOf(2, 29); // Event time is 24 s: the budgets of 10 s are spent.
    story.observe(2, 4, ORDER);
    story.awaitOf(2, 29);
  }
}
