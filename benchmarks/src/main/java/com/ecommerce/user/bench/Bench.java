package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.load.Workload;
import com.ecommerce.user.bench.report.Figures;
import com.ecommerce.user.bench.report.Machine;
import com.ecommerce.user.bench.report.Report;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.server.BenchDatabase;
import com.ecommerce.user.bench.server.BenchOptions;
import com.ecommerce.user.bench.server.Pgbench;
import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Measures the runnable jar against limits that are measured in the same run on the same machine.
 * This is the program of {@code scripts/bench}, which describes the arguments.
 */
final class Bench {
  private static final Map<String, Part> PARTS = parts();
  private static final Duration WARM_UP_AT_MOST = Duration.ofSeconds(30);

  private final BenchOptions options;
  private final BenchDatabase database;
  private final Servers servers;
  private final Report report;

  Bench(BenchOptions options, BenchDatabase database, Report report) {
    this.options = options;
    this.database = database;
    this.servers = new Servers(options, database);
    this.report = report;
  }

  /** One part of the measurement. */
  @FunctionalInterface
  interface Part {
    void run(Bench bench);
  }

  private static Map<String, Part> parts() {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("read-cached", ReadParts::cached);
    parts.put("authenticated", AuthenticatedPart::run);
    parts.put("read-uncached", ReadParts::uncached);
    parts.put("lists", DirectoryParts::lists);
    parts.put("search", DirectoryParts::search);
    parts.put("create", WriteParts::create);
    parts.put("update", WriteParts::update);
    parts.put("rest", RestPart::run);
    parts.put("writers", WriteParts::beside);
    parts.put("import", ImportPart::run);
    parts.put("growth", GrowthPart::run);
    parts.put("start", StartPart::run);
    parts.put("memory", MemoryPart::run);
    parts.put("client", ClientPart::run);
    return parts;
  }

  public static void main(String[] arguments) throws IOException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BenchOptions options;
    try {
      options = BenchArguments.parse(List.of(arguments), PARTS.keySet());
    } catch (IllegalArgumentException wrong) {
      System.err.println("bench: " + wrong.getMessage());
      System.exit(2);
      return;
    }
    Files.createDirectories(options.directory());
    var report = new Report(System.err, options.users());
    var database = BenchDatabase.start(options.directory());
    // The hook also runs if the measurement is interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(database::close));
    var bench = new Bench(options, database, report);
    for (String part : options.parts()) {
      System.err.println(part);
      PARTS.get(part).run(bench);
    }
    String title = Machine.describe(options);
    Path markdown = options.directory().resolve("report.md");
    Files.writeString(markdown, title + "\n\n" + report.markdown());
    out.printf(Locale.ROOT, "%n%s%n%n%s%nAs Markdown: %s%n", title, report.text(), markdown);
    if (!options.isQuick()) {
      Path figures = options.directory().resolve("figures.jsonl");
      Figures.append(figures, Machine.current(), report.throughputs(), report.databaseTimes());
      out.println("For plots: " + figures);
    }
  }

  BenchOptions options() {
    return options;
  }

  BenchDatabase database() {
    return database;
  }

  Servers servers() {
    return servers;
  }

  Report report() {
    return report;
  }

  /** Returns the name of the database with all users. */
  String data() {
    return database.withUsers(options.users());
  }

  Pgbench pgbench() {
    return new Pgbench(options, database);
  }

  /** Returns the numbers of random users, at most so many. */
  int[] someUsers(int atMost) {
    return someUsers(atMost, options.users());
  }

  /** Returns the numbers of random users among the first ones, at most so many. */
  int[] someUsers(int atMost, int users) {
    var random = new SplittableRandom(7);
    return random.ints(Math.min(atMost, users), 0, users).toArray();
  }

  /**
   * Runs the contestants one after the other in several rounds. Every other round is in reverse
   * order.
   */
  Map<String, Series> compete(Map<String, Supplier<Sample>> contestants) {
    Map<String, Series> results = new LinkedHashMap<>();
    contestants.keySet().forEach(name -> results.put(name, new Series()));
    List<String> order = new ArrayList<>(contestants.keySet());
    for (int round = 0; round < options.rounds(); round++) {
      for (String name : order) {
        results.get(name).add(contestants.get(name).get());
      }
      Collections.reverse(order);
    }
    return results;
  }

  /**
   * Makes enough calls for the JIT compilers to compile the hot path. The number of calls is fixed,
   * so that it does not depend on the load of the machine.
   */
  void warmUp(Servers.Running server, Workload workload) {
    int calls = options.isQuick() ? 20_000 : 200_000;
    long lastMoment = System.nanoTime() + WARM_UP_AT_MOST.toNanos();
    var load = Load.of(4, 32, Duration.ofSeconds(1));
    for (double made = 0; made < calls && System.nanoTime() < lastMoment; ) {
      made += new LoadClient(server.port()).run(workload, load).perSecond() * 1.5;
    }
    new LoadClient(server.port()).run(workload, Load.of(1, 1, Duration.ofSeconds(1)));
  }

  /** Warms up with fewer calls, for slow methods. */
  void warmUpShortly(Servers.Running server, Workload workload) {
    warmUpShortly(server, workload, 2);
  }

  /**
   * Warms up with fewer calls, for slow methods.
   *
   * @param streams the streams of each of 4 connections
   */
  void warmUpShortly(Servers.Running server, Workload workload, int streams) {
    var time = options.measured().multipliedBy(options.isQuick() ? 1 : 3);
    new LoadClient(server.port()).run(workload, Load.of(4, streams, time));
  }

  /** Runs one round of calls to a server, and measures the processor time that it uses. */
  Sample run(Servers.Running server, Workload workload, Load load) {
    Duration before = server.process().processorTime();
    long start = System.nanoTime();
    Sample sample = new LoadClient(server.port()).run(workload, load);
    double seconds = (System.nanoTime() - start) / 1e9;
    double used = server.process().processorTime().minus(before).toNanos() / 1e3;
    return sample.withProcessor(used / (sample.perSecond() * seconds));
  }

  Load load(int connections, int streams) {
    return Load.of(connections, streams, options.measured());
  }
}
