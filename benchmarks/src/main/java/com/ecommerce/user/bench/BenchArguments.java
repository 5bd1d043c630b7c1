package com.ecommerce.user.bench;

import com.ecommerce.user.bench.server.BenchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of {@code scripts/bench}, which describes them. */
final class BenchArguments {
  private static final Set<String> VALUES =
      Set.of(
          "--users",
          "--rounds",
          "--seconds",
          "--directory",
          "--java-options",
          "--class-data",
          "--jar",
          "--pgbench",
          "--h2load");

  private static final Set<String> SWITCHES = Set.of("--five-million", "--quick", "--profile");
  private static final int MOST_USERS = 50_000_000;

  private final Map<String, String> values = new HashMap<>();
  private final List<String> parts = new ArrayList<>();

  private BenchArguments() {}

  /**
   * Parses the arguments.
   *
   * @throws IllegalArgumentException with a message that names the invalid argument
   */
  static BenchOptions parse(List<String> arguments, Set<String> knownParts) {
    var parsed = new BenchArguments();
    Deque<String> rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      parsed.take(rest.poll(), rest, knownParts);
    }
    return parsed.options(knownParts);
  }

  private void take(String argument, Deque<String> rest, Set<String> knownParts) {
    String[] parts = argument.split("=", 2);
    if (SWITCHES.contains(argument)) {
      values.put(argument, "");
    } else if (VALUES.contains(parts[0])) {
      String value = parts.length > 1 ? parts[1] : rest.poll();
      if (value == null) {
        throw new IllegalArgumentException(argument + ": no value");
      }
      values.put(parts[0], value);
    } else if (knownParts.contains(argument)) {
      this.parts.add(argument);
    } else {
      throw new IllegalArgumentException(
          argument + ": no such option or part (expected: " + String.join(", ", knownParts) + ")");
    }
  }

  private BenchOptions options(Set<String> knownParts) {
    boolean isQuick = values.containsKey("--quick");
    return new BenchOptions(
        parts.isEmpty() ? List.copyOf(knownParts) : List.copyOf(parts),
        values.containsKey("--five-million")
            ? 5_000_000
            : number("--users", 1_000_000, 1_000, MOST_USERS),
        number("--rounds", isQuick ? 1 : 3, 1, 1_000),
        Duration.ofSeconds(number("--seconds", isQuick ? 2 : 5, 1, 3_600)),
        isQuick,
        values.containsKey("--profile"),
        path("--directory"),
        words("--java-options"),
        option("--class-data"),
        path("--jar"),
        path("--pgbench"),
        path("--h2load"));
  }

  private List<String> words(String name) {
    String text = values.getOrDefault(name, "").strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+"));
  }

  /** Returns the value as one option, which may contain spaces; none if the value is empty. */
  private List<String> option(String name) {
    String option = values.getOrDefault(name, "");
    return option.isEmpty() ? List.of() : List.of(option);
  }

  private int number(String name, int otherwise, int min, int max) {
    String value = values.get(name);
    if (value == null) {
      return otherwise;
    }
    String expected = name + ": " + value + " (expected: " + min + " to " + max + ")";
    if (!value.matches("\\d{1,9}")) {
      throw new IllegalArgumentException(expected);
    }
    int number = Integer.parseInt(value);
    if (number < min || number > max) {
      throw new IllegalArgumentException(expected);
    }
    return number;
  }

  private Path path(String name) {
    if (!values.containsKey(name)) {
      throw new IllegalArgumentException(name + " is missing (scripts/bench passes it)");
    }
    return Path.of(values.get(name)).toAbsolutePath();
  }
}
