package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingReaderTest {
  private static List<String> problems(SettingReader reader) {
    return assertThrows(StartupException.class, () -> ServerSettings.read(reader))
        .getMessage()
        .lines()
        .toList();
  }

  /** Of ASCII, Latin-1 and the bidirectional algorithm, and the separator of lines. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n", "\u001b", "\u007f", "\u009b", "\u202a", "\u202e", "\u2066", "\u2069", "\u2028"
      })
  void controlCharacters_inASetting_areRefused_andNotShown(String control) {
    String value = "10.0.0.0" + control + "/8";
    for (Setting setting : Setting.values()) {
      var lines = problems(new SettingReader(Map.of(), Map.of(setting.variable(), value)));

      assertEquals(1, lines.size(), lines.toString());
      assertTrue(lines.get(0).matches(".* has (control characters|bytes that are not text) .*"));
      assertTrue(lines.get(0).startsWith(setting.title() + ": "), lines.toString());
      setting
          .flag()
          .ifPresent(
              flag ->
                  assertEquals(lines, problems(new SettingReader(Map.of(flag, value), Map.of()))));
    }
  }

  @Test
  void controlCharacters_ofOtherValues_areEscapedInMessages() {
    var reader =
        new SettingReader(
            Map.of("--keep-old-hours", "\u009b31m\n\u202e5"),
            Map.of(
                "OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.internal:4318",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "\u001b[31mgrpc"));
    reader.duration("--keep-old-hours", SettingType.number(24, 0, 48).in("hours"));

    assertEquals(
        List.of(
            "--keep-old-hours: U+009B31mU+000AU+202E5 (expected: a whole number of hours from 0 to 48)",
            "OTEL_EXPORTER_OTLP_PROTOCOL: U+001B[31mgrpc (expected: http/protobuf)"),
        problems(reader));
  }
}
