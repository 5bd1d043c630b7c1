package com.ecommerce.user.server.config;

import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;

/** The settings of the log, which is set up before all other settings are read. */
public record LogSettings(LogLevel level, LogFormat format) {
  /** Reads the settings, and records problems in the reader. */
  public static LogSettings read(SettingReader reader) {
    return new LogSettings(
        reader.choice(Setting.LOG_LEVEL, LogLevel.class),
        reader.choice(Setting.LOG_FORMAT, LogFormat.class));
  }
}
