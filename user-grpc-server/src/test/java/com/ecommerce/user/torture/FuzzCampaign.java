package com.ecommerce.user.torture;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;

/**
 * Calls the service with generated input, valid and invalid, by gRPC and REST, with AUTH_MODE off
 * and required, as several callers. No input may cause an internal error, end the service, take
 * long or reveal a secret, and both transports must agree. The variable FUZZ_SEED repeats a run.
 */
final class FuzzCampaign implements Campaign {
  private static final Duration DEFAULT = Duration.ofSeconds(120);
  private static final Duration SCHEMATHESIS = Duration.ofSeconds(45);

  @Override
  public String description() {
    return "generated calls of every method and route, valid and invalid, as several callers";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException {
    String chosen = System.getenv("FUZZ_SEED");
    long seed = chosen == null ? System.nanoTime() : Long.parseLong(chosen);
    out.println("  seed " + seed);
    var directory = options.directory().resolve("fuzz");
    deleteAll(directory.resolve("data"));
    var own =
        new CampaignOptions(options.jar(), directory, options.javaOptions(), options.duration());
    Duration time = options.duration().orElse(DEFAULT).dividedBy(2);
    var record = new FuzzRecord();
    FuzzCallers callers;
    try (var service = ServiceUnderTest.start(own, settings("off"))) {
      callers = FuzzCallers.make(own, service.target());
      var phase = new FuzzPhase(service, callers, seed, record);
      phase.run(time);
      phase.checkEnd();
      record.print("AUTH_MODE=off", out);
    }
    try (var service = ServiceUnderTest.start(own, settings("required"))) {
      var phase = new FuzzPhase(service, callers, -seed, record);
      phase.run(time);
      record.print("all", out);
      describedCalls(service.target(), phase.root(), directory, seed, out, record);
      phase.checkEnd();
    }
    record.printBroken(out);
    return record.firstBroken();
  }

  private static Map<String, String> settings(String authMode) {
    return Map.of("AUTH_MODE", authMode, "RATE_LIMIT_METHODS", "none");
  }

  private static void deleteAll(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static void describedCalls(
      Target target,
      FuzzCaller caller,
      Path directory,
      long seed,
      PrintStream out,
      FuzzRecord record)
      throws IOException, InterruptedException {
    var schemathesis = new Schemathesis(directory);
    var missing = schemathesis.install();
    if (missing.isPresent()) {
      out.println("  schemathesis is skipped: " + missing.get());
    } else if (schemathesis.run(target.restPort(), caller, seed, SCHEMATHESIS, out)) {
      out.println("  schemathesis found nothing");
    } else {
      record.breakPromise("schemathesis found something", "see the lines above");
    }
  }
}
