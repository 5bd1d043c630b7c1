package com.ecommerce.user.server.transfer;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the table of Django's users, and the tables that refer to it, in the catalog of a
 * PostgreSQL database. For one thread.
 */
final class DjangoCatalog {
  private static final List<String> USERS =
      List.of("users", "users_user", "accounts_user", "auth_user");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]*");
  private static final Pattern QUALIFIED =
      Pattern.compile("(" + NAME + "|\"[^\"]+\")(\\.(" + NAME + "|\"[^\"]+\"))?");

  private final Connection connection;

  DjangoCatalog(Connection connection) {
    this.connection = connection;
  }

  /**
   * A table.
   *
   * @param name the name without its schema
   * @param sql the name in SQL, with quotes and a schema where they are needed
   * @param schema the name of the schema in SQL
   * @param types the types of the columns by their names; empty if the database user may not read
   *     it
   */
  record Table(String name, String sql, String schema, Map<String, String> types) {}

  /**
   * A table with a foreign key to the table of users, or the other side of a many-to-many relation.
   *
   * @param reference the column with the foreign key, of {@link #referring}
   * @param referenced the column of the table of users to which it refers
   * @param isUnique whether a user has at most one row
   * @param key the primary key; empty if it has several columns, or none
   * @param through the table of the relation; empty if the table itself refers to the users
   */
  record Related(
      Table table,
      String reference,
      String referenced,
      boolean isUnique,
      Optional<String> key,
      Optional<Through> through) {
    /** Returns the table that refers to the users. */
    Table referring() {
      return through.map(Through::table).orElse(table);
    }
  }

  /**
   * The table of a many-to-many relation, which refers to both sides.
   *
   * @param reference the column with the foreign key to the other side
   * @param referenced the column of the other side to which it refers
   */
  record Through(Table table, String reference, String referenced) {}

  /** A foreign key of one column. The tables are in SQL. */
  private record ForeignKey(
      String table,
      String column,
      String target,
      String targetColumn,
      boolean isUnique,
      Optional<String> tableKey,
      Optional<String> targetKey) {}

  /** Returns the identifier in SQL. */
  static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }

  /**
   * Returns the table of users.
   *
   * @param name its name, with or without quotes and a schema; empty to find it by its usual names
   * @throws SourceException if there is none
   */
  Table users(Optional<String> name) throws SQLException {
    if (name.isPresent()) {
      return find(name.get())
          .orElseThrow(
              () ->
                  new SourceException(
                      "no table " + name.get() + " (expected: the table of Django's users)"));
    }
    for (String usual : USERS) {
      var table = find(usual);
      if (table.isPresent()
          && table.get().types().keySet().containsAll(Set.of("id", "email", "password"))) {
        return table.get();
      }
    }
    throw new SourceException(
        "no table of users (expected: --table NAME, or one of " + String.join(", ", USERS) + ")");
  }

  private Optional<Table> find(String name) throws SQLException {
    if (!QUALIFIED.matcher(name).matches()) {
      return Optional.empty();
    }
    // Django quotes names, so the name of a table may contain upper-case letters.
    String exact = name.indexOf('"') >= 0 ? name : NAME.matcher(name).replaceAll(part -> "\"$0\"");
    var found =
        rows(
            """
            select c.relname, c.oid::regclass::text, quote_ident(n.nspname)
              from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where c.oid = coalesce(to_regclass(?), to_regclass(?)) and c.relkind in ('r', 'p', 'v', 'm', 'f')
            """,
            name,
            exact);
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(table(found.get(0).get(0), found.get(0).get(1), found.get(0).get(2)));
  }

  private Table table(String name, String sql, String schema) throws SQLException {
    return new Table(name, sql, schema, types(sql));
  }

  private Map<String, String> types(String table) throws SQLException {
    Map<String, String> types = new LinkedHashMap<>();
    try (var statement = connection.createStatement();
        var nothing = statement.executeQuery("select * from " + table + " limit 0")) {
      var metadata = nothing.getMetaData();
      for (int i = 1; i <= metadata.getColumnCount(); i++) {
        types.put(metadata.getColumnName(i), metadata.getColumnTypeName(i));
      }
    }
    return types;
  }

  /**
   * Returns the tables with a foreign key to the table of users, once for each key, and after each
   * of them the other tables to which it refers.
   */
  List<Related> relatedTo(Table users) throws SQLException {
    List<Related> related = new ArrayList<>();
    for (var key : foreignKeys("f.confrelid = ?::regclass", users.sql())) {
      var table = readable(key.table());
      related.add(
          new Related(
              table,
              key.column(),
              key.targetColumn(),
              key.isUnique(),
              key.tableKey(),
              Optional.empty()));
      // A cast of the name to regclass fails in a schema that the database user may not use.
      for (var other : foreignKeys("c.oid::regclass::text = ?", key.table())) {
        if (!key.isUnique() && !other.target().equals(users.sql())) {
          related.add(
              new Related(
                  readable(other.target()),
                  key.column(),
                  key.targetColumn(),
                  false,
                  other.targetKey(),
                  Optional.of(new Through(table, other.column(), other.targetColumn()))));
        }
      }
    }
    return related;
  }

  private List<ForeignKey> foreignKeys(String condition, String table) throws SQLException {
    return rows(
            """
            with primary_keys as (select i.indrelid as oid, a.attname as name
              from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
              where i.indisprimary and i.indnatts = 1)
            select c.oid::regclass::text, k.attname, f.confrelid::regclass::text, r.attname,
                exists (select from pg_index i where i.indrelid = c.oid and i.indisunique and i.indpred is null
                  and i.indnatts = 1 and i.indkey[0] = k.attnum) as is_unique,
                (select name from primary_keys p where p.oid = c.oid),
                (select name from primary_keys p where p.oid = f.confrelid)
              from pg_constraint f
                join pg_class c on c.oid = f.conrelid
                join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute k on k.attrelid = f.conrelid and k.attnum = f.conkey[1]
                join pg_attribute r on r.attrelid = f.confrelid and r.attnum = f.confkey[1]
              where f.contype = 'f' and f.conrelid <> f.confrelid and cardinality(f.conkey) = 1
                and not c.relispartition and\s"""
                + condition
                + " order by n.nspname, c.relname, k.attname",
            table)
        .stream()
        .map(
            row ->
                new ForeignKey(
                    row.get(0),
                    row.get(1),
                    row.get(2),
                    row.get(3),
                    row.get(4).equals("t"),
                    Optional.ofNullable(row.get(5)),
                    Optional.ofNullable(row.get(6))))
        .toList();
  }

  /** Returns a table, without its columns if the database user may not read it. */
  private Table readable(String sql) throws SQLException {
    var row =
        rows(
                """
                select c.relname, quote_ident(n.nspname),
                    has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')
                  from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid::regclass::text = ?
                """,
                sql)
            .get(0);
    return new Table(row.get(0), sql, row.get(1), row.get(2).equals("t") ? types(sql) : Map.of());
  }

  /**
   * Returns the table in which django-allauth keeps emails, unless the database user may not read
   * it. It is in the schema of the users.
   */
  Optional<Table> emails(Table users) throws SQLException {
    String name = users.schema() + ".account_emailaddress";
    var isReadable = rows("select has_table_privilege(to_regclass(?), 'select')", name);
    return "t".equals(isReadable.get(0).get(0)) ? find(name) : Optional.empty();
  }

  /** Returns the number of rows of a table. */
  long count(Table table) throws SQLException {
    return Long.parseLong(rows("select count(*) from " + table.sql()).get(0).get(0));
  }

  private List<List<String>> rows(String sql, String... parameters) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      List<List<String>> rows = new ArrayList<>();
      try (var found = statement.executeQuery()) {
        while (found.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            row.add(found.getString(i));
          }
          rows.add(row);
        }
      }
      return rows;
    }
  }
}
