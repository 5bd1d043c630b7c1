package com.ecommerce.user.server.config;

import java.util.Optional;

/**
 * The settings of metrics.
 *
 * @param port the port; empty if metrics are off
 * @param isPortChosen whether the operator set the port; if the default one is in use, the service
 *     takes a free one
 */
public record MetricsSettings(Optional<Integer> port, boolean isPortChosen) {
  /** Reads the settings, and records problems in the reader. */
  static MetricsSettings read(SettingReader reader) {
    return new MetricsSettings(
        Optional.of(reader.integer(Setting.METRICS_PORT)).filter(port -> port >= 0),
        reader.text(Setting.METRICS_PORT).isPresent());
  }
}
