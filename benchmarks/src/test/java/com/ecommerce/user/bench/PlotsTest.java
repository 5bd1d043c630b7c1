package com.ecommerce.user.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.bench.report.Figures;
import com.ecommerce.user.bench.report.Figures.DatabaseTime;
import com.ecommerce.user.bench.report.Figures.Throughput;
import com.ecommerce.user.bench.report.LatencyPlot;
import com.ecommerce.user.bench.report.Plots;
import com.ecommerce.user.bench.report.ThroughputPlot;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Holds the plots and tables of docs/performance.md against the file of their figures. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlotsTest {
  private static final Path DOCS = Path.of("..", "docs");

  /** The base of a label beside an axis is that much below its tick. */
  private static final double BASELINE = 4;

  private Figures figures;
  private List<List<String>> tables;

  @BeforeAll
  void read() throws Exception {
    figures = Figures.read(DOCS.resolve("performance.jsonl"));
    tables =
        Files.readAllLines(DOCS.resolve("performance.md")).stream()
            .filter(line -> line.startsWith("| "))
            .map(line -> line.replace("`", "").substring(2).split(" *\\| *"))
            .map(Arrays::asList)
            .toList();
  }

  @Test
  void plotsInTheDocs_areThoseOfTheFigures() throws Exception {
    String advice = "draw it again: scripts/bench plot";
    String throughput = Files.readString(DOCS.resolve("throughput.svg"));
    assertEquals(ThroughputPlot.draw(figures), throughput, advice);
    assertEquals(LatencyPlot.draw(figures), Files.readString(DOCS.resolve("latency.svg")), advice);
  }

  @Test
  void throughputPlot_drawsTheRatiosToScale() throws Exception {
    var drawing = parse(ThroughputPlot.draw(figures));
    var bars = ThroughputPlot.bars(figures);
    assertEquals(
        List.copyOf(bars.keySet()), all(drawing, "label").map(Element::getTextContent).toList());
    var axis = axis(drawing, "middle", "x");
    double zero = axis.get(0.0);
    double unit = axis.get(1.0) - zero;
    // The first of each class is the legend's.
    var least = all(drawing, "least").skip(1).toList();
    var ranges = all(drawing, "range").skip(1).toList();
    var targets = all(drawing, "target").skip(1).toList();
    int row = 0;
    for (Throughput bar : bars.values()) {
      assertEquals(bar.leastRatio(), number(least.get(row), "width") / unit, 0.002);
      assertEquals(zero, number(least.get(row), "x"), 0.05);
      double end = number(ranges.get(row), "x") + number(ranges.get(row), "width");
      assertEquals(bar.bestRatio(), (end - zero) / unit, 0.002);
      assertEquals(bar.target(), (number(targets.get(row), "x1") - zero) / unit, 0.002);
      row++;
    }
    assertEquals(row, least.size());
  }

  @Test
  void latencyPlot_drawsTheTimesToScale() throws Exception {
    var drawing = parse(LatencyPlot.draw(figures));
    var times = axis(drawing, "end", "y");
    var users = axis(drawing, "middle", "x");
    List<DatabaseTime> expected = new ArrayList<>();
    LatencyPlot.series(figures).values().forEach(expected::addAll);
    var circles = elements(drawing, "circle");
    assertEquals(expected.size(), circles.size());
    for (int i = 0; i < circles.size(); i++) {
      var figure = expected.get(i);
      assertEquals(users.get((double) figure.users()), number(circles.get(i), "cx"), 0.1);
      double time = interpolate(times, number(circles.get(i), "cy") + BASELINE);
      assertEquals(figure.milliseconds(), time, figure.milliseconds() * 0.01);
    }
  }

  @Test
  void tableOfThroughput_hasTheFigures() {
    ThroughputPlot.bars(figures)
        .forEach(
            (label, bar) -> {
              var row = row(label);
              assertEquals(
                  range(count(bar.leastPerSecond()), count(bar.bestPerSecond())), row.get(1));
              String ratio =
                  range(Plots.number(bar.leastRatio()), Plots.number(bar.bestRatio())) + " of ";
              assertTrue(row.get(4).startsWith(ratio), () -> label + ": " + row);
              assertEquals(bar.target(), Double.parseDouble(row.get(5)));
            });
  }

  @Test
  void tableOfTimes_hasTheFigures() {
    LatencyPlot.series(figures)
        .forEach(
            (label, times) ->
                assertEquals(
                    times.stream().map(time -> Plots.number(time.milliseconds())).toList(),
                    row(label).subList(1, 1 + times.size())));
  }

  @Test
  void plots_leaveOutWhatWasNotMeasured(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("figures.jsonl");
    var bar =
        figures.throughput(
            "rest", "GET /api/users/{user_id}, 32 connections", "Javalin", 1_000_000);
    Figures.append(file, figures.machine(), List.of(bar.orElseThrow()), List.of());
    Plots.main(new String[] {file.toString()});
    var drawing = parse(Files.readString(directory.resolve("throughput.svg")));
    assertEquals(
        List.of("REST, GET of a user, 32 connections"),
        all(drawing, "label").map(Element::getTextContent).toList());
    assertTrue(Files.notExists(directory.resolve("latency.svg")));
  }

  private List<String> row(String label) {
    return tables.stream()
        .filter(row -> row.get(0).equals(label))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no row of docs/performance.md: " + label));
  }

  private static String range(String least, String best) {
    return least.equals(best) ? least : least + " to " + best;
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static Element parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)))
        .getDocumentElement();
  }

  private static List<Element> elements(Element drawing, String name) {
    var nodes = drawing.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static Stream<Element> all(Element drawing, String style) {
    return elements(drawing, "*").stream()
        .filter(element -> element.getAttribute("class").equals(style));
  }

  /** Returns where the numbers beside an axis are. */
  private static TreeMap<Double, Double> axis(Element drawing, String anchor, String coordinate) {
    TreeMap<Double, Double> axis = new TreeMap<>();
    all(drawing, "small")
        .filter(text -> text.getAttribute("text-anchor").equals(anchor))
        .filter(text -> text.getTextContent().matches("[0-9.,]+"))
        .forEach(
            text ->
                axis.put(
                    Double.valueOf(text.getTextContent().replace(",", "")),
                    number(text, coordinate)));
    return axis;
  }

  /** Returns the value at a place of a logarithmic axis, from the numbers around it. */
  private static double interpolate(TreeMap<Double, Double> axis, double place) {
    var lower = axis.entrySet().stream().filter(tick -> tick.getValue() >= place).toList();
    Map.Entry<Double, Double> below = lower.get(lower.size() - 1);
    Map.Entry<Double, Double> above = axis.higherEntry(below.getKey());
    if (above == null) {
      return below.getKey();
    }
    double share = (below.getValue() - place) / (below.getValue() - above.getValue());
    return below.getKey() * Math.pow(above.getKey() / below.getKey(), share);
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
