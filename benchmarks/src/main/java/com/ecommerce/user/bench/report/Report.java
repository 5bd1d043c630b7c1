package com.ecommerce.user.bench.report;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The results of the measurements, as a table for people and for docs/performance.md. */
public final class Report {
  private static final List<String> HEADINGS =
      List.of(
          "part", "what", "calls/s", "p50 ms", "p99 ms", "cpu us", "limit", "ratio", "target",
          "met");

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Figures.Throughput> throughputs = new ArrayList<>();
  private final List<Figures.DatabaseTime> databaseTimes = new ArrayList<>();
  private final PrintStream progress;
  private final int users;

  /**
   * @param progress receives every row as soon as it is known
   * @param users in the database, unless a row names another number
   */
  public Report(PrintStream progress, int users) {
    this.progress = progress;
    this.users = users;
  }

  /** The bound that a ratio must meet. */
  public record Target(double value, boolean isMinimum) {
    public static Target atLeast(double value) {
      return new Target(value, true);
    }

    public static Target atMost(double value) {
      return new Target(value, false);
    }

    boolean isMetBy(double ratio) {
      return isMinimum ? ratio >= value : ratio <= value;
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, isMinimum ? ">= %.4g" : "<= %.4g", value)
          .replaceAll("\\.?0+$", "");
    }
  }

  /** Adds a figure without a ratio, such as a limit. */
  public void add(String part, String what, Series series) {
    addRow(part, what, series, "", "", "", "");
  }

  /** Adds a figure with its ratio to another one, without a target. */
  public void add(String part, String what, Series series, String limit, Series.Spread ratio) {
    addRow(part, what, series, limit, ratio.format("%.2f"), "", "");
  }

  /** Adds a figure with its ratio to a limit and the target of that ratio. */
  public void add(
      String part, String what, Series series, String limit, Series.Spread ratio, Target target) {
    addRow(
        part,
        what,
        series,
        limit,
        ratio.format("%.2f"),
        target.toString(),
        target.isMetBy(ratio.median()) ? "yes" : "NO");
    if (target.isMinimum()) {
      long perSecond = Math.round(series.perSecond().median());
      double median = Math.round(ratio.median() * 100) / 100.0;
      throughputs.add(
          new Figures.Throughput(
              part, what, users, perSecond, perSecond, limit, median, median, target.value()));
    }
  }

  private void addRow(
      String part,
      String what,
      Series series,
      String limit,
      String ratio,
      String target,
      String met) {
    add(
        part,
        what,
        series.perSecond().format("%,.0f"),
        String.format(Locale.ROOT, "%.2f", series.p50().median()),
        String.format(Locale.ROOT, "%.2f", series.p99().median()),
        series.processor().median() == 0
            ? ""
            : String.format(Locale.ROOT, "%.0f", series.processor().median()),
        limit,
        ratio,
        target,
        met);
  }

  /** Adds another value with a maximum, such as seconds, milliseconds or MiB. */
  public void add(String part, String what, Series.Spread value, String unit, double atMost) {
    add(
        part,
        what,
        "",
        "",
        "",
        "",
        "",
        value.format("%.1f") + " " + unit,
        Target.atMost(atMost) + " " + unit,
        value.median() <= atMost ? "yes" : "NO");
  }

  /** Adds the calls of a series with a maximum of their 99th percentile in milliseconds. */
  public void addWithMaximum(String part, String what, Series series, double atMost) {
    addRow(
        part,
        what,
        series,
        "",
        "p99 " + series.p99().format("%.1f") + " ms",
        Target.atMost(atMost) + " ms",
        series.p99().median() <= atMost ? "yes" : "NO");
  }

  /** Adds the processor time of the database for a call, in milliseconds. */
  public void addDatabaseTime(String what, int users, Series.Spread milliseconds) {
    String row = String.format(Locale.ROOT, "%s, %,d users", what, users);
    note("growth", row, milliseconds.format("%.2f") + " ms");
    double median = Math.round(milliseconds.median() * 100) / 100.0;
    databaseTimes.add(new Figures.DatabaseTime(what, users, median));
  }

  /** Adds another value without a target. */
  void note(String part, String what, String value) {
    add(part, what, "", "", "", "", "", value, "", "");
  }

  private void add(String... cells) {
    for (String cell : cells) {
      Objects.requireNonNull(cell);
    }
    rows.add(List.of(cells));
    progress.println("  " + String.join(" | ", cells).replaceAll("( \\|)+ *$", ""));
  }

  /** Returns the calls per second that have a limit and a target. */
  public List<Figures.Throughput> throughputs() {
    return List.copyOf(throughputs);
  }

  public List<Figures.DatabaseTime> databaseTimes() {
    return List.copyOf(databaseTimes);
  }

  public String text() {
    int[] widths = new int[HEADINGS.size()];
    List<List<String>> all = new ArrayList<>(rows);
    all.add(0, HEADINGS);
    for (List<String> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    for (List<String> row : all) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(String.format(Locale.ROOT, "%-" + (widths[i] + 2) + "s", row.get(i)));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  public String markdown() {
    var text = new StringBuilder();
    text.append("| ").append(String.join(" | ", HEADINGS)).append(" |\n");
    text.append("|").append(" --- |".repeat(HEADINGS.size())).append('\n');
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return text.toString().replaceAll(" {2,}", " ");
  }
}
