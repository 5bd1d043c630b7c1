package com.ecommerce.user.bench.report;

import java.util.Locale;

/**
 * A drawing in SVG, for browsers in light and dark mode. Coordinates are pixels from the upper left
 * corner.
 */
final class Svg {
  /** The beginning of every drawing; each has its own size, texts and CSS rules. */
  private static final String HEAD =
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title description">
        <title id="title">%s</title>
        <desc id="description">%s</desc>
        <style>
          text { font: 12.5px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #24292f; }
          .small { font-size: 11.5px; fill: #57606a; }
          .head { font-weight: 600; }
      %s    @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .small { fill: #9198a1; }
      %s    }
        </style>
      """;

  private final StringBuilder text = new StringBuilder();

  /**
   * Begins a drawing.
   *
   * @param title names it, for readers who cannot see it
   * @param description gives its contents, for the same readers
   * @param style CSS rules of the classes that it uses, a line each
   * @param darkStyle the rules that differ in dark mode
   */
  Svg(int width, int height, String title, String description, String style, String darkStyle) {
    text.append(
        String.format(
            Locale.ROOT,
            HEAD,
            width,
            height,
            escape(title),
            escape(description),
            style.indent(4),
            darkStyle.indent(6)));
  }

  /** The part of a text that is at its point. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void text(String style, double x, double y, Anchor anchor, String content) {
    add(
        "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
        style, x, y, anchor.name().toLowerCase(Locale.ROOT), escape(content));
  }

  void rectangle(String style, double x, double y, double width, double height) {
    add(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
        style, x, y, width, height);
  }

  void circle(String style, double x, double y, double radius) {
    add("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>", style, x, y, radius);
  }

  void line(String style, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>",
        style, x1, y1, x2, y2);
  }

  private void add(String format, Object... values) {
    text.append("  ").append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** Returns the finished document. */
  @Override
  public String toString() {
    return text + "</svg>\n";
  }
}
