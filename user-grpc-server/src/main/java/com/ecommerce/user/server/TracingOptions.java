package com.ecommerce.user.server;

import java.util.Map;
import java.util.TreeMap;

/**
 * What the operator chose about traces: the variables of OpenTelemetry, which its library reads.
 *
 * @param variables those that are set, by their names, which begin with OTEL_; may have secrets,
 *     which {@link #toString} does not show
 */
record TracingOptions(Map<String, String> variables) {
  /** No traces. */
  static final TracingOptions OFF = new TracingOptions(Map.of());

  private static final String PREFIX = "OTEL_";
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";

  TracingOptions {
    variables = Map.copyOf(variables);
  }

  static TracingOptions read(SettingReader reader) {
    return new TracingOptions(reader.startingWith(PREFIX));
  }

  /** Whether a variable asks for traces. */
  boolean isOn() {
    if (Boolean.parseBoolean(variables.get("OTEL_SDK_DISABLED"))) {
      return false;
    }
    String exporter = variables.get(EXPORTER);
    return exporter == null
        ? variables.containsKey("OTEL_EXPORTER_OTLP_ENDPOINT")
            || variables.containsKey("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        : !exporter.equals("none");
  }

  @Override
  public String toString() {
    return isOn() ? "on by " + new TreeMap<>(variables).keySet() : "off";
  }
}
