package com.ecommerce.user.torture;

import com.ecommerce.user.server.file.OwnFiles;
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
 * Kills the service and its embedded PostgreSQL under load, leaves sessions of PostgreSQL behind
 * that still work in the data, and starts the service again on the same data. Afterwards, kills
 * only PostgreSQL while the service runs.
 */
final class CrashCampaign implements Campaign {
  private static final int ROUNDS = 20;
  private static final int HEALS = 5;
  private static final int WRITERS = 4;
  private static final int LEFT_BEHIND = 2;
  private static final Duration LOAD = Duration.ofSeconds(1);
  private static final Duration MAX_START = Duration.ofSeconds(15);

  /**
   * The maximum ratio of the time of a start to that of the first one, which applies on a busy
   * machine.
   */
  private static final int MAX_SLOWDOWN = 3;

  private static final int MIN_WRITES = 100;
  private static final Duration MAX_LOAD = Duration.ofSeconds(30);
  private static final Duration MAX_HEAL = Duration.ofSeconds(10);
  private static final String AWAY = "UNAVAILABLE DATABASE_UNAVAILABLE (retry)";
  private static final String WARNING = ".* WARN +\\[.*";

  private final AcknowledgedWrites writes = new AcknowledgedWrites(WRITERS);
  private final List<Long> startMillis = new ArrayList<>();
  private final List<Long> healMillis = new ArrayList<>();
  private int leftBehind;

  @Override
  public String description() {
    return ROUNDS + " kills of the service and its PostgreSQL, " + HEALS + " of PostgreSQL alone";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    // Each run begins without data.
    OwnFiles.deleteRecursively(options.directory().resolve("data"));
    var broken = killEverything(options);
    out.printf(
        Locale.ROOT,
        "  kills of all: %d, sessions left behind: %d, starts after them: %s (the first: %d ms)%n",
        startMillis.size() - 1,
        leftBehind,
        figures(startMillis.subList(1, startMillis.size())),
        startMillis.get(0));
    if (broken.isEmpty()) {
      broken = killPostgres(options);
      out.printf(
          Locale.ROOT,
          "  kills of PostgreSQL: %d, until the next write: %s%n  calls meanwhile: %s%n",
          healMillis.size(),
          figures(healMillis),
          writes.failures());
    }
    out.printf(Locale.ROOT, "  acknowledged writes: %d%n", writes.count());
    return broken;
  }

  private String killEverything(CampaignOptions options)
      throws IOException, InterruptedException, SQLException {
    long end = System.nanoTime() + options.duration().orElse(Duration.ofHours(1)).toNanos();
    List<Long> sessions = List.of();
    try {
      for (int i = 0; i < ROUNDS && (i == 0 || System.nanoTime() < end); i++) {
        try (var service = start(options)) {
          String broken = check(service.target());
          if (!broken.isEmpty()) {
            return broken;
          }
          writes.start(service.target());
          awaitLoad();
          sessions = PostgresProcesses.stoppedSessions(service.target(), LEFT_BEHIND);
          long postgres = PostgresProcesses.server(service.target().dataDirectory()).orElseThrow();
          // They are killed in either order, since the survivor may react to the end of the other.
          if (i % 2 == 0) {
            service.kill();
            PostgresProcesses.kill(postgres);
          } else {
            PostgresProcesses.kill(postgres);
            service.kill();
          }
          writes.stop();
          leftBehind += (int) sessions.stream().filter(PostgresProcesses::isAlive).count();
        }
      }
      try (var service = start(options)) {
        return check(service.target());
      }
    } finally {
      for (long session : sessions) {
        PostgresProcesses.kill(session);
      }
    }
  }

  private ServiceUnderTest start(CampaignOptions options) throws IOException {
    long begin = System.nanoTime();
    var service = ServiceUnderTest.start(options, Map.of());
    startMillis.add(Duration.ofNanos(System.nanoTime() - begin).toMillis());
    return service;
  }

  private void awaitLoad() throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(LOAD.toMillis());
    long wanted = writes.count() + MIN_WRITES;
    long deadline = System.nanoTime() + MAX_LOAD.toNanos();
    while (writes.count() < wanted && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private String check(Target target) {
    long most = Math.max(MAX_START.toMillis(), MAX_SLOWDOWN * startMillis.get(0));
    if (startMillis.get(startMillis.size() - 1) > most) {
      return "a start took more than " + most + " ms";
    }
    var missing = writes.missing(target);
    return missing.isEmpty() ? "" : "acknowledged writes are lost: " + missing;
  }

  private String killPostgres(CampaignOptions options)
      throws IOException, InterruptedException, SQLException {
    try (var service = ServiceUnderTest.start(options, Map.of())) {
      var failuresBefore = writes.failures().countOf("");
      var awayBefore = writes.failures().count(AWAY);
      long warningsBefore = service.logLines(WARNING);
      writes.start(service.target());
      for (int i = 0; i < HEALS; i++) {
        awaitLoad();
        var sessions = PostgresProcesses.stoppedSessions(service.target(), 1);
        long postgres = PostgresProcesses.server(service.target().dataDirectory()).orElseThrow();
        PostgresProcesses.kill(postgres);
        long killed = System.nanoTime();
        if (!awaitWrite(service.target(), postgres, killed)) {
          writes.stop();
          return service.isAlive() ? "PostgreSQL did not come back" : "the service ended";
        }
        healMillis.add(Duration.ofNanos(writes.lastSuccess() - killed).toMillis());
        if (sessions.stream().anyMatch(PostgresProcesses::isAlive)) {
          return "a session of the killed PostgreSQL still works in its data";
        }
      }
      writes.stop();
      long failures = writes.failures().countOf("") - failuresBefore;
      long away = writes.failures().count(AWAY) - awayBefore;
      if (failures > away) {
        return "calls failed without UNAVAILABLE and RetryInfo: " + writes.failures();
      }
      long warnings = service.logLines(WARNING) - warningsBefore;
      return warnings == HEALS
          ? check(service.target())
          : warnings + " warnings about " + HEALS + " kills";
    }
  }

  /** Returns whether a write succeeds in time after another server has started. */
  private boolean awaitWrite(Target target, long killedServer, long killed)
      throws IOException, InterruptedException {
    long deadline = killed + MAX_HEAL.toNanos();
    long replaced = 0;
    while (replaced == 0 || writes.lastSuccess() - replaced <= 0) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      // A session of the killed server may have ended its last write.
      if (replaced == 0
          && PostgresProcesses.server(target.dataDirectory())
              .filter(id -> id != killedServer)
              .isPresent()) {
        replaced = System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
    return true;
  }

  private static String figures(List<Long> millis) {
    var statistics = millis.stream().mapToLong(Long::longValue).summaryStatistics();
    return millis.isEmpty()
        ? "none"
        : String.format(
            Locale.ROOT,
            "%d to %d ms, %.0f on average",
            statistics.getMin(),
            statistics.getMax(),
            statistics.getAverage());
  }
}
