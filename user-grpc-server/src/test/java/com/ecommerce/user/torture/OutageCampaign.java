package com.ecommerce.user.torture;

import com.ecommerce.user.server.testing.RelayedPort;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
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
 * Stops, kills, freezes, disconnects and restarts the database, while clients read and write over
 * gRPC and REST without a deadline.
 */
final class OutageCampaign implements Campaign {
  private static final double MAX_CALL = 5;
  private static final double MAX_CALL_ONCE_KNOWN = 2;
  private static final double KNOWN_AFTER = 1.5;

  /** The limit while the database does not answer, but connections stay open. */
  private static final double MAX_CALL_IN_SILENCE = 15;

  private static final double MAX_RETURN = 1;

  /** The tolerance for delays of this process on a busy machine, in seconds. */
  private static final double SLACK = 0.3;

  private static final int OUTAGES = 5;
  private static final long DEFAULT_SECONDS = 150;
  private static final long SETTLE_SECONDS = 3;

  /**
   * The maximum number of log lines: one at the start of the outage, one at its end, and one about
   * other lost connections.
   */
  private static final int MAX_LINES = 3;

  private final List<String> broken = new ArrayList<>();

  /** An event of the database. Returns the time at which it happened. */
  private interface Event {
    long happen() throws IOException, InterruptedException, SQLException;
  }

  private record Outage(String name, boolean isSilent, Event begin, Event end) {}

  @Override
  public String description() {
    return "the database is stopped, killed, frozen, cut off and started again under load";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    broken.clear();
    long seconds = options.duration().map(Duration::toSeconds).orElse(DEFAULT_SECONDS);
    long each = Math.max(4, seconds / OUTAGES - SETTLE_SECONDS);
    try (var database = BreakablePostgres.in(options.directory().resolve("outage"))) {
      database.start();
      Event start =
          () -> {
            database.start();
            return database.awaitAnswer("select 1");
          };
      run(
          options,
          database.port(),
          List.of(
              new Outage("stopped", false, now(database::stop), start),
              new Outage("killed", false, now(database::kill), start),
              new Outage("frozen", true, now(database::freeze), now(database::thaw))),
          each,
          out);
      try (var relay = new RelayedPort(database.port())) {
        run(
            options,
            relay.port(),
            List.of(
                new Outage("cut off", true, now(relay::discard), now(relay::forward)),
                new Outage("restarted", false, now(database::stop), start),
                new Outage("restarted", false, now(database::kill), start)),
            each,
            out);
      }
    }
    return String.join("; ", broken);
  }

  /** An event that takes no noticeable time. */
  private interface Step {
    void run() throws IOException;
  }

  private static Event now(Step step) {
    return () -> {
      long now = System.nanoTime();
      step.run();
      return now;
    };
  }

  private void run(
      CampaignOptions options, int port, List<Outage> outages, long seconds, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    String url = "postgresql://postgres@localhost:" + port + "/postgres";
    var settings = Map.of("DATABASE_URL", url, "RATE_LIMIT_METHODS", "none");
    try (var service = ServiceUnderTest.start(options, settings);
        var health = new HealthWatch(service.target());
        var load = new MixedLoad(service.target())) {
      load.start();
      TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
      for (Outage outage : outages) {
        long length = outage.name().equals("restarted") ? 0 : seconds;
        long lines = service.logLines();
        long errors = service.logLines(".* ERROR .*|\\s+at .*");
        long began = outage.begin().happen();
        TimeUnit.SECONDS.sleep(length);
        long ended = outage.end().happen();
        TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
        judge(outage, began, ended, load.calls(), health, out);
        lines = service.logLines() - lines;
        errors = service.logLines(".* ERROR .*|\\s+at .*") - errors;
        out.printf("             log: %d lines, %d of errors and stacks%n", lines, errors);
        require(lines <= MAX_LINES, outage.name() + ": " + lines + " lines of log");
        require(errors == 0, outage.name() + ": errors in the log");
      }
      int acknowledged = load.acknowledgedCount();
      int lost = load.lostChanges();
      out.printf("  acknowledged changes: %d, lost: %d%n", acknowledged, lost);
      require(lost == 0, lost + " acknowledged changes are lost");
      require(service.isAlive(), "the service has ended");
    }
  }

  private void judge(
      Outage outage,
      long began,
      long ended,
      List<MixedLoad.Done> calls,
      HealthWatch health,
      PrintStream out) {
    var during =
        calls.stream()
            .filter(call -> call.ended() - began > 0 && call.began() - ended < 0)
            .toList();
    var outcomes = new Tally();
    calls.stream()
        .filter(call -> call.ended() - began > 0)
        .forEach(call -> outcomes.add(call.outcome()));
    double first =
        during.stream()
            .filter(call -> MixedLoad.isUnavailable(call.outcome()))
            .mapToDouble(call -> (call.ended() - began) / 1e9)
            .min()
            .orElse(0);
    double longest = during.stream().mapToDouble(MixedLoad.Done::seconds).max().orElse(0);
    long known = began + (long) (KNOWN_AFTER * 1e9);
    double longestKnown =
        during.stream()
            .filter(call -> call.began() - known > 0)
            .mapToDouble(MixedLoad.Done::seconds)
            .max()
            .orElse(0);
    double back =
        calls.stream()
            .filter(call -> !call.isOk() && call.ended() - ended > 0)
            .mapToDouble(call -> (call.ended() - ended) / 1e9)
            .max()
            .orElse(0);
    double healthKnew = health.secondsUntil(ServingStatus.NOT_SERVING, began);
    out.printf(
        Locale.ROOT,
        "  %-10s first UNAVAILABLE after %.2f s, longest call %.2f s, once detected %.2f s,"
            + " health changed after %.2f s, last failure %.2f s after the return%n"
            + "             %s%n",
        outage.name(),
        first,
        longest,
        longestKnown,
        healthKnew,
        back,
        outcomes);
    String name = outage.name() + ": ";
    double maxCall = outage.isSilent() ? MAX_CALL_IN_SILENCE : MAX_CALL;
    require(longest <= maxCall, name + "a call took " + longest + " s");
    require(longestKnown <= MAX_CALL_ONCE_KNOWN, name + "a call waited for " + longestKnown + " s");
    boolean isShort = ended - known < 0;
    require(
        isShort || healthKnew <= KNOWN_AFTER + SLACK, name + "the health did not change in time");
    require(back <= MAX_RETURN + SLACK, name + "calls failed " + back + " s after the return");
    long expected =
        outcomes.count("OK")
            + outcomes.count("UNAVAILABLE DATABASE_UNAVAILABLE (retry)")
            + outcomes.count("503 DATABASE_UNAVAILABLE (retry)");
    require(outcomes.countOf("") == expected, name + "other failures: " + outcomes);
  }

  private void require(boolean holds, String promise) {
    if (!holds) {
      broken.add(promise);
    }
  }
}
