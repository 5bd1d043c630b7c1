package com.ecommerce.user.torture;

import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** Counts the results of calls by name. Thread-safe. */
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();

  void add(String what) {
    add(what, 1);
  }

  void add(String what, long count) {
    counts.computeIfAbsent(what, unknown -> new LongAdder()).add(count);
  }

  long count(String what) {
    var count = counts.get(what);
    return count == null ? 0 : count.sum();
  }

  /** Returns the number of all results whose name begins like this. */
  long countOf(String beginning) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(beginning))
        .mapToLong(entry -> entry.getValue().sum())
        .sum();
  }

  @Override
  public String toString() {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " x " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
