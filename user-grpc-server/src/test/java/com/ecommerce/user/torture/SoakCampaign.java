package com.ecommerce.user.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a steady load while the database is repeatedly restarted and connections break. The
 * resources of the service must not grow.
 */
final class SoakCampaign implements Campaign {
  private static final Duration DURATION = Duration.ofHours(1);
  private static final int SAMPLES = 60;
  private static final Duration MIN_PAUSE = Duration.ofSeconds(5);
  private static final int FAULTS = 24;
  private static final Duration MIN_FAULT_PAUSE = Duration.ofSeconds(15);
  private static final Duration OUTAGE = Duration.ofSeconds(4);

  /** The time after a fault in which calls may still fail. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private static final double MAX_LOG_LINES_PER_FAULT = 20;

  /**
   * The number of rows of the tables that must not grow. The event log and its positions grow with
   * each change, and window_limits has a row for each mailbox to which a mail was sent in the last
   * hour.
   */
  private static final String ROWS =
      """
      select coalesce(sum((xpath('/row/c/text()',
        query_to_xml(format('select count(*) as c from %I', tablename), false, true, '')))[1]::text::int), 0)
      from pg_tables where schemaname = 'public' and tablename
      """;

  @Override
  public String description() {
    return "all kinds of calls while the database restarts and connections break";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    Directories.delete(options.directory().resolve("data"));
    var mailbox = new Mailbox();
    try (var database = PostgresServer.start(options.directory());
        var mails = new FakeSmtpServer(mailbox);
        var service =
            ServiceUnderTest.start(
                options, Map.of("DATABASE_URL", database.url(), "SMTP_URL", mails.url()))) {
      var log = new LoadRecord();
      try (var calls = new MixedCalls(service.target(), mailbox, log)) {
        var run = new Run(database, service, calls, log, out);
        run.last(options.duration().orElse(DURATION));
        return run.brokenPromise();
      }
    }
  }

  /** One run, with its figures. */
  private static final class Run {
    private final PostgresServer database;
    private final ServiceUnderTest service;
    private final MixedCalls calls;
    private final LoadRecord log;
    private final PrintStream out;
    private final Flatness heap = new Flatness("heap (MiB)", 0.1, 4);
    private final Flatness resident = new Flatness("resident size (MiB)", 0.08, 16);
    private final Flatness threads = new Flatness("threads", 0, 3);
    private final Flatness files = new Flatness("open files", 0.05, 5);
    private final Flatness connections = new Flatness("connections", 0, 2);
    private final Flatness rows = new Flatness("rows of tables that must not grow", 0.05, 100);
    private final Flatness p50 = new Flatness("p50 (ms)", 1, 5);
    private int faults;
    private long callsBefore;
    private long sampledAt = System.nanoTime();

    Run(
        PostgresServer database,
        ServiceUnderTest service,
        MixedCalls calls,
        LoadRecord log,
        PrintStream out) {
      this.database = database;
      this.service = service;
      this.calls = calls;
      this.log = log;
      this.out = out;
    }

    void last(Duration duration) throws IOException, InterruptedException, SQLException {
      long begin = System.nanoTime();
      long pause = Math.max(duration.toNanos() / SAMPLES, MIN_PAUSE.toNanos());
      long faultPause = Math.max(duration.toNanos() / FAULTS, MIN_FAULT_PAUSE.toNanos());
      out.println(
          "     s  calls/s   p50 ms   p99 ms  heap MiB  RSS MiB  threads  files  conns   rows  events  log");
      long samples = 0;
      while (System.nanoTime() - begin < duration.toNanos()) {
        samples++;
        long due = begin + samples * pause;
        if (due > begin + (faults + 1) * faultPause) {
          makeFault();
        }
        TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
        sample((System.nanoTime() - begin) / 1_000_000_000);
      }
    }

    private void makeFault() throws IOException, InterruptedException, SQLException {
      log.begin();
      switch (faults++ % 3) {
        case 0 -> database.terminateBackends();
        case 1 -> {
          database.stop();
          TimeUnit.NANOSECONDS.sleep(OUTAGE.toNanos());
          database.startAgain();
        }
        default -> calls.reconnect();
      }
      log.end(GRACE.toNanos());
    }

    private void sample(long second) throws IOException, InterruptedException, SQLException {
      var latency = log.takeLatency();
      var figures = ServiceFigures.of(service.target());
      int bounded = database.number(ROWS + " !~ '^(events|event_positions|window_limits)'");
      int events = database.number(ROWS + " = 'events'");
      int open = database.connections();
      heap.add(figures.heapMebibytes());
      resident.add(service.mebibytes());
      threads.add(figures.threads());
      files.add(figures.files());
      connections.add(open);
      rows.add(bounded);
      p50.add(latency.p50());
      long made = log.calls();
      long now = System.nanoTime();
      double seconds = (now - sampledAt) / 1e9;
      out.printf(
          Locale.ROOT,
          "%6d %8.0f %8.1f %8.1f %9.1f %8d %8d %6d %6d %6d %7d %4d%n",
          second,
          (made - callsBefore) / seconds,
          latency.p50(),
          latency.p99(),
          figures.heapMebibytes(),
          service.mebibytes(),
          figures.threads(),
          figures.files(),
          open,
          bounded,
          events,
          service.logLines());
      callsBefore = made;
      sampledAt = now;
    }

    String brokenPromise() {
      out.printf("  %s%n", log);
      List<String> broken = new ArrayList<>();
      if (!service.isAlive()) {
        broken.add("the process ended with status " + service.exitStatus());
      }
      if (log.unexpected().countOf("") > 0) {
        broken.add("calls failed: " + log.unexpected());
      }
      if (service.logLines() > MAX_LOG_LINES_PER_FAULT * (faults + 1)) {
        broken.add(service.logLines() + " lines of log for " + faults + " faults");
      }
      out.println("  medians of the thirds of the time:");
      for (var figure : List.of(heap, resident, threads, files, connections, rows, p50)) {
        out.printf("    %s%n", figure.summary());
        figure.growth().ifPresent(broken::add);
      }
      return String.join("; ", broken);
    }
  }
}
