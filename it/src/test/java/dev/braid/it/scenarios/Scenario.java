package dev.braid.it.scenarios;

import java.time.Instant;
import java.util.function.Consumer;

/**
 * One thing that every engine must get right.
 *
 * @param title a sentence
 * @param setting what it asks of the run
 * @param waiting whether all of it is published before the stream's run starts
 * @param tale tells the story
 */
record Scenario(String title, Setting setting, boolean waiting, Consumer<Story> tale) {
  /** When the first story begins, so that 1970 begins in it. */
  private static final Instant FIRST = Instant.parse("1969-12-31T23:30:00Z");

  Scenario(String title, Setting setting, Consumer<Story> tale) {
    this(title, setting, false, tale);
  }

  /** The story, always the same, at a time of its own. */
  Story story() {
    int ordinal = Scenarios.ALL.indexOf(this);
    Story story =
        new Story("s%02d".formatted(ordinal), FIRST.plus(Story.LENGTH.multipliedBy(ordinal)));
    tale.accept(story);
    story.end(setting.observations());
    return story;
  }

  @Override
  public String toString() {
    return title;
  }
}
