package com.ecommerce.user.bench.report;

import com.ecommerce.user.bench.report.Figures.Throughput;
import com.ecommerce.user.bench.report.Svg.Anchor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Bars of calls per second as multiples of the limits on the same machine, with their targets. */
public final class ThroughputPlot {
  /** The default of {@code scripts/bench}, at which throughput is compared. */
  private static final int USERS = 1_000_000;

  private static final List<Bar> BARS =
      List.of(
          new Bar(
              "GetUser from memory, 128 in flight",
              "read-cached",
              "GetUser, 128 in flight",
              "echo"),
          new Bar(
              "GetUser from memory, 32 in flight", "read-cached", "GetUser, 32 in flight", "echo"),
          new Bar(
              "GetUser with the tokens of 10,000 users, 128 in flight",
              "authenticated",
              "GetUser, AUTH_MODE=required, 128 in flight",
              "no token"),
          new Bar(
              "GetUser with the tokens of 10,000 users, 32 in flight",
              "authenticated",
              "GetUser, AUTH_MODE=required, 32 in flight",
              "no token"),
          new Bar(
              "GetUser from the database, 128 in flight",
              "read-uncached",
              "GetUser, 128 in flight",
              "jdbc"),
          new Bar(
              "GetUser from the database, 32 in flight",
              "read-uncached",
              "GetUser, 32 in flight",
              "jdbc"),
          new Bar(
              "GetUserByEmail from the database, 128 in flight",
              "read-uncached",
              "GetUserByEmail, 128 in flight",
              "jdbc"),
          new Bar(
              "UpdateUser of avatar_url, 32 in flight",
              "update",
              "UpdateUser avatar_url, 32 in flight",
              "pgbench, 4 clients"),
          new Bar(
              "REST, GET of a user, 32 connections",
              "rest",
              "GET /api/users/{user_id}, 32 connections",
              "Javalin"),
          new Bar(
              "CreateUser, bcrypt of cost 12, 8 in flight",
              "create",
              "CreateUser, bcrypt, 8 in flight",
              "hashing"),
          new Bar(
              "CreateUser, Argon2id, 8 in flight",
              "create",
              "CreateUser, argon2id, 8 in flight",
              "hashing"));

  private static final String STYLE =
      """
      .base { fill: #eaeef2; }
      .least { fill: #54aeff; }
      .range { fill: #0969da; }
      .target { stroke: #cf222e; stroke-width: 2; }
      .one { stroke: #57606a; stroke-dasharray: 3 3; }
      """;

  private static final String DARK_STYLE =
      """
      .base { fill: #21262d; }
      .least { fill: #1f6feb; }
      .range { fill: #79c0ff; }
      .target { stroke: #ff7b72; }
      .one { stroke: #9198a1; }
      """;

  private static final int WIDTH = 960;
  private static final int LEFT = 370;
  private static final int BAR_WIDTH = 370;
  private static final int BAR_HEIGHT = 17;
  private static final int TOP = 62;
  private static final int ROW = 30;

  private ThroughputPlot() {}

  /** A bar's label, and where in the report its figure is. */
  private record Bar(String label, String part, String what, String limit) {}

  /** Returns the figures that are drawn by their labels, from top to bottom. */
  public static Map<String, Throughput> bars(Figures figures) {
    Map<String, Throughput> found = new LinkedHashMap<>();
    for (Bar bar : BARS) {
      figures
          .throughput(bar.part, bar.what, bar.limit, USERS)
          .ifPresent(figure -> found.put(bar.label, figure));
    }
    return found;
  }

  public static String draw(Figures figures) {
    var bars = bars(figures);
    double most =
        bars.values().stream()
            .mapToDouble(bar -> Math.max(bar.bestRatio(), bar.target()))
            .reduce(1, Math::max);
    int units = (int) Math.ceil(most);
    double unit = (double) BAR_WIDTH / units;
    int bottom = TOP + ROW * bars.size();

    var svg =
        new Svg(
            WIDTH,
            bottom + 42,
            "Calls per second as a multiple of the limit on the same machine",
            bars.entrySet().stream()
                .map(bar -> bar.getKey() + ": " + description(bar.getValue()))
                .collect(Collectors.joining(". ", "", ".")),
            STYLE,
            DARK_STYLE);
    drawLegend(svg);
    for (int i = 0; i <= units; i++) {
      svg.text("small", LEFT + i * unit, 48, Anchor.MIDDLE, Integer.toString(i));
    }
    svg.text("small", LEFT + BAR_WIDTH + 14, 48, Anchor.START, "limit; calls per second");
    double y = TOP;
    for (var bar : bars.entrySet()) {
      draw(svg, y, unit, bar.getKey(), bar.getValue());
      y += ROW;
    }
    svg.line("one", LEFT + unit, 54, LEFT + unit, bottom - 4);
    svg.text("small", LEFT + unit, bottom + 12, Anchor.MIDDLE, "as fast as the limit");
    svg.text(
        "small",
        10,
        bottom + 32,
        Anchor.START,
        String.format(
            Locale.ROOT,
            "%s, shared by client, service and database; %,d users",
            figures.machine().describe(),
            USERS));
    return svg.toString();
  }

  private static void drawLegend(Svg svg) {
    svg.text("head", 10, 22, Anchor.START, "calls per second, as a multiple of the limit");
    svg.rectangle("least", LEFT, 12, 14, 12);
    svg.text("small", LEFT + 20, 22, Anchor.START, "least run");
    svg.rectangle("range", LEFT + 90, 12, 14, 12);
    svg.text("small", LEFT + 110, 22, Anchor.START, "up to the best run");
    svg.line("target", LEFT + 226, 10, LEFT + 226, 26);
    svg.text("small", LEFT + 234, 22, Anchor.START, "target");
  }

  private static void draw(Svg svg, double y, double unit, String label, Throughput bar) {
    svg.text("label", 10, y + 12, Anchor.START, label);
    svg.rectangle("base", LEFT, y, BAR_WIDTH, BAR_HEIGHT);
    svg.rectangle("least", LEFT, y, bar.leastRatio() * unit, BAR_HEIGHT);
    double range = (bar.bestRatio() - bar.leastRatio()) * unit;
    svg.rectangle("range", LEFT + bar.leastRatio() * unit, y, range, BAR_HEIGHT);
    double target = LEFT + bar.target() * unit;
    svg.line("target", target, y - 3, target, y + BAR_HEIGHT + 3);
    svg.text(
        "small", LEFT + BAR_WIDTH + 14, y + 13, Anchor.START, bar.limit() + "; " + perSecond(bar));
  }

  private static String description(Throughput bar) {
    String range =
        bar.leastRatio() == bar.bestRatio()
            ? Plots.number(bar.leastRatio())
            : Plots.number(bar.leastRatio()) + " to " + Plots.number(bar.bestRatio());
    return range + " of " + bar.limit() + ", target " + bar.target();
  }

  private static String perSecond(Throughput bar) {
    return bar.leastPerSecond() == bar.bestPerSecond()
        ? String.format(Locale.ROOT, "%,d", bar.leastPerSecond())
        : String.format(Locale.ROOT, "%,d–%,d", bar.leastPerSecond(), bar.bestPerSecond());
  }
}
