package com.ecommerce.user.server.parity;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The outcome of a call, in terms that both transports have.
 *
 * @param outcome {@code OK}, or the reason of the failure
 * @param rules the broken rules in words, without what was expected, sorted
 * @param retryAfterSeconds 0 when no time was told
 * @param facts what was answered, by name
 */
record Answer(
    String outcome, List<String> rules, long retryAfterSeconds, SortedMap<String, String> facts) {
  static Answer ok(Map<String, String> facts) {
    return new Answer("OK", List.of(), 0, new TreeMap<>(facts));
  }

  static Answer failed(String reason, List<String> rules, long retryAfterSeconds) {
    var broken =
        rules.stream().map(rule -> rule.replaceAll(" \\(expected: .*", "")).sorted().toList();
    return new Answer(reason, broken, retryAfterSeconds, new TreeMap<>());
  }

  /** One fact of a call that succeeded. */
  String fact(String name) {
    if (!facts.containsKey(name)) {
      throw new AssertionError("no " + name + " in " + this);
    }
    return facts.get(name);
  }
}
