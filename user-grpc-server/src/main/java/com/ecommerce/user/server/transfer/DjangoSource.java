package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/**
 * The users of a Django application, read from its database in a transaction that can only read and
 * sees one moment. Takes the columns of Django's {@code AbstractUser}, columns that have the name
 * of a field here, and those that a mapping names. Whether an email is verified comes from the
 * table of django-allauth, if there is one. An id that is a UUID is kept; any other becomes the
 * external id.
 */
public final class DjangoSource implements ImportSource {
  private static final List<String> TABLES =
      List.of("users", "users_user", "accounts_user", "auth_user");
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?");
  private static final int PAGE = 500;
  private static final String CONNECT_SECONDS = "10";

  /** Django's mark of a password with which nobody can log in. */
  private static final String UNUSABLE = "!";

  private static final String ID = "id";
  private static final String PASSWORD = "password";
  private static final String USERNAME = "username";
  private static final String DISPLAY_NAME = "display_name";
  private static final String IS_ACTIVE = "is_active";
  private static final String IS_STAFF = "is_staff";
  private static final String IS_SUPERUSER = "is_superuser";

  private static final Map<String, String> FIELDS = fields();

  private final Connection connection;
  private final ResultSet users;
  private final long count;
  private final boolean hasUuids;
  private final Map<String, FieldPath> fields;
  private final Set<String> columns;
  private long read;

  private static Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String same :
        List.of(
            "email",
            "first_name",
            "last_name",
            DISPLAY_NAME,
            "external_id",
            "phone",
            "phone_verified",
            "email_verified",
            "avatar_url",
            "created_at",
            "updated_at")) {
      fields.put(same, same);
    }
    for (String profile :
        List.of(
            "bio",
            "date_of_birth",
            "gender",
            "language",
            "currency",
            "timezone",
            "company",
            "website")) {
      fields.put(profile, "profile." + profile);
    }
    fields.put("date_joined", "created_at");
    fields.put("last_login", "last_login_at");
    fields.put("phone_number", "phone");
    fields.put("is_email_verified", "email_verified");
    fields.put("is_phone_verified", "phone_verified");
    return Map.copyOf(fields);
  }

  /**
   * Connects to the database.
   *
   * @param table the table of users; empty to find it by the names that are usual
   * @param mapping the columns that have another name here
   * @throws SourceException if there is no such table, or the database cannot be reached
   */
  public static DjangoSource open(DatabaseUrl url, Optional<String> table, Columns mapping) {
    var properties = new Properties();
    url.user().ifPresent(user -> properties.setProperty(PGProperty.USER.getName(), user));
    url.password()
        .ifPresent(password -> properties.setProperty(PGProperty.PASSWORD.getName(), password));
    properties.setProperty(PGProperty.APPLICATION_NAME.getName(), "user-service import");
    properties.setProperty(PGProperty.LOGIN_TIMEOUT.getName(), CONNECT_SECONDS);
    try {
      var connection = DriverManager.getConnection(url.jdbcUrl(), properties);
      try {
        connection.setReadOnly(true);
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        return new DjangoSource(connection, table, mapping);
      } catch (SQLException | RuntimeException failed) {
        connection.close();
        throw failed;
      }
    } catch (SQLException failed) {
      throw new SourceException(url.place() + ": " + failed.getMessage(), failed);
    }
  }

  private DjangoSource(Connection connection, Optional<String> table, Columns mapping)
      throws SQLException {
    this.connection = connection;
    try (var statement = connection.createStatement()) {
      statement.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'");
    }
    String name = table.isPresent() ? existing(table.get()) : find();
    var types = types(name);
    columns = types.keySet();
    requireAll(name, columns, mapping);
    fields = fields(columns, mapping);
    hasUuids = types.get(ID).equals("uuid");
    count = Long.parseLong(query("select count(*) from " + name));
    users = select(name);
  }

  private String existing(String table) throws SQLException {
    if (!NAME.matcher(table).matches() || !exists(table)) {
      throw new SourceException("no table " + table + " (expected: the table of Django's users)");
    }
    return table;
  }

  private String find() throws SQLException {
    for (String table : TABLES) {
      if (exists(table) && types(table).keySet().containsAll(Set.of(ID, "email", PASSWORD))) {
        return table;
      }
    }
    throw new SourceException(
        "no table of users (expected: --table NAME, or one of " + String.join(", ", TABLES) + ")");
  }

  private boolean exists(String table) throws SQLException {
    return query("select to_regclass('" + table + "') is not null").equals("t");
  }

  private String query(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
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

  private static void requireAll(String table, Set<String> columns, Columns mapping) {
    List<String> wanted = new ArrayList<>(mapping.names());
    wanted.add(ID);
    wanted.removeAll(columns);
    if (!wanted.isEmpty()) {
      throw new SourceException(
          table
              + ": no column "
              + String.join(", ", wanted)
              + " (expected: one of "
              + String.join(", ", columns)
              + ")");
    }
  }

  private static Map<String, FieldPath> fields(Set<String> columns, Columns mapping) {
    Map<String, FieldPath> fields = new LinkedHashMap<>();
    for (String column : columns) {
      if (mapping.names().contains(column)) {
        mapping.field(column).ifPresent(field -> fields.put(column, field));
      } else if (FIELDS.containsKey(column)) {
        fields.put(column, FieldPath.find(FIELDS.get(column)).orElseThrow());
      }
    }
    return fields;
  }

  /** Selects all users. The driver reads them page by page, since a transaction is open. */
  private ResultSet select(String table) throws SQLException {
    boolean knowsVerified =
        fields.values().stream().anyMatch(field -> field.toString().equals("email_verified"));
    String verified =
        !knowsVerified && exists("account_emailaddress")
            ? ", exists (select from account_emailaddress e where e.user_id = u.id and e.verified"
                + " and lower(e.email) = lower(u.email)) as allauth_verified"
            : "";
    var statement = connection.createStatement();
    statement.setFetchSize(PAGE);
    statement.closeOnCompletion();
    return statement.executeQuery("select u.*" + verified + " from " + table + " u order by u.id");
  }

  @Override
  public Optional<Row> next() {
    try {
      if (!users.next()) {
        return Optional.empty();
      }
      read++;
      return Optional.of(row());
    } catch (SQLException failed) {
      throw new SourceException("after " + read + " users: " + failed.getMessage(), failed);
    }
  }

  private Row row() throws SQLException {
    String id = users.getString(ID);
    var violations = new Violations();
    var row = ImportedUser.newBuilder();
    if (hasUuids) {
      row.setUserId(id);
    } else {
      row.setExternalId(id);
    }
    readState(row);
    for (var field : fields.entrySet()) {
      String value = users.getString(field.getKey());
      if (value != null) {
        field.getValue().set(violations, row, value);
      }
    }
    return Row.of("id " + id, row, violations);
  }

  private void readState(ImportedUser.Builder row) throws SQLException {
    text(PASSWORD).filter(hash -> !hash.startsWith(UNUSABLE)).ifPresent(row::setPasswordHash);
    text(USERNAME).filter(name -> name.indexOf('@') < 0).ifPresent(row::setDisplayName);
    if (columns.contains(IS_ACTIVE)) {
      row.setStatus(
          users.getBoolean(IS_ACTIVE)
              ? UserStatus.USER_STATUS_ACTIVE
              : UserStatus.USER_STATUS_DEACTIVATED);
    }
    if (isTrue(IS_SUPERUSER)) {
      row.addRoles(UserRole.USER_ROLE_ADMIN);
    } else if (isTrue(IS_STAFF)) {
      row.addRoles(UserRole.USER_ROLE_SUPPORT);
    }
    if (users.getMetaData().getColumnCount() > columns.size()) {
      row.setEmailVerified(users.getBoolean("allauth_verified"));
    }
  }

  private Optional<String> text(String column) throws SQLException {
    return columns.contains(column)
        ? Optional.ofNullable(users.getString(column)).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private boolean isTrue(String column) throws SQLException {
    return columns.contains(column) && users.getBoolean(column);
  }

  @Override
  public double progress() {
    return count == 0 ? 1 : Math.min(1, (double) read / count);
  }

  @Override
  public void close() throws IOException {
    try {
      connection.rollback();
      connection.close();
    } catch (SQLException failed) {
      throw new IOException(failed);
    }
  }
}
