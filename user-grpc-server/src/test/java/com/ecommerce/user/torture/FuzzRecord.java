package com.ecommerce.user.torture;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The results of a fuzzer's calls: counts, the slowest call, and broken promises. Thread-safe. */
final class FuzzRecord {
  private static final long MAX_MILLIS = 5_000;
  private static final int MAX_SHOWN = 10;

  /** The load average for each processor that a run itself causes at most. */
  private static final int PROCESSES_OF_A_RUN = 4;

  /** The beginnings of stored password hashes. */
  private static final List<String> HASHES =
      List.of("$bcrypt-sha256$", "$argon2id$", "pbkdf2_sha256$");

  private final Tally statuses = new Tally();
  private final AtomicLong calls = new AtomicLong();
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private final Set<String> kinds = ConcurrentHashMap.newKeySet();
  private long slowestNanos;
  private String slowest = "";

  /**
   * Counts a call.
   *
   * @param what the method or route
   * @param status how it ended
   */
  void add(String what, String status, long nanos) {
    calls.incrementAndGet();
    statuses.add(status);
    synchronized (this) {
      if (nanos > slowestNanos) {
        slowestNanos = nanos;
        slowest = what + " (" + status + ")";
      }
    }
    if (nanos / 1_000_000 > MAX_MILLIS * busyness()) {
      breakPromise(what + " took " + nanos / 1_000_000 + " ms", "");
    }
  }

  /** Returns the factor by which a call may take longer, since the machine is busy. */
  private static double busyness() {
    var machine = ManagementFactory.getOperatingSystemMXBean();
    double processes = machine.getSystemLoadAverage() / machine.getAvailableProcessors();
    return Math.max(1, processes / PROCESSES_OF_A_RUN);
  }

  /** Notes a broken promise; the detail says how to repeat it. The same one is noted once. */
  void breakPromise(String promise, String detail) {
    if (kinds.add(promise)) {
      broken.add(promise + (detail.isEmpty() ? "" : ": " + detail));
    }
  }

  /** Checks that an answer has no password and no hash. */
  void checkSecrets(String what, byte[] answer) {
    checkSecrets(what, new String(answer, StandardCharsets.ISO_8859_1));
  }

  void checkSecrets(String what, String text) {
    if (text.contains(FuzzValues.SECRET)) {
      breakPromise("a password is shown by " + what, "");
    }
    HASHES.stream()
        .filter(text::contains)
        .forEach(hash -> breakPromise("a password hash is shown by " + what, hash));
  }

  /**
   * Prints the figures.
   *
   * @param what the calls that they are of
   */
  void print(String what, PrintStream out) {
    out.printf("  %s, %d calls: %s%n", what, calls.get(), statuses);
    out.printf(Locale.ROOT, "  slowest: %.0f ms, %s%n", slowestNanos / 1e6, slowest);
  }

  /** Prints the broken promises, at most ten of them. */
  void printBroken(PrintStream out) {
    broken.stream().limit(MAX_SHOWN).forEach(promise -> out.println("  broken: " + promise));
  }

  /** The first broken promise; empty if there is none. */
  String firstBroken() {
    String first = broken.peek();
    return first == null ? "" : first;
  }
}
