package com.ecommerce.user.server.cli;

/** The options of commands that are not settings. */
public enum CommandOption {
  NO_REST("--no-rest", "", false, "turns REST off, as `--rest-port -1` does"),
  EMAIL("--email", "EMAIL", true, "the email of the admin"),
  NAME("--name", "NAME", true, "the name of the other service, as it appears in the event log"),
  KEEP_OLD_HOURS(
      "--keep-old-hours",
      "N",
      false,
      "for how many hours the previous secret is still accepted, 0 to 2160; use 0 for a leaked"
          + " secret. Default: 24");

  private final String flag;
  private final String valueName;
  private final boolean required;
  private final String meaning;

  CommandOption(String flag, String valueName, boolean required, String meaning) {
    this.flag = flag;
    this.valueName = valueName;
    this.required = required;
    this.meaning = meaning;
  }

  /** Returns the flag, such as {@code --email}. */
  public String flag() {
    return flag;
  }

  /** Returns the placeholder for the value on help pages; empty for a flag without a value. */
  public String valueName() {
    return valueName;
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
