package com.ecommerce.user.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Draws the plots of docs/performance.md beside the file of their figures: {@code scripts/bench
 * plot}.
 */
public final class Plots {
  private Plots() {}

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]).toAbsolutePath();
    Figures figures;
    try {
      figures = Figures.read(file);
    } catch (IllegalArgumentException wrong) {
      System.err.println("bench: " + wrong.getMessage());
      System.exit(1);
      return;
    }
    if (!ThroughputPlot.bars(figures).isEmpty()) {
      write(file.resolveSibling("throughput.svg"), ThroughputPlot.draw(figures));
    }
    if (!figures.databaseTimes().isEmpty()) {
      write(file.resolveSibling("latency.svg"), LatencyPlot.draw(figures));
    }
  }

  private static void write(Path file, String svg) throws IOException {
    Files.writeString(file, svg);
    System.out.println(file);
  }

  /** Returns a number with two digits after the point below 1, and one from 1 on. */
  public static String number(double value) {
    return String.format(Locale.ROOT, value < 1 ? "%.2f" : "%.1f", value);
  }
}
