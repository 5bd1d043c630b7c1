package com.ecommerce.user.server.transfer;

import static com.ecommerce.user.server.transfer.DjangoCatalog.quoted;
import static com.ecommerce.user.server.transfer.DjangoNames.ADDRESS;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.ecommerce.user.server.transfer.DjangoCatalog.Related;
import com.ecommerce.user.server.transfer.DjangoCatalog.Table;
import com.ecommerce.user.server.transfer.DjangoCatalog.Through;
import com.ecommerce.user.v1.UserRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The columns of a Django application that an import takes, and the queries that read them.
 *
 * <p>A column of the table of users is taken if it is one of Django's {@code AbstractUser}, or has
 * the name of a field. So is a column of a table that has at most one row for each user, unless the
 * table of users already has the field. Addresses are taken from a table with the columns of an
 * address, which refers to the users or is related to them by a table of two foreign keys. If two
 * tables offer the same field, the mapping has to decide.
 */
final class DjangoPlan {
  static final String ID = "id";
  static final String PASSWORD = "password";
  static final String USERNAME = "username";
  static final String IS_ACTIVE = "is_active";
  static final String IS_STAFF = "is_staff";
  static final String IS_SUPERUSER = "is_superuser";

  /** The columns of the queries that do not correspond to a field. */
  static final String GROUPS = "group_names";

  static final String ALLAUTH_VERIFIED = "allauth_verified";
  static final String IS_DEFAULT = "is_default";

  /**
   * The columns of {@code AbstractUser} that do not correspond to a field, and the fields that they
   * set.
   */
  private static final Map<String, String> STATE =
      Map.of(
          PASSWORD, "password_hash",
          USERNAME, "display_name",
          IS_ACTIVE, "status",
          IS_STAFF, "roles",
          IS_SUPERUSER, "roles");

  private static final String GROUP_TABLE = "auth_group";

  private static final Set<String> INTEGERS =
      Set.of("int2", "int4", "int8", "smallserial", "serial", "bigserial");

  private static final String FULL_NAME = ADDRESS + "full_name";
  private static final List<String> NAMES = List.of("first_name", "last_name");

  private final Table users;
  private final Columns mapping;
  private final Set<String> state;
  private final Map<String, Column> ofUsers;
  private final List<Profile> profiles = new ArrayList<>();
  private final List<Addresses> addresses = new ArrayList<>();
  private Optional<Related> groups = Optional.empty();
  private final Optional<Table> emails;
  private final List<String> taken = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  /** The SQL expression that is selected for a field. */
  private record Column(String sql, FieldPath field) {
    boolean isOfAddress() {
      return field.toString().startsWith(ADDRESS);
    }

    @Override
    public String toString() {
      return field.toString();
    }
  }

  /** A table with at most one row for each user, and the columns that are taken, by their names. */
  private record Profile(Related related, Map<String, Column> columns) {}

  /**
   * A table of addresses, and the columns that are taken, by their names.
   *
   * @param hasDefault whether one column makes an address the default for each of its purposes
   */
  private record Addresses(Related related, Map<String, Column> columns, boolean hasDefault) {}

  /**
   * Decides which columns are taken.
   *
   * @param emails the table of django-allauth
   * @throws SourceException if two tables offer the same field, or the mapping names a column that
   *     does not exist or cannot be taken
   */
  DjangoPlan(Table users, List<Related> related, Optional<Table> emails, Columns mapping) {
    this.users = users;
    this.mapping = mapping;
    requireAll(related);
    state = new HashSet<>(STATE.keySet());
    state.retainAll(users.types().keySet());
    state.removeIf(column -> mapped(users, column).isPresent());
    ofUsers = ofUsers();
    reportUsers();
    related.forEach(this::add);
    requireOne();
    requireMapped();
    boolean knowsVerified =
        Stream.concat(Stream.of(ofUsers), profiles.stream().map(Profile::columns))
            .flatMap(columns -> columns.values().stream())
            .anyMatch(column -> column.toString().equals("email_verified"));
    this.emails = emails.filter(table -> !knowsVerified);
    this.emails.ifPresent(table -> taken.add(table.name() + ": verified=email_verified"));
    related.stream().map(Related::referring).distinct().forEach(this::leaveOut);
  }

  private void requireAll(List<Related> related) {
    Set<String> unknown = new HashSet<>(mapping.names());
    unknown.removeAll(users.types().keySet());
    Stream.concat(Stream.of(users), related.stream().map(Related::table))
        .forEach(
            table ->
                table.types().keySet().forEach(column -> unknown.remove(qualified(table, column))));
    if (!users.types().containsKey(ID)) {
      unknown.add(ID);
    }
    if (!unknown.isEmpty()) {
      throw new SourceException(
          users.sql()
              + ": no column "
              + unknown.stream().sorted().collect(joining(", "))
              + " (expected: one of "
              + String.join(", ", users.types().keySet())
              + ", or TABLE.NAME of a table that refers to it)");
    }
  }

  private static String qualified(Table table, String column) {
    return table.name() + '.' + column;
  }

  /** Returns the name that a column has in the mapping; empty if the mapping does not name it. */
  private Optional<String> mapped(Table table, String column) {
    return Stream.of(qualified(table, column), column)
        .filter(name -> table.equals(users) || name.indexOf('.') > 0)
        .filter(mapping.names()::contains)
        .findFirst();
  }

  private Map<String, Column> ofUsers() {
    Map<String, Column> columns = new LinkedHashMap<>();
    users
        .types()
        .forEach(
            (column, type) ->
                mapped(users, column)
                    .map(mapping::field)
                    .orElseGet(() -> DjangoNames.ofUser(column, type))
                    .ifPresent(field -> columns.put(column, new Column(sql("u", column), field))));
    return columns;
  }

  private static String sql(String alias, String column) {
    return alias + '.' + quoted(column);
  }

  private void reportUsers() {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put(ID, hasUuids() ? "user_id" : "external_id");
    state.stream().sorted().forEach(column -> fields.put(column, STATE.get(column)));
    ofUsers.forEach((column, field) -> fields.put(column, field.toString()));
    report(users, fields, fields.keySet());
  }

  private void report(Table table, Map<String, ?> fields, Set<String> known) {
    taken.add(
        table.name()
            + ": "
            + fields.entrySet().stream()
                .map(
                    entry ->
                        entry.getKey().equals(entry.getValue().toString())
                            ? entry.getKey()
                            : entry.getKey() + "=" + entry.getValue())
                .collect(joining(", ")));
    String others =
        table.types().keySet().stream()
            .filter(column -> !known.contains(column))
            .collect(joining(", "));
    if (!others.isEmpty()) {
      leftOut.add(table.name() + ": " + others);
    }
  }

  private void add(Related related) {
    var table = related.table();
    if (isUnwanted(related)) {
      return;
    }
    var ofAddress = addressColumns(related);
    var ofProfile = related.isUnique() ? profileColumns(related) : Map.<String, Column>of();
    boolean isAddress =
        DjangoNames.areComplete(paths(ofAddress))
            && related.through().filter(relation -> !isPlain(relation)).isEmpty()
            && ofProfile.entrySet().stream()
                .allMatch(
                    entry ->
                        entry.getValue().isOfAddress()
                            || DjangoNames.isAlsoOfAddress(entry.getKey()));
    if (isAddress) {
      addAddresses(related, ofAddress);
    } else if (!ofProfile.isEmpty()) {
      profiles.add(new Profile(related, ofProfile));
      report(table, ofProfile, known(related, ofProfile.keySet()));
    } else if (isGroups(related)) {
      groups = Optional.of(related);
      taken.add(related.referring().name() + ": names of roles=roles");
    }
  }

  /**
   * Returns whether a table has no columns other than its key and two foreign keys. Tables with
   * more columns, such as orders, may also refer to users and addresses.
   */
  private static boolean isPlain(Through relation) {
    int columns = relation.table().types().size();
    return columns == 2 || columns == 3;
  }

  private boolean isGroups(Related related) {
    return related.through().isPresent()
        && related.referring().name().equals(users.name() + "_groups")
        && !related.referring().types().isEmpty()
        && related.table().name().equals(GROUP_TABLE)
        && !related.table().types().isEmpty();
  }

  /** Returns whether the mapping leaves out the foreign key, and with it the table. */
  private boolean isUnwanted(Related related) {
    return mapped(related.referring(), related.reference())
        .filter(name -> mapping.field(name).isEmpty())
        .isPresent();
  }

  /**
   * Reports a table as left out, unless something of it is taken through any of its foreign keys.
   */
  private void leaveOut(Table table) {
    boolean isTaken =
        Stream.of(
                profiles.stream().map(Profile::related).map(Related::table),
                addresses.stream().map(Addresses::related).map(Related::referring),
                groups.stream().map(Related::referring),
                emails.stream())
            .flatMap(each -> each)
            .anyMatch(table::equals);
    if (!isTaken) {
      leftOut.add(table.name() + (table.types().isEmpty() ? " (not readable)" : ""));
    }
  }

  private static Set<String> known(Related related, Set<String> columns) {
    Set<String> known = new HashSet<>(columns);
    known.add(related.reference());
    related.key().ifPresent(known::add);
    return known;
  }

  private static Set<String> paths(Map<String, Column> columns) {
    return columns.values().stream().map(Column::toString).collect(toSet());
  }

  private Map<String, Column> profileColumns(Related related) {
    var table = related.table();
    String alias = "p" + profiles.size();
    Set<String> known = new HashSet<>(paths(ofUsers));
    Map<String, Column> columns = new LinkedHashMap<>();
    table
        .types()
        .forEach(
            (column, type) ->
                mapped(table, column)
                    .map(mapping::field)
                    .orElseGet(
                        () ->
                            DjangoNames.ofProfile(column, type)
                                .filter(field -> known.add(field.toString())))
                    .ifPresent(
                        field -> columns.put(column, new Column(sql(alias, column), field))));
    return columns;
  }

  private Map<String, Column> addressColumns(Related related) {
    var types = related.table().types();
    Map<String, Column> columns = new LinkedHashMap<>();
    for (String column : types.keySet()) {
      mapped(related.table(), column)
          .flatMap(mapping::field)
          .map(field -> new Column(sql("t", column), field))
          .filter(Column::isOfAddress)
          .ifPresent(field -> columns.put(column, field));
    }
    var mappedFields = paths(columns);
    DjangoNames.ofAddress()
        .forEach(
            (path, names) -> {
              var field = DjangoNames.path(path);
              names.stream()
                  .filter(name -> !mappedFields.contains(path) && isFree(related, name))
                  .filter(name -> DjangoNames.fits(field, types.get(name)))
                  .findFirst()
                  .ifPresent(name -> columns.put(name, new Column(sql("t", name), field)));
            });
    related
        .key()
        .filter(key -> isFree(related, key))
        .flatMap(key -> addressId(related.table(), key))
        .ifPresent(id -> columns.put(related.key().orElseThrow(), id));
    var fullName = DjangoNames.path(FULL_NAME);
    boolean hasNames =
        NAMES.stream()
            .allMatch(name -> isFree(related, name) && DjangoNames.fits(fullName, types.get(name)));
    if (hasNames && !paths(columns).contains(FULL_NAME)) {
      columns.put(
          String.join("+", NAMES),
          new Column(
              "concat_ws(' ', nullif(t.first_name, ''), nullif(t.last_name, ''))", fullName));
    }
    return columns;
  }

  /**
   * Returns the id of an address: its primary key if that is a UUID, or else a UUID of version 8
   * (RFC 9562) from the lower 60 bits of the primary key, which keep its order, and 60 bits of a
   * digest of the table and the user. An address therefore has the same id in each import. Empty
   * for a key that is neither a UUID nor an integer.
   */
  private static Optional<Column> addressId(Table table, String key) {
    var field = DjangoNames.path(ADDRESS + "id");
    String column = sql("t", key);
    String type = table.types().get(key);
    if (type.equals("uuid")) {
      return Optional.of(new Column(column, field));
    }
    String name = "'" + table.name().replace("'", "''") + "/'";
    String digits = "lpad(to_hex(" + column + "::bigint), 16, '0')";
    String id =
        String.format(
            Locale.ROOT,
            "(substr(%1$s, 2, 12) || '8' || substr(%1$s, 14) || '8' || left(md5(%2$s || u.id), 15))::uuid",
            digits,
            name);
    return INTEGERS.contains(type) ? Optional.of(new Column(id, field)) : Optional.empty();
  }

  /** Returns whether the table has the column, and the mapping does not name it. */
  private boolean isFree(Related related, String column) {
    return related.table().types().containsKey(column)
        && !column.equals(related.reference())
        && mapped(related.table(), column).isEmpty();
  }

  private void addAddresses(Related related, Map<String, Column> columns) {
    var paths = paths(columns);
    boolean hasDefault =
        isFree(related, IS_DEFAULT)
            && "bool".equals(related.table().types().get(IS_DEFAULT))
            && !paths.contains(ADDRESS + "is_default_shipping")
            && !paths.contains(ADDRESS + "is_default_billing");
    addresses.add(new Addresses(related, columns, hasDefault));
    Map<String, Object> fields = new LinkedHashMap<>(columns);
    var known = known(related, columns.keySet());
    if (columns.containsKey(String.join("+", NAMES))) {
      known.addAll(NAMES);
    }
    if (hasDefault) {
      fields.put(IS_DEFAULT, ADDRESS + "is_default_shipping+is_default_billing");
      known.add(IS_DEFAULT);
    }
    report(related.table(), fields, known);
  }

  /** Requires that each column for which the mapping has a field is taken. */
  private void requireMapped() {
    Set<String> names = new HashSet<>(mapping.names());
    names.removeIf(name -> mapping.field(name).isEmpty());
    remove(names, users, ofUsers);
    profiles.forEach(each -> remove(names, each.related().table(), each.columns()));
    addresses.forEach(each -> remove(names, each.related().table(), each.columns()));
    if (!names.isEmpty()) {
      throw new SourceException(
          names.stream().sorted().collect(joining(", "))
              + ": cannot be taken (expected: columns of a table with one row for each user, or of"
              + " a table of addresses and fields such as addresses[0].address.city)");
    }
  }

  private void remove(Set<String> names, Table table, Map<String, Column> columns) {
    columns.keySet().forEach(column -> mapped(table, column).ifPresent(names::remove));
  }

  private void requireOne() {
    if (addresses.size() > 1) {
      throw ambiguous(
          "addresses",
          addresses.stream()
              .map(each -> qualified(each.related().referring(), each.related().reference()))
              .toList());
    }
    Map<String, List<String>> sources = new LinkedHashMap<>();
    profiles.forEach(
        profile ->
            profile
                .columns()
                .forEach(
                    (column, field) ->
                        sources
                            .computeIfAbsent(field.toString(), path -> new ArrayList<>())
                            .add(qualified(profile.related().table(), column))));
    sources.forEach(
        (field, columns) -> {
          if (columns.size() > 1) {
            throw ambiguous(field, columns);
          }
        });
  }

  private static SourceException ambiguous(String what, List<String> columns) {
    return new SourceException(
        "several columns for "
            + what
            + ": "
            + String.join(", ", columns)
            + " (expected: --columns \""
            + columns.stream().skip(1).map(column -> column + "=").collect(joining(","))
            + "\", or others, to leave out all but one)");
  }

  /** Returns whether the ids of users are UUIDs. */
  boolean hasUuids() {
    return users.types().get(ID).equals("uuid");
  }

  /**
   * Returns whether the query of users has a column with this name that does not correspond to a
   * field.
   */
  boolean has(String column) {
    return state.contains(column)
        || (column.equals(GROUPS) && groups.isPresent())
        || (column.equals(ALLAUTH_VERIFIED) && emails.isPresent());
  }

  /** Returns whether the query of addresses has the column {@link #IS_DEFAULT}. */
  boolean hasDefault() {
    return addresses.get(0).hasDefault();
  }

  /** Returns the fields of users, in the order of the columns {@code f0}, {@code f1} … */
  List<FieldPath> userFields() {
    return Stream.concat(Stream.of(ofUsers), profiles.stream().map(Profile::columns))
        .flatMap(columns -> columns.values().stream())
        .map(Column::field)
        .toList();
  }

  /** Returns the fields of addresses, in the order of the columns {@code f0}, {@code f1} … */
  List<FieldPath> addressFields() {
    return addresses.stream()
        .flatMap(each -> each.columns().values().stream())
        .map(Column::field)
        .toList();
  }

  /** Returns the query of all users, in the order of their ids. */
  String userQuery() {
    List<String> columns = new ArrayList<>(List.of("u.id"));
    var from = new StringBuilder(" from " + users.sql() + " u");
    state.forEach(column -> columns.add(sql("u", column)));
    List<String> fields = new ArrayList<>(ofUsers.values().stream().map(Column::sql).toList());
    for (int i = 0; i < profiles.size(); i++) {
      var profile = profiles.get(i);
      profile.columns().values().forEach(column -> fields.add(column.sql()));
      from.append(" left join ").append(join(profile.related(), "p" + i));
    }
    addFields(columns, fields);
    groups.ifPresent(
        members -> {
          columns.add("g.names as " + GROUPS);
          from.append(" left join ").append(groupNames(members));
        });
    emails.ifPresent(
        table ->
            columns.add(
                "exists (select from "
                    + table.sql()
                    + " e where e.user_id = u.id and e.verified and lower(e.email) = lower(u.email)) as "
                    + ALLAUTH_VERIFIED));
    return "select " + String.join(", ", columns) + from + " order by u.id";
  }

  private static void addFields(List<String> columns, List<String> fields) {
    for (int i = 0; i < fields.size(); i++) {
      columns.add(fields.get(i) + " as f" + i);
    }
  }

  private static String join(Related related, String alias) {
    String table = related.table().sql() + ' ' + alias;
    String user = sql("u", related.referenced());
    return related
        .through()
        .map(
            relation ->
                ("(" + relation.table().sql() + " m join " + table)
                    + (" on " + sql(alias, relation.referenced()))
                    + (" = " + sql("m", relation.reference()))
                    + (") on " + sql("m", related.reference()) + " = " + user))
        .orElseGet(() -> table + " on " + sql(alias, related.reference()) + " = " + user);
  }

  /** Returns the names of roles among those of each user's groups, as a joined query. */
  private static String groupNames(Related group) {
    var members = group.through().orElseThrow();
    String roles =
        Arrays.stream(UserRole.values())
            .filter(role -> role != UserRole.UNRECOGNIZED && role.getNumber() != 0)
            .flatMap(role -> Stream.of(role.name(), role.name().substring("USER_ROLE_".length())))
            .map(name -> "'" + name + "'")
            .collect(joining(", "));
    return "(select "
        + sql("m", group.reference())
        + " as member, string_agg(n.name, ',' order by n.name) as names from "
        + members.table().sql()
        + " m join "
        + group.table().sql()
        + " n on "
        + sql("n", members.referenced())
        + " = "
        + sql("m", members.reference())
        + " where upper(btrim(n.name) collate \"C\") in ("
        + roles
        + ") group by 1) g on g.member = "
        + sql("u", group.referenced());
  }

  /** Returns the query of all addresses, in the order of their users and their own ids. */
  Optional<String> addressQuery() {
    return addresses.stream().findFirst().map(this::addressQuery);
  }

  private String addressQuery(Addresses of) {
    List<String> columns = new ArrayList<>(List.of("u.id"));
    addFields(columns, of.columns().values().stream().map(Column::sql).toList());
    if (of.hasDefault()) {
      columns.add(sql("t", IS_DEFAULT));
    }
    return "select "
        + String.join(", ", columns)
        + " from "
        + users.sql()
        + " u join "
        + join(of.related(), "t")
        + " order by u.id, "
        + of.related().key().map(key -> sql("t", key)).orElse("t::text");
  }

  /** Returns what is taken and what is left out, a line each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>(List.of("takes " + String.join("; ", taken)));
    if (!leftOut.isEmpty()) {
      lines.add("leaves out " + String.join("; ", leftOut));
    }
    return lines;
  }
}
