package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.RestServerSettings;
import com.ecommerce.user.server.config.SettingType;

/** The table of the options of commands that are not settings. */
public enum CommandOption {
  NO_REST(
      RestServerSettings.OFF_FLAG,
      SettingType.noValue(),
      false,
      "turns REST off, as `--rest-port -1` does"),
  EMAIL("--email", SettingType.text("EMAIL"), true, "the email of the admin"),
  NAME(
      "--name",
      SettingType.text("NAME"),
      true,
      "the name of the other service, as it appears in the event log"),
  KEEP_OLD_HOURS(
      "--keep-old-hours",
      SettingType.number(24, 0, 90 * 24).in("hours"),
      false,
      "how long the previous secret is still accepted; use 0 if it has leaked");

  private final String flag;
  private final SettingType type;
  private final boolean required;
  private final String meaning;

  CommandOption(String flag, SettingType type, boolean required, String meaning) {
    this.flag = flag;
    this.type = type;
    this.required = required;
    this.meaning = meaning;
  }

  /** Returns the flag, such as {@code --email}. */
  public String flag() {
    return flag;
  }

  /** Returns the accepted values and the default. */
  public SettingType type() {
    return type;
  }

  /** Returns whether the command requires the option. */
  public boolean isRequired() {
    return required;
  }

  /** Returns a description of the option, in Markdown. */
  public String meaning() {
    return meaning;
  }
}
