package com.ecommerce.user.server.metrics;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the dashboard and the alert rules that operators get. */
public final class MonitoringFiles {
  private static final Path FOLDER = Path.of("../scripts/monitoring");

  private MonitoringFiles() {}

  /** Returns descriptions of what the files use and is not exported. */
  public static List<String> missingFrom(Exposition exported) {
    return expressions().stream()
        .flatMap(expression -> new Expression(expression).missingFrom(exported).stream())
        .toList();
  }

  /** Returns every expression of both files. */
  public static List<String> expressions() {
    List<String> all = new ArrayList<>();
    JsonNode dashboard = new JsonMapper().readTree(read("dashboard.json"));
    dashboard.findValues("expr").forEach(expression -> all.add(expression.asString()));
    collect(new Load(LoadSettings.builder().build()).loadFromString(read("alerts.yml")), all);
    return all;
  }

  private static void collect(Object node, List<String> all) {
    if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        all.add(expression);
      }
      map.values().forEach(value -> collect(value, all));
    } else if (node instanceof List<?> list) {
      list.forEach(value -> collect(value, all));
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
