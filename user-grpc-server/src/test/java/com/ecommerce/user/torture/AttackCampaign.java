package com.ecommerce.user.torture;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Runs an attack on the runnable jar beside honest calls, and prints the memory of the service and
 * the results of both.
 */
final class AttackCampaign implements Campaign {
  /** The maximum resident size, with a heap of 256 MiB. */
  private static final long MAX_MEBIBYTES = 400;

  /** The maximum 99th percentile of the honest calls. */
  private static final double MAX_P99_MILLIS = 2_000;

  /** The maximum ratio to the percentile before the attack, which applies on a busy machine. */
  private static final double MAX_SLOWDOWN = 10;

  private static final long QUIET_SECONDS = 3;

  /** The number of lines that an attack may add to the log. */
  private static final long MAX_LOG_LINES = 30;

  /** The only failure that an honest client in the attacker's network may get. */
  private static final String BUSY = "RESOURCE_EXHAUSTED SERVER_BUSY (retry)";

  private static final int READERS = 4;

  private final Attack attack;

  AttackCampaign(Attack attack) {
    this.attack = attack;
  }

  @Override
  public String description() {
    return attack.description();
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    var tally = new Tally();
    try (var service = ServiceUnderTest.start(options, attack.settings())) {
      attack.prepare(service.target());
      var others = new HonestCalls(service.target(), Network.OTHERS, READERS);
      var neighbours = new HonestCalls(service.target(), Network.ATTACKER, 1);
      others.start();
      neighbours.start();
      TimeUnit.SECONDS.sleep(QUIET_SECONDS);
      others.beginAttack();
      neighbours.beginAttack();
      long memory = service.mebibytes();
      long lines = service.logLines();
      try {
        attack.run(service.target(), tally);
      } catch (IOException | StatusRuntimeException ended) {
        tally.add("connection failed");
      }
      others.close();
      neighbours.close();
      lines = service.logLines() - lines;
      out.printf(
          Locale.ROOT,
          "  memory:       %d MiB before, %d MiB at most%n"
              + "  others:       %s%n"
              + "  same network: %s%n"
              + "  attacker:     %s%n"
              + "  log:          %d lines%n",
          memory,
          service.maxMebibytes(),
          others.summary(),
          neighbours.summary(),
          tally,
          lines);
      return brokenPromise(service, others, neighbours, lines, tally);
    }
  }

  private String brokenPromise(
      ServiceUnderTest service,
      HonestCalls others,
      HonestCalls neighbours,
      long logLines,
      Tally tally) {
    if (!service.isAlive()) {
      return "the service ended with status " + service.exitStatus();
    }
    if (service.maxMebibytes() > MAX_MEBIBYTES) {
      return "the service used more than " + MAX_MEBIBYTES + " MiB";
    }
    if (others.failures().countOf("") > 0) {
      return "calls of others failed: " + others.failures();
    }
    if (others.percentile(99) > Math.max(MAX_P99_MILLIS, MAX_SLOWDOWN * others.quietMillis())) {
      return "calls of others were slow";
    }
    if (neighbours.failures().countOf("") > neighbours.failures().count(BUSY)) {
      return "calls from the same network failed with another status than SERVER_BUSY: "
          + neighbours.failures();
    }
    if (logLines > MAX_LOG_LINES) {
      return "more than " + MAX_LOG_LINES + " lines in the log";
    }
    return attack.brokenPromise(tally);
  }
}
