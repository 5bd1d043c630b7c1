package com.ecommerce.user.server.config;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings of tracing: the variables of OpenTelemetry, which its library reads.
 *
 * @param variables those that are set, by their names, which begin with OTEL_. They may contain
 *     secrets, which {@link #toString} does not show
 */
public record TracingSettings(Map<String, String> variables) {
  private static final String PREFIX = "OTEL_";
  private static final String DISABLED = "OTEL_SDK_DISABLED";
  private static final String EXPORTER = "OTEL_TRACES_EXPORTER";
  private static final List<String> ENDPOINTS =
      List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  private static final List<String> PROTOCOLS =
      List.of("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL");
  private static final String PROTOCOL = "http/protobuf";

  /** The schemes that the library knows, in lower case only. */
  private static final Set<String> SCHEMES = Set.of("http", "https");

  public TracingSettings {
    variables = Map.copyOf(variables);
  }

  /**
   * Reads the variables, and records in the reader what this service does not support; the library
   * checks the rest.
   */
  static TracingSettings read(SettingReader reader) {
    var options = new TracingSettings(reader.startingWith(PREFIX));
    if (options.isOn()) {
      for (String variable : ENDPOINTS) {
        reader.optional(variable, reader.variable(variable), TracingSettings::endpoint);
      }
      for (String variable : PROTOCOLS) {
        reader.optional(variable, reader.variable(variable), TracingSettings::protocol);
      }
    }
    return options;
  }

  private static URI endpoint(String text) {
    return WebUrls.parse(
        text,
        url -> SCHEMES.contains(url.getScheme()),
        "not the URL of a receiver (expected: a URL such as http://collector.internal:4318)");
  }

  private static String protocol(String text) {
    if (!text.equals(PROTOCOL)) {
      throw new IllegalArgumentException(text + " (expected: " + PROTOCOL + ")");
    }
    return text;
  }

  /** Returns whether a variable turns traces on. */
  public boolean isOn() {
    if (Boolean.parseBoolean(variables.get(DISABLED))) {
      return false;
    }
    String exporter = variables.get(EXPORTER);
    return exporter == null
        ? ENDPOINTS.stream().anyMatch(variables::containsKey)
        : !exporter.equals("none");
  }

  @Override
  public String toString() {
    return isOn() ? "on, by " + String.join(", ", new TreeMap<>(variables).keySet()) : "off";
  }
}
