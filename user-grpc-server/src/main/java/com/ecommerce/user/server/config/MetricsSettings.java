package com.ecommerce.user.server.config;

import java.util.Optional;

/**
 * The operator's options for metrics.
 *
 * @param port empty: no metrics
 * @param isPortChosen whether the operator named the port; the preset one gives way when it is in
 *     use
 */
public record MetricsSettings(Optional<Integer> port, boolean isPortChosen) {
  public static final String PORT_SETTING = Setting.METRICS_PORT.title();

  private static final int OFF = -1;
  private static final int PRESET = 9_464;

  /** Notes what is wrong in the reader. */
  static MetricsSettings read(SettingReader reader) {
    int port = reader.integer(Setting.METRICS_PORT, PRESET, OFF, 65_535);
    return new MetricsSettings(
        port == OFF ? Optional.empty() : Optional.of(port),
        reader.text(Setting.METRICS_PORT).isPresent());
  }
}
