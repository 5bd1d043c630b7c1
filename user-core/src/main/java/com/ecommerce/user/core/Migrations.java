package com.ecommerce.user.core;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Creates and updates the database schema that this version of the library needs. */
public final class Migrations {
  private static final String FOLDER = "com/ecommerce/user/core/migration";

  /** Flyway's own limit is 50 seconds; an index of millions of users takes longer. */
  private static final int WAIT_WITHOUT_LIMIT = -1;

  private Migrations() {}

  /**
   * Applies the migrations that are missing, in the default schema of the data source's
   * connections. Safe to call at every start and by several instances at once: one migrates, the
   * others wait for as long as it takes. Needs PostgreSQL 14 or later, and no rights beyond those
   * of the schema's owner.
   *
   * <p>If a migration has changed how search texts are made, the texts are rewritten afterwards in
   * small transactions, while instances of the previous version can keep running. If that is
   * interrupted, the next call continues.
   *
   * @return the number of applied migrations
   * @throws org.flywaydb.core.api.FlywayException when the database cannot be reached or a
   *     migration fails; a failed one leaves nothing behind
   */
  public static int migrate(DataSource dataSource) {
    requireNonNull(dataSource, "dataSource");
    int applied = isCurrent(dataSource) ? 0 : migrateByFlyway(dataSource);
    refreshSearchTexts(dataSource);
    return applied;
  }

  /**
   * Returns whether {@link #migrate} has ever been called on the default schema of the data
   * source's connections.
   *
   * @throws FlywayException when the database cannot be queried
   */
  public static boolean isInstalled(DataSource dataSource) {
    requireNonNull(dataSource, "dataSource");
    try {
      return SchemaHistory.exists(dataSource);
    } catch (SQLException failed) {
      throw new FlywayException("the schema's history cannot be read", failed);
    }
  }

  private static boolean isCurrent(DataSource dataSource) {
    try {
      return SchemaHistory.isCurrent(dataSource, FOLDER);
    } catch (SQLException failed) {
      throw new FlywayException("the schema's history cannot be read", failed);
    }
  }

  private static int migrateByFlyway(DataSource dataSource) {
    return configuration(dataSource).load().migrate().migrationsExecuted;
  }

  private static void refreshSearchTexts(DataSource dataSource) {
    try {
      SearchTextRefresh.run(dataSource);
    } catch (SQLException failed) {
      throw new FlywayException("the search texts cannot be rewritten", failed);
    }
  }

  static FluentConfiguration configuration(DataSource dataSource) {
    return Flyway.configure(Migrations.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:" + FOLDER)
        .table(SchemaHistory.TABLE)
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .lockRetryCount(WAIT_WITHOUT_LIMIT);
  }
}
