package com.ecommerce.user.server.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The content of a scrape, in Prometheus' text format. */
public record Exposition(List<Series> series) {
  private static final Pattern LINE = Pattern.compile("([a-zA-Z_:]+[\\w:]*)(?:\\{(.*)\\})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One value. */
  public record Series(String name, Map<String, String> labels, double value) {
    /** Returns whether it has these labels, given as names and values in turn. */
    boolean has(String... wanted) {
      for (int i = 0; i < wanted.length; i += 2) {
        if (!wanted[i + 1].equals(labels.get(wanted[i]))) {
          return false;
        }
      }
      return true;
    }
  }

  public static Exposition parse(String text) {
    List<Series> series = new ArrayList<>();
    for (String line : text.lines().filter(one -> !one.startsWith("#")).toList()) {
      Matcher parts = LINE.matcher(line);
      if (!parts.matches()) {
        throw new AssertionError("no line of a metric: " + line);
      }
      series.add(
          new Series(parts.group(1), labels(parts.group(2)), Double.parseDouble(parts.group(3))));
    }
    return new Exposition(series);
  }

  private static Map<String, String> labels(String text) {
    var labels = new TreeMap<String, String>();
    if (text != null) {
      LABEL.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(2)));
    }
    return labels;
  }

  /**
   * Returns the sum of all series of that name with these labels, given as names and values in
   * turn.
   */
  public double sum(String name, String... labels) {
    return series.stream()
        .filter(one -> one.name().equals(name) && one.has(labels))
        .mapToDouble(Series::value)
        .sum();
  }

  public List<Series> named(String name) {
    return series.stream().filter(one -> one.name().equals(name)).toList();
  }
}
