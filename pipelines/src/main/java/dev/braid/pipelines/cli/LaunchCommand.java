package dev.braid.pipelines.cli;

import dev.braid.pipelines.template.InvalidTemplateException;
import dev.braid.pipelines.template.Parameter;
import dev.braid.pipelines.template.ResolvedRun;
import dev.braid.pipelines.template.RunKeys;
import dev.braid.pipelines.template.Template;
import dev.braid.pipelines.template.Templates;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid launch}: {@code braid run} with the options that a template has for it. */
@Command(
    name = "launch",
    description =
        "Fills in the parameters of a template and starts the run that it stands for. All values"
            + " are checked before, and all that is wrong is said at once.",
    mixinStandardHelpOptions = true,
    modelTransformer = ClusterOptions.class,
    footer = {
      "",
      "A template is a YAML file: name, description, parameters, 'run' (the options of 'braid run'"
          + " without dashes) and 'engines' (Beam options for direct, flink and spark). ${name}"
          + " stands for the value of a parameter."
    })
final class LaunchCommand implements Callable<Integer> {
  /** What a launch decides itself. */
  private static final Set<String> OWN = Set.of("help", "version", "json", "runner", "detached");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "TEMPLATE",
      description = "The name of a template that Braid brings along, or the path of one.")
  private @Nullable String template;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "The value of a parameter. For a secret: file:PATH or env:NAME.")
  private List<String> settings = List.of();

  @ArgGroup(multiplicity = "0..1")
  private @Nullable Instead instead;

  @Mixin private EngineOptions engine;

  @Option(
      names = "--detached",
      description = "Return as soon as a cluster has the job of a stream, and leave it alone.")
  private boolean detached;

  @Option(
      names = "--json",
      description = "Print what is printed, the run's counts or the run itself, as a JSON object.")
  private boolean json;

  /** What to do instead of a launch. */
  static final class Instead {
    @Option(names = "--list", description = "Print the templates that Braid brings along.")
    private boolean list;

    @Option(names = "--describe", description = "Print the template's parameters.")
    private boolean describe;

    @Option(
        names = "--dry-run",
        description = "Check everything, print the run with all values filled in, start nothing.")
    private boolean dryRun;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try {
      if (instead != null && instead.list) {
        Templates.SHIPPED.forEach(name -> out.printf("%-20s %s%n", name, open(name).description()));
      } else if (template == null) {
        throw new ParameterException(
            spec.commandLine(),
            "name a template; Braid brings along: " + String.join(", ", Templates.SHIPPED));
      } else if (instead != null && instead.describe) {
        describe(open(template), out);
      } else {
        return launch(open(template), out);
      }
    } catch (InvalidTemplateException e) {
      return problems(e);
    }
    out.flush();
    return ExitCode.OK;
  }

  private int launch(Template opened, PrintWriter out) {
    // The first word is the template itself.
    ResolvedRun run = opened.resolve(values(), engine.runner(), engine.beamOptions(1));
    RunCommand.Ready ready = ready(run);
    if (instead == null || !instead.dryRun) {
      return ready.go();
    }
    out.println(json ? run.toJson() : run.toYaml().stripTrailing());
    out.flush();
    return ExitCode.OK;
  }

  private RunCommand.Ready ready(ResolvedRun run) {
    RunCommand command = new RunCommand();
    CommandLine line =
        new CommandLine(command)
            .setOut(spec.commandLine().getOut())
            .setErr(spec.commandLine().getErr())
            .setCaseInsensitiveEnumValuesAllowed(true);
    List<String> arguments = new ArrayList<>();
    if (json) {
      arguments.add("--json");
    }
    if (detached) {
      arguments.add("--detached");
    }
    arguments.addAll(run.arguments());
    try {
      line.parseArgs(arguments.toArray(String[]::new));
      return command.ready();
    } catch (ParameterException e) {
      throw new InvalidTemplateException(
          "the template " + run.template(), List.of(String.valueOf(e.getMessage())));
    }
  }

  private Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            spec.commandLine(),
            "--set must look like NAME=VALUE"
                + (equals < 0 ? ", but has no '='" : ", but has no name"));
      }
      String name = setting.substring(0, equals);
      if (values.put(name, setting.substring(equals + 1)) != null) {
        throw new ParameterException(
            spec.commandLine(), "--set gives the parameter '%s' twice".formatted(name));
      }
    }
    return values;
  }

  private static Template open(String name) {
    Set<String> valued = new TreeSet<>();
    Set<String> flags = new TreeSet<>();
    for (OptionSpec option : CommandSpec.forAnnotatedObject(new RunCommand()).options()) {
      String longest = option.longestName().replaceFirst("^-+", "");
      if (!OWN.contains(longest)) {
        (option.arity().max() == 0 ? flags : valued).add(longest);
      }
    }
    return Templates.open(name, new RunKeys(valued, flags));
  }

  private static void describe(Template template, PrintWriter out) {
    out.println(template.name() + ": " + template.description());
    for (Parameter parameter : template.parameters().values()) {
      String otherwise =
          parameter.required()
              ? "required"
              : parameter.defaultValue() == null
                  ? "optional"
                  : "default " + parameter.defaultValue();
      out.printf("%n  %s (%s, %s)%n", parameter.name(), parameter.type().label(), otherwise);
      out.printf("      %s%n", parameter.help());
      out.printf("      It must be %s.%n", parameter.allowed());
    }
  }

  private int problems(InvalidTemplateException failure) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("braid launch: %s makes no run:%n", failure.subject());
    failure.problems().forEach(problem -> err.println("  " + problem));
    err.flush();
    return ExitCode.USAGE;
  }
}
