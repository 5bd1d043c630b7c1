package com.ecommerce.user.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** The results of the measurements, as a table for people and for docs/performance.md. */
final class Report {
  private static final List<String> HEADINGS =
      List.of(
          "part", "what", "calls/s", "p50 ms", "p99 ms", "cpu us", "limit", "ratio", "target",
          "met");

  private final List<List<String>> rows = new ArrayList<>();
  private final PrintStream progress;

  /**
   * @param progress gets every row as soon as it is there
   */
  Report(PrintStream progress) {
    this.progress = progress;
  }

  /** The bound that a ratio has to meet. */
  record Target(double value, boolean isMinimum) {
    static Target atLeast(double value) {
      return new Target(value, true);
    }

    static Target atMost(double value) {
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

  /** A figure that stands for itself, such as a limit. */
  void add(String part, String what, Series series) {
    addRow(part, what, series, "", "", "", "");
  }

  /** A figure with its ratio to another one, which only tells of the machine. */
  void add(String part, String what, Series series, String limit, Series.Spread ratio) {
    addRow(part, what, series, limit, ratio.format("%.2f"), "", "");
  }

  /** A figure with what its ratio to a limit is to be. */
  void add(
      String part, String what, Series series, String limit, Series.Spread ratio, Target target) {
    addRow(
        part,
        what,
        series,
        limit,
        ratio.format("%.2f"),
        target.toString(),
        target.isMetBy(ratio.median()) ? "yes" : "NO");
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

  /** A value of another kind that is to be small: seconds, milliseconds, MiB. */
  void add(String part, String what, Series.Spread value, String unit, double atMost) {
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

  /** The calls of a series, of whose 99th percentile a maximum in milliseconds is asked. */
  void addWithMaximum(String part, String what, Series series, double atMost) {
    addRow(
        part,
        what,
        series,
        "",
        "p99 " + series.p99().format("%.1f") + " ms",
        Target.atMost(atMost) + " ms",
        series.p99().median() <= atMost ? "yes" : "NO");
  }

  /** A value of another kind that is only told. */
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

  String text() {
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

  String markdown() {
    var text = new StringBuilder();
    text.append("| ").append(String.join(" | ", HEADINGS)).append(" |\n");
    text.append("|").append(" --- |".repeat(HEADINGS.size())).append('\n');
    for (List<String> row : rows) {
      text.append("| ").append(String.join(" | ", row)).append(" |\n");
    }
    return text.toString().replaceAll(" {2,}", " ");
  }
}
