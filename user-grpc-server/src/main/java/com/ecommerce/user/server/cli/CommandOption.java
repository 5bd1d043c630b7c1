package com.ecommerce.user.server.cli;

/** The options of commands that are no settings. */
public enum CommandOption {
  NO_REST("--no-rest", "", false, "turns REST off, as `--rest-port -1` does"),
  EMAIL("--email", "EMAIL", true, "the email of the admin"),
  NAME("--name", "NAME", true, "the name of the other service, as it is in the event log"),
  KEEP_OLD_HOURS(
      "--keep-old-hours",
      "N",
      false,
      "how long the previous secret is still accepted: hours, 0 to 2160; 0 for a leaked secret;"
          + " default: 24");

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

  /** Returns the word for the value on help pages; empty for a flag without a value. */
  public String valueName() {
    return valueName;
  }

  /** Returns whether the command cannot do without it. */
  public boolean isRequired() {
    return required;
  }

  /** Returns what the option is for, in Markdown. */
  public String meaning() {
    return meaning;
  }
}
