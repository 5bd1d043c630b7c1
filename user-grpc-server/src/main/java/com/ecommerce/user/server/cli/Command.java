package com.ecommerce.user.server.cli;

import com.ecommerce.user.server.config.Setting;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The commands of the runnable jar, in the order of the help page, with their options. */
public enum Command {
  SERVE(
      "serve",
      "starts the service and runs it until SIGTERM; the default",
      EnumSet.allOf(Setting.class),
      CommandOption.NO_REST),
  MIGRATE("migrate", "migrates the schema of the database and exits", Sets.DATABASE),
  CREATE_ADMIN(
      "create-admin",
      "creates an admin, whose email counts as verified; asks for the password, or reads it from"
          + " the first line of standard input if that is not a terminal",
      Sets.HASHING,
      CommandOption.EMAIL),
  CREATE_CLIENT(
      "create-client",
      "creates a client for another service and prints its id and its secret, which is shown only"
          + " once",
      Sets.DATABASE,
      CommandOption.NAME),
  LIST_CLIENTS(
      "list-clients",
      "lists the clients for other services, one per line, in columns separated by tabs: id, name,"
          + " when it was created, when its secret was last rotated, and until when the previous"
          + " secret is accepted; a hyphen means never",
      Sets.DATABASE),
  ROTATE_CLIENT(
      "rotate-client",
      "gives a client a new secret and prints it; the previous secret is still accepted for a while",
      Sets.DATABASE,
      CommandOption.NAME,
      CommandOption.KEEP_OLD_HOURS),
  DELETE_CLIENT(
      "delete-client",
      "deletes a client; its tokens stop working within 3 seconds",
      Sets.DATABASE,
      CommandOption.NAME),
  CREATE_WEBHOOK(
      "create-webhook",
      "creates a webhook endpoint and prints its id and its secret, which is shown only once; see"
          + " [webhooks.md](webhooks.md)",
      Sets.DATABASE,
      CommandOption.URL,
      CommandOption.TYPES,
      CommandOption.DESCRIPTION),
  LIST_WEBHOOKS(
      "list-webhooks",
      "lists the webhook endpoints, one per line, in columns separated by tabs: id, state, URL, types,"
          + " since when it fails, until when the previous secret signs, and the description; a hyphen"
          + " means none",
      Sets.DATABASE),
  UPDATE_WEBHOOK(
      "update-webhook",
      "changes the settings of a webhook endpoint that are given",
      Sets.DATABASE,
      CommandOption.WEBHOOK,
      CommandOption.NEW_URL,
      CommandOption.TYPES,
      CommandOption.DESCRIPTION),
  ROTATE_WEBHOOK(
      "rotate-webhook",
      "gives a webhook endpoint a new secret and prints it; messages are also signed with the previous"
          + " secret for a while",
      Sets.DATABASE,
      CommandOption.WEBHOOK,
      CommandOption.KEEP_OLD_WEBHOOK_HOURS),
  PAUSE_WEBHOOK(
      "pause-webhook",
      "stops sending to a webhook endpoint; its events are kept for 30 days",
      Sets.DATABASE,
      CommandOption.WEBHOOK),
  RESUME_WEBHOOK(
      "resume-webhook",
      "starts sending to a webhook endpoint again",
      Sets.DATABASE,
      CommandOption.WEBHOOK),
  DELETE_WEBHOOK(
      "delete-webhook", "deletes a webhook endpoint", Sets.DATABASE, CommandOption.WEBHOOK),
  REDELIVER_WEBHOOK(
      "redeliver-webhook",
      "sends events to a webhook endpoint again",
      Sets.DATABASE,
      CommandOption.WEBHOOK,
      CommandOption.EVENT,
      CommandOption.AFTER),
  LIST_DELIVERIES(
      "list-deliveries",
      "lists the last 100 deliveries to a webhook endpoint, one per line, in columns separated by tabs:"
          + " id of the event, position, type, id of the user, state, attempts, when it was queued, when"
          + " the next attempt is due, and why the last one failed; a hyphen means none",
      Sets.DATABASE,
      CommandOption.WEBHOOK,
      CommandOption.STATE),
  IMPORT(
      "import",
      "imports users from a file or another system, with the hashes of their passwords; see"
          + " [moving.md](moving.md)",
      Sets.HASHING,
      CommandOption.CSV,
      CommandOption.JSON_LINES,
      CommandOption.FROM_DJANGO,
      CommandOption.TABLE,
      CommandOption.FROM_KEYCLOAK,
      CommandOption.FROM_FIREBASE,
      CommandOption.FIREBASE_HASH,
      CommandOption.COLUMNS,
      CommandOption.FAILURES,
      CommandOption.DRY_RUN,
      CommandOption.SEND_MAILS),
  EXPORT(
      "export",
      "exports all users to a file that `import` can read",
      Sets.DATABASE,
      CommandOption.TO_CSV,
      CommandOption.TO_JSON_LINES,
      CommandOption.WITH_HASHES),
  SEED(
      "seed",
      "adds invented users without passwords, for demonstrations and tests",
      Sets.DATABASE,
      CommandOption.USERS,
      CommandOption.LOCALE),
  HEALTHCHECK(
      "healthcheck",
      "exits with status 0 if the service on this machine is serving, otherwise with 1",
      Sets.ADDRESS),
  /** Runs while a build creates a class-data archive. It is not for users and has no help page. */
  TRAIN(
      "train",
      "starts on a scratch database, calls itself, and exits",
      EnumSet.allOf(Setting.class));

  private final String word;
  private final String meaning;
  private final Set<Setting> settings;
  private final List<CommandOption> options;

  /** The settings of commands. */
  private static final class Sets {
    static final Set<Setting> LOG = EnumSet.of(Setting.LOG_LEVEL, Setting.LOG_FORMAT);
    static final Set<Setting> DATABASE =
        with(
            LOG,
            Setting.DATABASE_URL,
            Setting.DATABASE_URL_FILE,
            Setting.DATABASE_CONNECT_TIMEOUT_SECONDS,
            Setting.DATA_DIR);
    static final Set<Setting> HASHING =
        with(DATABASE, Setting.PASSWORD_HASH, Setting.PASSWORD_BCRYPT_COST);
    static final Set<Setting> ADDRESS =
        with(
            LOG,
            Setting.GRPC_PORT,
            Setting.BIND_ADDRESS,
            Setting.TLS_CERT_FILE,
            Setting.TLS_KEY_FILE,
            Setting.TLS_CLIENT_CA_FILE);

    private static Set<Setting> with(Set<Setting> some, Setting... more) {
      var all = EnumSet.copyOf(some);
      Collections.addAll(all, more);
      return all;
    }
  }

  Command(String word, String meaning, Set<Setting> settings, CommandOption... options) {
    this.word = word;
    this.meaning = meaning;
    this.settings = Collections.unmodifiableSet(settings);
    this.options = List.of(options);
  }

  /** Returns the command with this name, including those that are not for users. */
  public static Optional<Command> of(String word) {
    for (Command command : values()) {
      if (command.word.equals(word)) {
        return Optional.of(command);
      }
    }
    return Optional.empty();
  }

  /** Returns the name on the command line. */
  public String word() {
    return word;
  }

  /** Returns a description of the command. */
  public String meaning() {
    return meaning;
  }

  /** Returns the settings that the command reads, in the order of {@link Setting}. */
  public Set<Setting> settings() {
    return settings;
  }

  /** Returns the options that are not settings. */
  public List<CommandOption> options() {
    return options;
  }

  /** Returns whether the help pages list the command. */
  public boolean isForUsers() {
    return this != TRAIN;
  }
}
