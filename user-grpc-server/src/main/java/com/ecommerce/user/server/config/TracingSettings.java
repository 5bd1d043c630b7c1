package com.ecommerce.user.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Map;
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

  /** Reads the URL. Messages do not show the text, which may contain a password. */
  private static URI endpoint(String text) {
    String problem =
        "not the URL of a receiver (expected: a URL such as http://collector.internal:4318)";
    try {
      var url = new URI(text);
      if (List.of("http", "https").contains(String.valueOf(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (URISyntaxException noUri) {
      throw new IllegalArgumentException(problem, noUri);
    }
    throw new IllegalArgumentException(problem);
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
