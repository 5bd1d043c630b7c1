package com.ecommerce.user.torture;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The recorded calls on one versioned record, and the check that they have an explanation. Versions
 * show the order in which changes took effect, so no search is needed, unlike for a plain register
 * (see {@link Linearizability}).
 *
 * <p>The rules:
 *
 * <ol>
 *   <li>Each successful change has a version of its own, and no version is missing.
 *   <li>A change that ended before another one began has the lower version.
 *   <li>A version has the fields of the previous one, except for the changed field, so no change is
 *       lost.
 *   <li>A change that expects a version makes the next one. It is refused only if that version was
 *       not current at some time during the call.
 *   <li>A read returns a version as it was made, by a change that began before the read ended.
 *   <li>A read is not older than the changes that the same instance had answered before, nor than
 *       those that any instance had answered longer ago than the maximum staleness.
 * </ol>
 */
final class VersionHistory {
  private static final double NANOS_PER_MILLI = 1e6;

  private final long maxStaleness;
  private final List<Read> reads = new ArrayList<>();
  private final List<Refusal> refusals = new ArrayList<>();
  private final List<Change> changes = new ArrayList<>();

  /**
   * The time of a call.
   *
   * @param instance the instance that answered it
   * @param began the time before the call was sent, in nanoseconds
   * @param ended the time after it was answered
   */
  record Interval(int instance, long began, long ended) {}

  private record Read(Interval time, long version, Map<String, String> fields) {}

  private record Refusal(Interval time, long expected) {}

  /**
   * @param expected the version that the change was to be based on; 0 for any
   * @param field the name of the changed field
   */
  private record Change(
      Interval time,
      long expected,
      long version,
      String field,
      String value,
      Map<String, String> fields) {}

  /**
   * @param created the time in which version 1 was made
   * @param fields the fields of version 1
   * @param maxStaleness the maximum staleness of reads from another instance than the one that made
   *     a change, in nanoseconds
   */
  VersionHistory(Interval created, Map<String, String> fields, long maxStaleness) {
    this.maxStaleness = maxStaleness;
    changes.add(new Change(created, 0, 1, "", "", Map.copyOf(fields)));
  }

  synchronized void read(Interval time, long version, Map<String, String> fields) {
    reads.add(new Read(time, version, Map.copyOf(fields)));
  }

  /** Adds a successful change, with the version and fields that were returned. */
  synchronized void change(
      Interval time,
      long expected,
      long version,
      String field,
      String value,
      Map<String, String> fields) {
    changes.add(new Change(time, expected, version, field, value, Map.copyOf(fields)));
  }

  /** Adds a change that was refused because of its expected version. */
  synchronized void refusal(Interval time, long expected) {
    refusals.add(new Refusal(time, expected));
  }

  /** Returns the broken rules, in words; empty if there are none. */
  synchronized List<String> violations() {
    List<String> violations = new ArrayList<>();
    var versions = new TreeMap<Long, Change>();
    for (Change change : changes) {
      if (versions.put(change.version(), change) != null) {
        violations.add("version " + change.version() + " was made twice");
      }
    }
    for (long version = 1; version <= versions.lastKey(); version++) {
      if (!versions.containsKey(version)) {
        violations.add("version " + version + " is missing");
      }
    }
    if (violations.isEmpty()) {
      checkOrder(versions.values(), violations);
      checkFields(versions, violations);
      checkRefusals(versions, violations);
      reads.forEach(read -> checkRead(read, versions, violations));
    }
    return violations;
  }

  private static void checkOrder(Collection<Change> inOrder, List<String> violations) {
    Change latest = null;
    for (Change change : inOrder) {
      if (latest != null && change.time().ended() < latest.time().began()) {
        violations.add(
            "version " + change.version() + " was answered before " + latest.version() + " began");
      }
      if (latest == null || change.time().began() > latest.time().began()) {
        latest = change;
      }
    }
  }

  private static void checkFields(TreeMap<Long, Change> versions, List<String> violations) {
    Change before = null;
    for (Change change : versions.values()) {
      if (before != null) {
        Map<String, String> expected = new LinkedHashMap<>(before.fields());
        expected.put(change.field(), change.value());
        if (!expected.equals(change.fields())) {
          violations.add(
              "version "
                  + change.version()
                  + " has "
                  + change.fields()
                  + " in place of "
                  + expected);
        }
        if (change.expected() > 0 && change.expected() != before.version()) {
          violations.add(
              "version "
                  + change.version()
                  + " was made although "
                  + change.expected()
                  + " was expected");
        }
      }
      before = change;
    }
  }

  private void checkRefusals(TreeMap<Long, Change> versions, List<String> violations) {
    for (Refusal refusal : refusals) {
      var expected = versions.get(refusal.expected());
      var next = versions.get(refusal.expected() + 1);
      boolean wasCurrent =
          expected != null
              && expected.time().ended() <= refusal.time().began()
              && (next == null || next.time().began() >= refusal.time().ended());
      if (wasCurrent) {
        violations.add("version " + refusal.expected() + " was refused although it was current");
      }
    }
  }

  private void checkRead(Read read, TreeMap<Long, Change> versions, List<String> violations) {
    var change = versions.get(read.version());
    if (change == null || change.time().began() > read.time().ended()) {
      violations.add("version " + read.version() + " was read before it was made");
      return;
    }
    if (!change.fields().equals(read.fields())) {
      violations.add(
          "version "
              + read.version()
              + " was read as "
              + read.fields()
              + " in place of "
              + change.fields());
    }
    versions.tailMap(read.version(), false).values().stream()
        .filter(later -> age(later, read) > allowedAge(later, read))
        .max(Comparator.comparingLong(later -> age(later, read)))
        .ifPresent(
            later ->
                violations.add(
                    String.format(
                        Locale.ROOT,
                        "version %d was read from instance %d, %.1f ms after instance %d answered version %d",
                        read.version(),
                        read.time().instance(),
                        age(later, read) / NANOS_PER_MILLI,
                        later.time().instance(),
                        later.version())));
  }

  private static long age(Change change, Read read) {
    return read.time().began() - change.time().ended();
  }

  private long allowedAge(Change change, Read read) {
    return change.time().instance() == read.time().instance() ? 0 : maxStaleness;
  }

  /** Returns the longest time for which a read was behind an answered change, in nanoseconds. */
  synchronized long staleness() {
    return reads.stream()
        .flatMapToLong(
            read ->
                changes.stream()
                    .filter(change -> change.version() > read.version())
                    .mapToLong(change -> age(change, read)))
        .filter(age -> age > 0)
        .max()
        .orElse(0);
  }

  synchronized int calls() {
    return reads.size() + refusals.size() + changes.size();
  }
}
