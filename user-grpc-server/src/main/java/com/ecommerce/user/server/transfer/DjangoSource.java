package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.PGProperty;

/**
 * The users of a Django application with their addresses and preferences, read from its database in
 * a read-only transaction, which sees the data as they were when it began. {@link DjangoPlan} says
 * which tables and columns are taken. An id that is a UUID is kept; any other becomes the external
 * id.
 *
 * <p>Users and addresses are two cursors in the order of the users' ids, which are merged, so only
 * two pages of rows are in memory.
 */
public final class DjangoSource implements ImportSource {
  private static final int PAGE = 500;
  private static final String CONNECT_SECONDS = "10";

  /** Django's mark of a password with which nobody can log in. */
  private static final String UNUSABLE = "!";

  /** The characters that arrays and JSON put around the names of roles. */
  private static final Pattern BRACKETS = Pattern.compile("[\\[\\]{}\"]");

  private static final FieldPath ROLES = FieldPath.find("roles").orElseThrow();

  private final Connection connection;
  private final DjangoPlan plan;
  private final List<FieldPath> userFields;
  private final List<FieldPath> addressFields;
  private final ResultSet users;
  private final Optional<ResultSet> addresses;
  private final long count;
  private boolean hasAddress;
  private long read;

  /**
   * Connects to the database.
   *
   * @param table the table of users; empty to find it by its usual names
   * @param mapping the fields of columns, as {@code NAME} of the table of users or {@code
   *     TABLE.NAME}
   * @throws SourceException if there is no such table, if two tables offer the same field, or if
   *     the database cannot be reached
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

  private DjangoSource(Connection connection, Optional<String> name, Columns mapping)
      throws SQLException {
    this.connection = connection;
    try (var statement = connection.createStatement()) {
      statement.execute("set local timezone = 'UTC'; set local datestyle = 'ISO'");
    }
    var catalog = new DjangoCatalog(connection);
    var table = catalog.users(name);
    plan = new DjangoPlan(table, catalog.relatedTo(table), catalog.emails(table), mapping);
    userFields = plan.userFields();
    addressFields = plan.addressFields();
    count = catalog.count(table);
    users = select(plan.userQuery());
    var query = plan.addressQuery();
    addresses = query.isPresent() ? Optional.of(select(query.get())) : Optional.empty();
    nextAddress();
  }

  /** Runs a query. The driver reads its rows page by page, since a transaction is open. */
  private ResultSet select(String query) throws SQLException {
    var statement = connection.createStatement();
    statement.setFetchSize(PAGE);
    statement.closeOnCompletion();
    return statement.executeQuery(query);
  }

  private void nextAddress() throws SQLException {
    hasAddress = addresses.isPresent() && addresses.get().next();
  }

  /** Returns which tables and columns are taken, and which are left out. */
  @Override
  public List<String> description() {
    return plan.lines();
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
    String id = users.getString(DjangoPlan.ID);
    var violations = new Violations();
    var row = ImportedUser.newBuilder();
    if (plan.hasUuids()) {
      row.setUserId(id);
    } else {
      row.setExternalId(id);
    }
    text(DjangoPlan.PASSWORD)
        .filter(hash -> !hash.startsWith(UNUSABLE))
        .ifPresent(row::setPasswordHash);
    text(DjangoPlan.USERNAME).filter(name -> name.indexOf('@') < 0).ifPresent(row::setDisplayName);
    if (plan.has(DjangoPlan.ALLAUTH_VERIFIED)) {
      row.setEmailVerified(users.getBoolean(DjangoPlan.ALLAUTH_VERIFIED));
    }
    readFields(users, userFields, violations, row);
    readStatus(row);
    readRoles(violations, row);
    readAddresses(id, violations, row);
    row.getAddressesBuilderList().forEach(DjangoSource::setDefaultType);
    return Row.of("id " + id, row, violations);
  }

  private static void readFields(
      ResultSet from, List<FieldPath> fields, Violations violations, ImportedUser.Builder row)
      throws SQLException {
    for (int i = 0; i < fields.size(); i++) {
      String value = from.getString("f" + i);
      if (value != null) {
        boolean isRoles = fields.get(i).toString().equals(ROLES.toString());
        String given = isRoles ? BRACKETS.matcher(value).replaceAll(" ") : value;
        fields.get(i).set(violations, row, given);
      }
    }
  }

  /**
   * Sets the status. A user who cannot log in to the other application cannot log in here either,
   * whatever its status column says.
   */
  private void readStatus(ImportedUser.Builder row) throws SQLException {
    if (!plan.has(DjangoPlan.IS_ACTIVE)) {
      return;
    }
    if (!users.getBoolean(DjangoPlan.IS_ACTIVE)) {
      boolean isOpen =
          row.getStatus() == UserStatus.USER_STATUS_UNSPECIFIED
              || row.getStatus() == UserStatus.USER_STATUS_ACTIVE;
      row.setStatus(isOpen ? UserStatus.USER_STATUS_DEACTIVATED : row.getStatus());
    } else if (row.getStatus() == UserStatus.USER_STATUS_UNSPECIFIED) {
      row.setStatus(UserStatus.USER_STATUS_ACTIVE);
    }
  }

  private void readRoles(Violations violations, ImportedUser.Builder row) throws SQLException {
    if (isTrue(DjangoPlan.IS_SUPERUSER)) {
      row.addRoles(UserRole.USER_ROLE_ADMIN);
    } else if (isTrue(DjangoPlan.IS_STAFF)) {
      row.addRoles(UserRole.USER_ROLE_SUPPORT);
    }
    text(DjangoPlan.GROUPS).ifPresent(names -> ROLES.set(violations, row, names));
  }

  /** Adds the addresses of the user, at most one more than a user may have. */
  private void readAddresses(String user, Violations violations, ImportedUser.Builder row)
      throws SQLException {
    while (hasAddress && addresses.get().getString(DjangoPlan.ID).equals(user)) {
      int index = row.getAddressesCount();
      if (index <= Addresses.MAX_PER_USER) {
        row.addAddresses(address(addresses.get(), index, violations));
      }
      nextAddress();
    }
  }

  private UserAddress.Builder address(ResultSet from, int index, Violations violations)
      throws SQLException {
    var alone = ImportedUser.newBuilder();
    var address = alone.addAddressesBuilder();
    String prefix = "addresses[" + index + "].";
    readFields(
        from,
        addressFields,
        violations.named(field -> field.replace(DjangoNames.ADDRESS, prefix)),
        alone);
    setDefaultType(address);
    if (plan.hasDefault() && from.getBoolean(DjangoPlan.IS_DEFAULT)) {
      address
          .setIsDefaultShipping(address.getType() != AddressType.ADDRESS_TYPE_BILLING)
          .setIsDefaultBilling(address.getType() != AddressType.ADDRESS_TYPE_SHIPPING);
    }
    return address;
  }

  private static void setDefaultType(UserAddress.Builder address) {
    if (address.getType() == AddressType.ADDRESS_TYPE_UNSPECIFIED) {
      address.setType(AddressType.ADDRESS_TYPE_BOTH);
    }
  }

  private Optional<String> text(String column) throws SQLException {
    return plan.has(column)
        ? Optional.ofNullable(users.getString(column)).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  private boolean isTrue(String column) throws SQLException {
    return plan.has(column) && users.getBoolean(column);
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
