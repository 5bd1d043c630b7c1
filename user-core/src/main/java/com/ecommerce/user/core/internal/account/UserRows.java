package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * Writes rows of {@code users}. Changes of any number of rows are one statement, which is much
 * faster than a statement for each: every column is passed as an array with one element for each
 * row.
 *
 * <p>The arrays become rows by {@code unnest} with several arguments (PostgreSQL's manual, "Table
 * Functions"). Locked rows are left out by {@code for no key update skip locked}, and rows with
 * another version by the condition of the update. Columns are written in the groups of {@link
 * Part}, of which few combinations occur, so there are few different statements. For example, two
 * changed avatars are
 *
 * <pre>{@code
 * update users set avatar_url = given.avatar_url, version = given.version, ...
 * from unnest(array['1...', '2...'], array['a.png', 'b.png'], array[8, 3], array[7, 2], ...)
 *   as given (id, avatar_url, version, version_before, ...), free
 * where users.id = given.id and users.id = free.id and users.version = given.version_before
 * }</pre>
 */
final class UserRows {
  private static final Column ID = new Column("id", "uuid", User::id);

  private static final Column VERSION_BEFORE =
      new Column("version_before", "bigint", user -> user.audit().version());

  private static final List<Column> FIXED =
      List.of(
          ID,
          new Column("created_at", "timestamptz", user -> user.audit().createdAt()),
          new Column("created_by", "text", user -> user.audit().createdBy()));

  private static final List<Column> CHANGING =
      Arrays.stream(Part.values()).flatMap(part -> part.columns.stream()).toList();

  private static final List<Column> INSERTED = together(FIXED, CHANGING);

  private static final List<Column> IMPORTED =
      together(
          INSERTED,
          List.of(
              new Column(
                  "last_login_at",
                  "timestamptz",
                  user -> user.lastLoginAt().<Object>map(time -> time).orElse("-infinity"))));

  private static final Column ROW_DIGEST = new Column("imported_row", "bytea", user -> null);
  private static final Column PASSWORD_DIGEST =
      new Column("imported_password", "bytea", user -> null);

  private static final List<Column> WITH_DIGESTS =
      together(IMPORTED, List.of(ROW_DIGEST, PASSWORD_DIGEST));

  private static final String INSERT_ALL =
      String.format(
          Locale.ROOT,
          "insert into users (%s) select %s from %s on conflict do nothing returning id",
          joined(WITH_DIGESTS, Column::name),
          joined(WITH_DIGESTS, Column::given),
          given(WITH_DIGESTS));

  private static final String INSERT =
      String.format(
          Locale.ROOT,
          "insert into users (%s) values (%s)",
          joined(INSERTED, Column::name),
          joined(INSERTED, Column::parameter));

  /**
   * Updates the rows that are not locked and have not changed since they were read. It neither
   * waits for other transactions nor overwrites their changes. The arrays are hidden from the
   * planner as in {@link UserDao#BY_IDS}.
   */
  private static final String UPDATE =
      """
      with free as materialized (
        select id from users where id = any ((select :user_id)::uuid[]) for no key update skip locked),
      written as (
        update users set %s from %s, free
        where users.id = given.id and users.id = free.id and users.version = given.version_before
        returning users.id)
      %s
      where entry.user_id in (select id from written) returning user_id, id
      """;

  private UserRows() {}

  /** The columns that are written together if the values that they store have changed. */
  private enum Part {
    EMAIL(
        user -> List.of(user.email(), user.pendingEmail(), user.emailVerified()),
        new Column("email", "text", user -> user.email().address()),
        new Column(
            "pending_email", "text", user -> orNull(user.pendingEmail().map(Email::address))),
        new Column("email_verified", "boolean", User::emailVerified)),
    STATUS(User::status, new Column("status", "text", User::status)),
    ROLES(
        User::roles,
        new Column("roles", Column.TEXTS, user -> literal(user.roles().stream().map(Role::name)))),
    NAMES(
        user -> List.of(user.displayName(), user.firstName(), user.lastName()),
        new Column("display_name", "text", User::displayName),
        new Column("first_name", "text", User::firstName),
        new Column("last_name", "text", User::lastName)),
    PHONE(
        user -> List.of(user.phone(), user.phoneVerified()),
        new Column("phone_country_code", "text", user -> phone(user, PhoneNumber::countryCode)),
        new Column(
            "phone_national_number", "text", user -> phone(user, PhoneNumber::nationalNumber)),
        new Column("phone_e164", "text", user -> phone(user, PhoneNumber::e164)),
        new Column("phone_verified", "boolean", User::phoneVerified)),
    AVATAR(User::avatarUrl, new Column("avatar_url", "text", User::avatarUrl)),
    EXTERNAL_ID(
        User::externalId,
        new Column("external_id", "text", user -> orNull(user.externalId().map(ExternalId::text)))),
    PROFILE(
        User::profile,
        new Column("bio", "text", user -> user.profile().bio()),
        new Column("date_of_birth", "date", user -> orNull(user.profile().dateOfBirth())),
        new Column("gender", "text", user -> user.profile().gender()),
        new Column("language", "text", user -> user.profile().language()),
        new Column("currency", "text", user -> user.profile().currency()),
        new Column("timezone", "text", user -> user.profile().timezone()),
        new Column("company", "text", user -> user.profile().company()),
        new Column("website", "text", user -> user.profile().website()),
        new Column(
            "social_link_names", Column.TEXTS, user -> literal(links(user).keySet().stream())),
        new Column(
            "social_link_urls", Column.TEXTS, user -> literal(links(user).values().stream()))),
    AUDIT(
        User::audit,
        new Column("updated_at", "timestamptz", user -> user.audit().updatedAt()),
        new Column("updated_by", "text", user -> user.audit().updatedBy()),
        new Column("version", "bigint", user -> user.audit().version()));

    private final Function<User, Object> stored;
    private final List<Column> columns;

    Part(Function<User, Object> stored, Column... columns) {
      this.stored = stored;
      this.columns = List.of(columns);
    }

    boolean isIn(Change change) {
      return !stored.apply(change.before()).equals(stored.apply(change.after()));
    }
  }

  /**
   * A column of {@code users}.
   *
   * @param value the value of the column for a user, which may be null
   */
  private record Column(String name, String type, Function<User, Object> value) {
    /**
     * The type of columns with arrays. Their values are passed as literals, since an array of
     * arrays must be rectangular in PostgreSQL.
     */
    static final String TEXTS = "text[]";

    /**
     * Returns the name of the parameter, which is unique even in a statement that also writes other
     * tables.
     */
    String key() {
      return "user_" + name;
    }

    String parameter() {
      return ":" + key() + "::" + type;
    }

    String parameters() {
      return ":" + key() + "::" + (type.equals(TEXTS) ? "text" : type) + "[]";
    }

    String given() {
      return "given." + name + (type.equals(TEXTS) ? "::text[]" : "");
    }

    String assignment() {
      return name + " = " + given();
    }

    String text(User user) {
      return Objects.toString(value.apply(user), null);
    }

    String[] texts(Collection<User> users) {
      return users.stream().map(this::text).toArray(String[]::new);
    }
  }

  static void insert(MultiTableStatement creation, User user) {
    creation.add(
        INSERT, insert -> INSERTED.forEach(column -> insert.bind(column.key(), column.text(user))));
  }

  /**
   * Inserts users, with one statement.
   *
   * @return the ids of the inserted users; a user with a key that another user has is skipped
   */
  static Set<UserId> insertAll(Handle handle, List<ImportWrites.NewRow> rows) {
    try (var insert = handle.createQuery(INSERT_ALL)) {
      bind(insert, IMPORTED, rows.stream().map(ImportWrites.NewRow::user).toList());
      insert.bind(ROW_DIGEST.key(), hex(rows, ImportWrites.NewRow::rowDigest));
      insert.bind(PASSWORD_DIGEST.key(), hex(rows, ImportWrites.NewRow::passwordDigest));
      return insert.mapTo(UUID.class).map(UserId::new).set();
    }
  }

  /** Returns literals of bytes. */
  private static String[] hex(
      List<ImportWrites.NewRow> rows, Function<ImportWrites.NewRow, byte[]> digest) {
    return rows.stream()
        .map(digest)
        .map(bytes -> bytes == null ? null : "\\x" + HexFormat.of().formatHex(bytes))
        .toArray(String[]::new);
  }

  /**
   * A change of a user.
   *
   * @param before the user as it was read; the row is written only if it still has this version
   */
  record Change(User before, User after) {}

  /**
   * Writes the changed columns of users, and the events of the changes, in one statement. Skips
   * users whom another transaction has locked, and users who have another version by now.
   *
   * @param changes at most one for each user
   * @return the users who were written, with the ids of their events
   */
  static Map<UserId, List<UUID>> update(
      Handle handle, List<Change> changes, EventLog events, List<EventLog.Entry> entries) {
    var columns = together(List.of(ID), changed(changes));
    var sql =
        String.format(
            Locale.ROOT,
            UPDATE,
            joined(columns.subList(1, columns.size()), Column::assignment),
            given(together(columns, List.of(VERSION_BEFORE))),
            EventLog.APPEND);
    try (var update = handle.createQuery(sql)) {
      bind(update, columns, changes.stream().map(Change::after).toList());
      bind(update, List.of(VERSION_BEFORE), changes.stream().map(Change::before).toList());
      return events
          .bind(update, entries)
          .map(
              (row, context) ->
                  Map.entry(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
          .collect(
              Collectors.groupingBy(
                  written -> new UserId(written.getKey()),
                  Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }
  }

  /**
   * Returns the columns of the parts that have changed. Whole parts keep the number of different
   * statements small, so that the database can prepare them.
   */
  private static List<Column> changed(List<Change> changes) {
    return Arrays.stream(Part.values())
        .filter(part -> changes.stream().anyMatch(part::isIn))
        .flatMap(part -> part.columns.stream())
        .toList();
  }

  private static void bind(SqlStatement<?> statement, List<Column> columns, List<User> users) {
    columns.forEach(column -> statement.bind(column.key(), column.texts(users)));
  }

  private static List<Column> together(List<Column> some, List<Column> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  private static String joined(List<Column> columns, Function<Column, String> part) {
    return columns.stream().map(part).collect(Collectors.joining(", "));
  }

  private static String given(List<Column> columns) {
    return String.format(
        Locale.ROOT,
        "unnest((select %s), %s) as given (%s)",
        columns.get(0).parameters(),
        joined(columns.subList(1, columns.size()), Column::parameters),
        joined(columns, Column::name));
  }

  private static Object orNull(Optional<?> value) {
    return value.orElse(null);
  }

  private static String phone(User user, Function<PhoneNumber, String> part) {
    return user.phone().map(part).orElse(null);
  }

  /** Returns the links by name, in a fixed order. */
  private static Map<String, String> links(User user) {
    return new TreeMap<>(user.profile().socialLinks());
  }

  /** Returns an array literal of PostgreSQL. */
  private static String literal(Stream<String> texts) {
    return texts
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",", "{", "}"));
  }
}
