package com.ecommerce.user.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The arguments of {@code scripts/bench}, which describes them. */
final class BenchArguments {
  @Parameters private List<String> parts = new ArrayList<>();

  @Option(names = "--users", defaultValue = "1000000")
  private int users;

  @Option(names = "--five-million")
  private boolean isFiveMillion;

  @Option(names = "--rounds", defaultValue = "3")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "5")
  private int seconds;

  @Option(names = "--quick")
  private boolean isQuick;

  @Option(names = "--profile")
  private boolean profiles;

  @Option(names = "--directory", required = true)
  private Path directory;

  @Option(names = "--java-options", defaultValue = "")
  private String javaOptions;

  @Option(names = "--jar", required = true)
  private Path jar;

  @Option(names = "--pgbench", required = true)
  private Path pgbench;

  @Option(names = "--h2load", required = true)
  private Path h2load;

  private BenchArguments() {}

  /** Ends the process with status 2 when they are wrong. */
  static BenchOptions parse(String[] arguments, Set<String> knownParts) {
    var parsed = new BenchArguments();
    var line = new CommandLine(parsed);
    try {
      line.parseArgs(arguments);
      parsed.check(line, knownParts);
    } catch (ParameterException wrong) {
      System.err.println("bench: " + wrong.getMessage());
      System.exit(2);
    }
    return parsed.options(knownParts);
  }

  private void check(CommandLine line, Set<String> knownParts) {
    for (String part : parts) {
      if (!knownParts.contains(part)) {
        throw new ParameterException(
            line, part + ": no such part (expected: " + String.join(", ", knownParts) + ")");
      }
    }
    if (users < 1_000 || users > 50_000_000 || rounds < 1 || seconds < 1) {
      throw new ParameterException(
          line,
          "a number out of range (expected: --users 1000 to 50000000, --rounds and --seconds 1 or more)");
    }
  }

  private BenchOptions options(Set<String> knownParts) {
    return new BenchOptions(
        parts.isEmpty() ? List.copyOf(knownParts) : parts,
        isFiveMillion ? 5_000_000 : users,
        isQuick ? 1 : rounds,
        Duration.ofSeconds(isQuick ? 2 : seconds),
        profiles,
        directory,
        javaOptions.isBlank() ? List.of() : List.of(javaOptions.strip().split("\\s+")),
        jar,
        pgbench,
        h2load);
  }
}
