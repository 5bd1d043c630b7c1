package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracingSettingsTest {
  private static TracingSettings read(String... assignments) {
    var environment = new TreeMap<String, String>();
    Arrays.stream(assignments)
        .map(assignment -> assignment.split("=", 2))
        .forEach(parts -> environment.put(parts[0], parts[1]));
    return ServerSettings.read(Map.of(), environment).tracing();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          -,                                                         false
          OTEL_SERVICE_NAME=users,                                   false
          OTEL_TRACES_EXPORTER=none,                                 false
          OTEL_TRACES_EXPORTER=otlp,                                 true
          OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318,                 true
          OTEL_EXPORTER_OTLP_ENDPOINT= ,                             false
          OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://c:4318/v1/traces, true
          OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_TRACES_EXPORTER=none, false
          OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_SDK_DISABLED=true, false
          OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318;OTEL_SDK_DISABLED=false, true
          """)
  void isOn_whenAVariableAsksForTraces(String assignments, boolean expected) {
    var options = read(assignments == null ? new String[0] : assignments.split(";"));

    assertEquals(expected, options.isOn());
  }

  @Test
  void badValues_areToldTogetherAndWithoutSecrets() {
    var refused =
        assertThrows(
            StartupException.class,
            () ->
                read(
                    "OTEL_EXPORTER_OTLP_ENDPOINT=me:hunter2@collector",
                    "OTEL_EXPORTER_OTLP_PROTOCOL=grpc",
                    "GRPC_PORT=many"));

    assertEquals(3, refused.getMessage().lines().count(), refused.getMessage());
    var lines = refused.getMessage().lines().toList();
    assertEquals(
        "OTEL_EXPORTER_OTLP_ENDPOINT: not the URL of a receiver"
            + " (expected: a URL such as http://collector.internal:4318)",
        lines.get(1));
    assertEquals("OTEL_EXPORTER_OTLP_PROTOCOL: grpc (expected: http/protobuf)", lines.get(2));
  }

  @Test
  void badValues_doNotMatterWhenItIsOff() {
    assertFalse(read("OTEL_EXPORTER_OTLP_PROTOCOL=grpc").isOn());
  }

  @Test
  void toString_showsNoSecret() {
    var options =
        read(
            "OTEL_EXPORTER_OTLP_ENDPOINT=https://me:hunter2@c",
            "OTEL_EXPORTER_OTLP_HEADERS=api-key=hunter2");

    assertEquals(
        "on, by OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS", options.toString());
  }
}
