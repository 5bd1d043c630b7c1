package com.ecommerce.user.bench.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of one or several runs on the same machine, which plots are drawn from. They are kept
 * as lines of JSON: each run appends its machine and its figures.
 */
public final class Figures {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private final Machine machine;
  private final Map<Object, Throughput> throughputs = new LinkedHashMap<>();
  private final Map<Object, DatabaseTime> databaseTimes = new LinkedHashMap<>();

  private Figures(Machine machine) {
    this.machine = machine;
  }

  /** A line of the file, of which one component is present. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Line(Machine machine, Throughput throughput, DatabaseTime databaseTime) {}

  /**
   * Calls per second beside a limit, from the least to the best of several runs.
   *
   * @param what the name of the row in the report of its part
   * @param users in the database
   * @param leastRatio to the limit
   * @param target the ratio that is to be reached
   */
  public record Throughput(
      String part,
      String what,
      int users,
      long leastPerSecond,
      long bestPerSecond,
      String limit,
      double leastRatio,
      double bestRatio,
      double target) {
    private Throughput widenedBy(Throughput other) {
      return new Throughput(
          part,
          what,
          users,
          Math.min(leastPerSecond, other.leastPerSecond),
          Math.max(bestPerSecond, other.bestPerSecond),
          limit,
          Math.min(leastRatio, other.leastRatio),
          Math.max(bestRatio, other.bestRatio),
          target);
    }
  }

  /**
   * The processor time that the database spends on a call.
   *
   * @param users in the database
   */
  public record DatabaseTime(String what, int users, double milliseconds) {}

  /** Adds the figures of a run to a file, which is created if it does not exist. */
  public static void append(
      Path file, Machine machine, List<Throughput> throughputs, List<DatabaseTime> databaseTimes)
      throws IOException {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line(machine, null, null));
    throughputs.forEach(figure -> lines.add(new Line(null, figure, null)));
    databaseTimes.forEach(figure -> lines.add(new Line(null, null, figure)));
    Files.write(
        file,
        lines.stream().map(JSON::writeValueAsString).toList(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /**
   * Reads a file. Throughputs of several runs become ranges; of several database times, the last
   * one counts.
   *
   * @throws IllegalArgumentException if it is not such a file, or its runs were made on different
   *     machines, whose figures cannot be compared
   */
  public static Figures read(Path file) throws IOException {
    Figures figures = null;
    for (String text : Files.readAllLines(file)) {
      Line line = JSON.readValue(text, Line.class);
      if (figures == null) {
        figures = new Figures(line.machine);
      }
      figures.add(line);
    }
    if (figures == null || figures.machine == null) {
      throw new IllegalArgumentException(file + ": its first line has no machine");
    }
    return figures;
  }

  private void add(Line line) {
    if (line.machine != null && !line.machine.equals(machine)) {
      throw new IllegalArgumentException("figures of two machines: " + machine + ", " + line);
    }
    if (line.throughput != null) {
      var figure = line.throughput;
      throughputs.merge(
          List.of(figure.part, figure.what, figure.limit, figure.users),
          figure,
          Throughput::widenedBy);
    }
    if (line.databaseTime != null) {
      databaseTimes.put(
          List.of(line.databaseTime.what, line.databaseTime.users), line.databaseTime);
    }
  }

  public Machine machine() {
    return machine;
  }

  public Optional<Throughput> throughput(String part, String what, String limit, int users) {
    return Optional.ofNullable(throughputs.get(List.of(part, what, limit, users)));
  }

  /** Returns the database times in the order of the file. */
  public List<DatabaseTime> databaseTimes() {
    return List.copyOf(databaseTimes.values());
  }
}
