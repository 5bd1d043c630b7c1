package com.ecommerce.user.torture;

import com.ecommerce.user.server.log.LogSetup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Attacks the runnable jar beside honest calls, and prints what happened to memory, to the others
 * and to the attacker. What {@code scripts/torture} runs; see there for the arguments. Exit status:
 * 0 all promises held, 1 one was broken, 2 wrong arguments.
 */
final class Torture {
  /** The resident size that must do, with a heap of 256 MiB. */
  private static final long MAX_MEBIBYTES = 400;

  private static final Map<String, Map<String, Attack>> GROUPS = groups();

  private Torture() {}

  private static Map<String, Map<String, Attack>> groups() {
    Map<String, Map<String, Attack>> groups = new LinkedHashMap<>();
    groups.put("floods", floods());
    return groups;
  }

  private static Map<String, Attack> floods() {
    Map<String, Attack> attacks = new LinkedHashMap<>();
    attacks.put("gzip-bombs", LargeMessages.gzipBombs());
    attacks.put("unknown-fields", LargeMessages.unknownFields());
    attacks.put("large-messages", LargeMessages.plain());
    attacks.put("deep-groups", LargeMessages.deepGroups());
    attacks.put("inflated-profiles", LargeMessages.manySmallGzip());
    attacks.put("half-messages", new HalfMessages(49_000_000, 54, 1));
    attacks.put("half-messages-within-limits", new HalfMessages(200_000, 54, 100));
    attacks.put("open-streams", new OpenStreamsFlood());
    attacks.put("resets", FrameFlood.resets());
    attacks.put("pings", FrameFlood.pings());
    attacks.put("settings", FrameFlood.settings());
    attacks.put("empty-data", FrameFlood.emptyData());
    attacks.put("priorities", FrameFlood.priorities());
    attacks.put("idle-connections", new IdleConnections(true));
    attacks.put("silent-connections", new IdleConnections(false));
    return attacks;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    LogSetup.apply(Map.of());
    List<String> names = new ArrayList<>();
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i].startsWith("--") && i + 1 < arguments.length) {
        options.put(arguments[i], arguments[++i]);
      } else {
        names.add(arguments[i]);
      }
    }
    Map<String, Attack> chosen = new LinkedHashMap<>();
    for (String name : names) {
      var attacks = named(name);
      if (attacks.isEmpty()) {
        System.err.println("torture: " + name + " (expected: " + knownNames() + ")");
        System.exit(2);
      }
      chosen.putAll(attacks);
    }
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    boolean allHeld = true;
    for (var attack : chosen.entrySet()) {
      allHeld &= run(attack.getKey(), attack.getValue(), options, out);
    }
    System.exit(allHeld ? 0 : 1);
  }

  private static Map<String, Attack> named(String name) {
    if (GROUPS.containsKey(name)) {
      return GROUPS.get(name);
    }
    for (var group : GROUPS.values()) {
      if (group.containsKey(name)) {
        return Map.of(name, group.get(name));
      }
    }
    return Map.of();
  }

  private static String knownNames() {
    List<String> names = new ArrayList<>();
    GROUPS.forEach(
        (group, attacks) -> {
          names.add(group);
          names.addAll(attacks.keySet());
        });
    return String.join(", ", names);
  }

  private static boolean run(
      String name, Attack attack, Map<String, String> options, PrintStream out)
      throws IOException, InterruptedException {
    var tally = new Tally();
    var directory = Path.of(options.get("--directory"));
    try (var service =
        AttackedService.start(
            Path.of(options.get("--jar")), directory, options.getOrDefault("--java-options", ""))) {
      var honest = new HonestCalls(service.target(), name + System.nanoTime() + "@example.com");
      honest.start();
      long before = service.mebibytes();
      try {
        attack.run(service.target(), tally);
      } catch (IOException ended) {
        tally.add("connection failed");
      }
      honest.close();
      boolean alive = service.isAlive();
      String broken = attack.brokenPromise(tally);
      if (!alive) {
        broken = "the service ended with status " + service.exitStatus();
      } else if (service.maxMebibytes() > MAX_MEBIBYTES) {
        broken = "more memory than " + MAX_MEBIBYTES + " MiB";
      } else if (honest.failures().countOf("") > 0) {
        broken = "calls of others failed: " + honest.failures();
      }
      out.printf(
          Locale.ROOT,
          "%-28s %s%n"
              + "  memory: %d MiB before, %d MiB at most%n"
              + "  others: %d calls, p50 %.1f ms, p99 %.1f ms, failed: %s%n"
              + "  attacker: %s%n"
              + "  log: %d lines%n"
              + "  %s%n%n",
          name,
          attack.description(),
          before,
          service.maxMebibytes(),
          honest.calls(),
          honest.percentile(50),
          honest.percentile(99),
          honest.failures().toString().isEmpty() ? "none" : honest.failures(),
          tally,
          service.logLines(),
          broken.isEmpty() ? "held" : "BROKEN: " + broken);
      return broken.isEmpty();
    }
  }
}
