package com.ecommerce.user.server.parity;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The outcome of a call, in terms of both transports.
 *
 * @param outcome {@code OK}, or the reason of the failure
 * @param rules the messages of broken rules without their expectations, sorted
 * @param retryAfterSeconds the time of a retry; 0 if there is none
 * @param facts the values of the answer by name
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

  /** Returns one value of a successful call. */
  String fact(String name) {
    if (!facts.containsKey(name)) {
      throw new AssertionError("no " + name + " in " + this);
    }
    return facts.get(name);
  }
}
