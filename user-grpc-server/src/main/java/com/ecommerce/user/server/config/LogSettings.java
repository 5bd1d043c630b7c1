package com.ecommerce.user.server.config;

import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;

/** The operator's options for the log, which was set up by them before this is read. */
record LogSettings(LogLevel level, LogFormat format) {
  /** Notes what is wrong in the reader. */
  static LogSettings read(SettingReader reader) {
    return new LogSettings(
        reader.choice(Setting.LOG_LEVEL, LogLevel.INFO, LogLevel.class),
        reader.choice(Setting.LOG_FORMAT, LogFormat.TEXT, LogFormat.class));
  }
}
