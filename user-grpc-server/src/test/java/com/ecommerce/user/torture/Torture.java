package com.ecommerce.user.torture;

import com.ecommerce.user.server.log.LogSetup;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Attacks the runnable jar beside honest calls, and prints what happened to memory, to the others
 * and to the attacker. What {@code scripts/torture} runs; see there for the arguments. Exit status:
 * 0 all promises held, 1 one was broken, 2 wrong arguments.
 */
final class Torture {
  /** The resident size that must do, with a heap of 256 MiB. */
  private static final long MAX_MEBIBYTES = 400;

  /** The time that one call of a hundred of the others may take. */
  private static final double MAX_P99_MILLIS = 2_000;

  /** On a machine that is busy with other things, it may take so many times as long as before. */
  private static final double MAX_SLOWDOWN = 10;

  private static final long QUIET_SECONDS = 3;

  /** That an attack may write. */
  private static final long MAX_LOG_LINES = 30;

  /**
   * The failure that an honest client in the network of the attacker may get: it tells the client
   * what to do.
   */
  private static final String BUSY = "RESOURCE_EXHAUSTED SERVER_BUSY (retry)";

  private static final int READERS = 4;

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
    attacks.put("half-bodies", new HalfBodies());
    attacks.put("open-streams", new OpenStreamsFlood());
    attacks.put("resets", FrameFlood.resets());
    attacks.put("pings", FrameFlood.pings());
    attacks.put("settings", FrameFlood.settingsFrames());
    attacks.put("empty-data", FrameFlood.emptyData());
    attacks.put("priorities", FrameFlood.priorities());
    attacks.put("idle-connections", new IdleConnections(true));
    attacks.put("silent-connections", new IdleConnections(false));
    attacks.put("registrations", new RegistrationFlood());
    attacks.put("lists", new ListFlood());
    attacks.put("locked-table", new LockedTable());
    attacks.put("many-sessions", new ManySessions());
    return attacks;
  }

  public static void main(String[] arguments)
      throws IOException, InterruptedException, SQLException {
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
      throws IOException, InterruptedException, SQLException {
    var tally = new Tally();
    try (var service =
        AttackedService.start(
            Path.of(options.get("--jar")),
            Path.of(options.get("--directory")),
            options.getOrDefault("--java-options", ""),
            attack.settings())) {
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
      String broken = brokenPromise(service, others, neighbours, lines, attack, tally);
      out.printf(
          Locale.ROOT,
          "%-28s %s%n"
              + "  memory:       %d MiB before, %d MiB at most%n"
              + "  others:       %s%n"
              + "  same network: %s%n"
              + "  attacker:     %s%n"
              + "  log:          %d lines%n"
              + "  %s%n%n",
          name,
          attack.description(),
          memory,
          service.maxMebibytes(),
          others.summary(),
          neighbours.summary(),
          tally,
          lines,
          broken.isEmpty() ? "held" : "BROKEN: " + broken);
      return broken.isEmpty();
    }
  }

  private static String brokenPromise(
      AttackedService service,
      HonestCalls others,
      HonestCalls neighbours,
      long logLines,
      Attack attack,
      Tally tally) {
    if (!service.isAlive()) {
      return "the service ended with status " + service.exitStatus();
    }
    if (service.maxMebibytes() > MAX_MEBIBYTES) {
      return "more memory than " + MAX_MEBIBYTES + " MiB";
    }
    if (others.failures().countOf("") > 0) {
      return "calls of others failed: " + others.failures();
    }
    if (others.percentile(99) > Math.max(MAX_P99_MILLIS, MAX_SLOWDOWN * others.quietMillis())) {
      return "others waited";
    }
    if (neighbours.failures().countOf("") > neighbours.failures().count(BUSY)) {
      return "calls from the same network were not told to come again: " + neighbours.failures();
    }
    if (logLines > MAX_LOG_LINES) {
      return "more than " + MAX_LOG_LINES + " lines in the log";
    }
    return attack.brokenPromise(tally);
  }
}
