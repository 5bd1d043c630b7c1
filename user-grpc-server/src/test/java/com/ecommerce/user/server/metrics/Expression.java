package com.ecommerce.user.server.metrics;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A PromQL expression, limited to the features that this project uses. */
record Expression(String text) {
  /** The labels that Prometheus itself adds to scraped metrics. */
  private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");
  private static final Pattern SELECTOR =
      Pattern.compile("([a-z_][a-z0-9_]*)(\\{[^}]*\\})?(?![a-z0-9_(]| *\\()");
  private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");

  /**
   * Returns descriptions of the metrics and labels that the expression uses and that are not
   * exported.
   */
  List<String> missingFrom(Exposition exported) {
    List<String> missing = new ArrayList<>();
    Set<String> labels = new LinkedHashSet<>();
    String bare = GROUPING.matcher(text).replaceAll("").replaceAll("\\[[0-9a-z$_]+]", "");
    SELECTOR
        .matcher(bare)
        .results()
        .filter(selector -> !selector.group(1).equals("up"))
        .forEach(
            selector -> {
              var found = exported.named(selector.group(1));
              if (found.isEmpty()) {
                missing.add("no metric " + selector.group(1) + " for " + text);
              }
              found.forEach(series -> labels.addAll(series.labels().keySet()));
              if (selector.group(2) != null) {
                missing.addAll(unmatched(selector.group(2), found));
              }
            });
    GROUPING
        .matcher(text)
        .results()
        .flatMap(grouping -> Set.of(grouping.group(1).split(", *")).stream())
        .filter(label -> !labels.contains(label) && !OF_PROMETHEUS.contains(label))
        .forEach(label -> missing.add("no label " + label + " for " + text));
    return missing;
  }

  private List<String> unmatched(String matchers, List<Exposition.Series> found) {
    return MATCHER
        .matcher(matchers)
        .results()
        .filter(matcher -> !OF_PROMETHEUS.contains(matcher.group(1)))
        .filter(
            matcher ->
                found.stream()
                    .noneMatch(
                        series -> {
                          String value = series.labels().get(matcher.group(1));
                          return value != null
                              && matches(matcher.group(2), matcher.group(3), value);
                        }))
        .map(matcher -> "nothing matches " + matcher.group() + " in " + text)
        .toList();
  }

  private static boolean matches(String operator, String wanted, String value) {
    return switch (operator) {
      case "=" -> value.equals(wanted);
      case "!=" -> !value.equals(wanted);
      case "=~" -> value.matches(wanted);
      default -> !value.matches(wanted);
    };
  }
}
