package dev.braid.pipelines.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** A command as it is to be run elsewhere: in another directory, and by nobody who looks on. */
final class DetachedCommand {
  private static final Set<String> OF_THIS_TERMINAL = Set.of("--detached", "--json");
  private static final String FILE = "file:";

  private DetachedCommand() {}

  /** The arguments of a command that was parsed, its name first, with absolute paths. */
  static List<String> of(String name, ParseResult parsed) {
    List<String> arguments = new ArrayList<>(List.of(name));
    for (OptionSpec option : parsed.matchedOptions()) {
      if (OF_THIS_TERMINAL.contains(option.longestName())) {
        continue;
      }
      if (option.arity().max() == 0) {
        arguments.add(option.longestName());
      } else {
        option
            .originalStringValues()
            .forEach(value -> arguments.add(option.longestName() + "=" + absolute(option, value)));
      }
    }
    List<String> rest =
        parsed.matchedPositionals().stream()
            .flatMap(positional -> positional.originalStringValues().stream())
            .toList();
    if (!rest.isEmpty()) {
      arguments.add("--");
      arguments.addAll(rest);
    }
    return arguments;
  }

  /**
   * Options that name a directory have a Path, or a label with DIR among addresses; a secret may
   * stand in a file.
   */
  private static String absolute(ArgSpec option, String value) {
    if (option.paramLabel().equals("SECRET") && value.startsWith(FILE)) {
      return FILE + Path.of(value.substring(FILE.length())).toAbsolutePath().normalize();
    }
    boolean isPath =
        option.type().equals(Path.class)
            || (option.paramLabel().contains("DIR") && !value.contains(":"));
    return isPath ? Path.of(value).toAbsolutePath().normalize().toString() : value;
  }
}
