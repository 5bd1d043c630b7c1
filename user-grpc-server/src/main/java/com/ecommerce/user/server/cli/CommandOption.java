package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.webhook.Webhooks;
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
      "how long the previous secret is still accepted; use 0 if it has leaked"),

  KEEP_OLD_WEBHOOK_HOURS(
      "--keep-old-hours",
      SettingType.number(
              (int) Webhooks.DEFAULT_OVERLAP.toHours(), 0, (int) Webhooks.MAX_OVERLAP.toHours())
          .in("hours"),
      false,
      "how long messages are also signed with the previous secret; use 0 if it has leaked"),
  WEBHOOK(
      "--id",
      SettingType.text("ID"),
      true,
      "the id of the webhook endpoint, as `list-webhooks` prints it"),
  URL(
      "--url",
      SettingType.text("URL"),
      true,
      "the URL to which events are sent, `https` with port 80, 443 or at least 1024; `http` only for"
          + " addresses in WEBHOOK_ALLOW_PRIVATE"),
  NEW_URL("--url", SettingType.text("URL"), false, "the URL to which events are sent"),
  TYPES(
      "--types",
      SettingType.text("LIST"),
      false,
      "the types of the events to send, comma-separated, such as `user.created,user.deleted`; all if"
          + " it is empty"),
  DESCRIPTION("--description", SettingType.text("TEXT"), false, "a note for people"),
  EVENT("--event", SettingType.text("ID"), false, "the id of an event that is to be sent again"),
  AFTER(
      "--after",
      SettingType.text("POSITION"),
      false,
      "the position after which all events are to be sent again"),
  STATE(
      "--state",
      SettingType.text("STATE"),
      false,
      "the state of the deliveries to list: `waiting`, `delivered` or `dead`"),

  CSV(
      "--csv",
      SettingType.text("FILE"),
      false,
      "imports a file of comma-separated values whose first line names the columns"),
  JSON_LINES(
      "--jsonl",
      SettingType.text("FILE"),
      false,
      "imports a file with a JSON object on each line, as `export --jsonl` writes it"),
  FROM_DJANGO(
      "--from-django",
      SettingType.text("URL"),
      false,
      "imports the users of a Django application, with their addresses and preferences, from its"
          + " PostgreSQL database, which is only read. Put the password into `~/.pgpass`, since others can read command lines"),
  TABLE(
      "--table",
      SettingType.text("NAME"),
      false,
      "the table of Django's users, if it is none of `users`, `users_user`, `accounts_user` and"
          + " `auth_user`"),
  FROM_KEYCLOAK(
      "--from-keycloak", SettingType.text("FILE"), false, "imports the users of an exported realm"),
  FROM_FIREBASE(
      "--from-firebase",
      SettingType.text("FILE"),
      false,
      "imports a file that `firebase auth:export` has written as JSON"),
  FIREBASE_HASH(
      "--firebase-hash",
      SettingType.text("FILE"),
      false,
      "a file with the password hash parameters that the Firebase console shows"),
  COLUMNS(
      "--columns",
      SettingType.text("NAME=FIELD,..."),
      false,
      "the fields to which columns of other names go, such as `E-Mail=email,Language=profile.language`;"
          + " `Notes=` leaves a column out. For Django, `TABLE.NAME` is a column of a table that refers to"
          + " the users. For Keycloak, the names are those of attributes, for Firebase those of custom"
          + " claims"),
  FAILURES(
      "--failures",
      SettingType.text("FILE"),
      false,
      "the file to write with the rows that were refused, and the reasons; `import-failures.jsonl` if it"
          + " is not given"),
  DRY_RUN("--dry-run", SettingType.noValue(), false, "only reports what an import would do"),
  SEND_MAILS(
      "--send-mails",
      SettingType.noValue(),
      false,
      "sends the mails that the same changes would cause by other means"),
  TO_CSV("--csv", SettingType.text("FILE"), false, "writes comma-separated values"),
  TO_JSON_LINES("--jsonl", SettingType.text("FILE"), false, "writes a JSON object on each line"),
  WITH_HASHES(
      "--with-hashes", SettingType.noValue(), false, "also exports the hashes of the passwords"),
  USERS(
      "--users",
      SettingType.number(1_000, 1, 10_000_000),
      false,
      "the number of users; a larger number later adds to them"),
  LOCALE(
      "--locale",
      SettingType.text("LOCALE"),
      false,
      "the language and country of the users, such as `de_DE`; a mixture if it is not given");

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
