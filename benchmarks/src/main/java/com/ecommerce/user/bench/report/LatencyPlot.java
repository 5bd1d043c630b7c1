package com.ecommerce.user.bench.report;

import com.ecommerce.user.bench.report.Figures.DatabaseTime;
import com.ecommerce.user.bench.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lines of the database's processor time for a call, by number of users; both axes are logarithmic.
 */
public final class LatencyPlot {
  private static final String STYLE =
      """
      .grid { stroke: #d0d7de; }
      .s1, .s2, .s3, .s4, .s5 { stroke-width: 2.2; }
      .s1 { stroke: #0969da; fill: #0969da; }
      .s2 { stroke: #1a7f37; fill: #1a7f37; }
      .s3 { stroke: #8250df; fill: #8250df; }
      .s4 { stroke: #bc4c00; fill: #bc4c00; }
      .s5 { stroke: #bf3989; fill: #bf3989; }
      """;

  private static final String DARK_STYLE =
      """
      .grid { stroke: #30363d; }
      .s1 { stroke: #58a6ff; fill: #58a6ff; }
      .s2 { stroke: #56d364; fill: #56d364; }
      .s3 { stroke: #bc8cff; fill: #bc8cff; }
      .s4 { stroke: #ffa657; fill: #ffa657; }
      .s5 { stroke: #f778ba; fill: #f778ba; }
      """;

  private static final int COLORS = 5;
  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int RIGHT = 480;
  private static final int TOP = 50;
  private static final int BOTTOM = 330;
  private static final int LABEL_HEIGHT = 17;

  private final Map<String, List<DatabaseTime>> series;
  private final List<Double> ticks;
  private final NavigableSet<Integer> users = new TreeSet<>();

  private LatencyPlot(Map<String, List<DatabaseTime>> series) {
    this.series = series;
    var all = series.values().stream().flatMap(List::stream).toList();
    all.forEach(figure -> users.add(figure.users()));
    this.ticks =
        ticks(
            all.stream().mapToDouble(DatabaseTime::milliseconds).min().orElseThrow(),
            all.stream().mapToDouble(DatabaseTime::milliseconds).max().orElseThrow());
  }

  /** Returns the figures that are drawn by their labels, each from few to many users. */
  public static Map<String, List<DatabaseTime>> series(Figures figures) {
    return figures.databaseTimes().stream()
        .sorted(Comparator.comparingInt(DatabaseTime::users))
        .collect(
            Collectors.groupingBy(DatabaseTime::what, LinkedHashMap::new, Collectors.toList()));
  }

  public static String draw(Figures figures) {
    return new LatencyPlot(series(figures)).draw();
  }

  /** Returns 1, 2 and 5 times the powers of ten that enclose the values. */
  private static List<Double> ticks(double min, double max) {
    List<Double> ticks = new ArrayList<>();
    double power = Math.pow(10, Math.floor(Math.log10(min)));
    while (true) {
      for (int factor : new int[] {1, 2, 5}) {
        ticks.add(factor * power);
        if (factor * power >= max) {
          return ticks;
        }
      }
      power *= 10;
    }
  }

  private String draw() {
    var svg =
        new Svg(
            WIDTH,
            HEIGHT,
            "Processor time of the database for a call, by number of users",
            series.entrySet().stream()
                .map(line -> line.getKey() + ": " + description(line.getValue()))
                .collect(Collectors.joining(". ", "", ".")),
            STYLE,
            DARK_STYLE);
    svg.text(
        "head", 10, 24, Anchor.START, "processor time of the database for a call, in milliseconds");
    for (double tick : ticks) {
      svg.line("grid", LEFT, y(tick), RIGHT, y(tick));
      String label = String.format(Locale.ROOT, "%.4f", tick).replaceAll("\\.?0+$", "");
      svg.text("small", LEFT - 8, y(tick) + 4, Anchor.END, label);
    }
    for (int number : users) {
      String label = String.format(Locale.ROOT, "%,d", number);
      svg.text("small", x(number), BOTTOM + 20, Anchor.MIDDLE, label);
    }
    svg.text("small", (LEFT + RIGHT) / 2.0, BOTTOM + 42, Anchor.MIDDLE, "users");
    drawSeries(svg);
    svg.text(
        "small",
        10,
        HEIGHT - 10,
        Anchor.START,
        "both axes are logarithmic; generated users, a third of whom have the common word");
    return svg.toString();
  }

  private void drawSeries(Svg svg) {
    int color = 0;
    Map<String, Double> labels = new LinkedHashMap<>();
    for (var line : series.entrySet()) {
      String style = "s" + (color++ % COLORS + 1);
      DatabaseTime previous = null;
      for (DatabaseTime figure : line.getValue()) {
        double x = x(figure.users());
        double y = y(figure.milliseconds());
        if (previous != null) {
          svg.line(style, x(previous.users()), y(previous.milliseconds()), x, y);
        }
        svg.circle(style, x, y, 2.5);
        labels.put(line.getKey(), y + 4);
        previous = figure;
      }
    }
    double free = 0;
    for (var label : labels.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList()) {
      double y = Math.max(label.getValue(), free);
      svg.text("label", RIGHT + 12, y, Anchor.START, label.getKey());
      free = y + LABEL_HEIGHT;
    }
  }

  private static String description(List<DatabaseTime> line) {
    return line.stream()
        .map(
            figure ->
                String.format(
                    Locale.ROOT,
                    "%s ms at %,d users",
                    Plots.number(figure.milliseconds()),
                    figure.users()))
        .collect(Collectors.joining(", "));
  }

  private double x(int number) {
    double least = Math.log(users.first());
    double most = Math.log(users.last());
    double share = most == least ? 1 : (Math.log(number) - least) / (most - least);
    return LEFT + share * (RIGHT - LEFT);
  }

  private double y(double milliseconds) {
    double least = Math.log(ticks.get(0));
    double most = Math.log(ticks.get(ticks.size() - 1));
    return BOTTOM - (Math.log(milliseconds) - least) / (most - least) * (BOTTOM - TOP);
  }
}
