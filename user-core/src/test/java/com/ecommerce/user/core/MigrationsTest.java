package com.ecommerce.user.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** What is looked at before Flyway is asked. */
@ExtendWith(PostgresExtension.class)
class MigrationsTest {
  private static final String FOLDER = "com/ecommerce/user/core/migration";

  private TestDatabase database;
  private DataSource shop;

  @BeforeEach
  void createASchema(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("drop schema if exists shop cascade");
    database.execute("create schema shop");
    var dataSource = new PGSimpleDataSource();
    dataSource.setUrl(database.jdbcUrl());
    dataSource.setCurrentSchema("shop,public");
    shop = dataSource;
  }

  private boolean isCurrent() throws SQLException {
    return SchemaHistory.isCurrent(shop, FOLDER);
  }

  @Test
  void aMigratedSchema_isCurrent() throws SQLException {
    Migrations.migrate(shop);

    assertTrue(isCurrent());
  }

  @Test
  void anEmptySchema_isNotCurrentThoughAnotherOnThePathIs() throws SQLException {
    assertFalse(isCurrent());
    assertTrue(Migrations.migrate(shop) > 0);
  }

  @Test
  void aSchemaWithAMissingMigration_isNotCurrent() throws SQLException {
    Migrations.migrate(shop);
    database.execute("delete from shop.user_schema_history where version = '22'");

    assertFalse(isCurrent());
  }

  @Test
  void aSchemaOfALaterVersion_isLeftToFlyway() throws SQLException {
    Migrations.migrate(shop);
    database.execute(
        "insert into shop.user_schema_history select 1000, '1000', description, type, script,"
            + " checksum, installed_by, installed_on, execution_time, success"
            + " from shop.user_schema_history where version = '22'");

    assertFalse(isCurrent());
    assertEquals(0, Migrations.migrate(shop));
  }

  @Test
  void aChangedMigration_isRefusedByFlyway() throws SQLException {
    Migrations.migrate(shop);
    database.execute("update shop.user_schema_history set checksum = 1 where version = '1'");

    assertFalse(isCurrent());
    assertThrows(FlywayException.class, () -> Migrations.migrate(shop));
  }

  @Test
  void aFailedMigration_isNotCurrent() throws SQLException {
    Migrations.migrate(shop);
    database.execute("update shop.user_schema_history set success = false where version = '22'");

    assertFalse(isCurrent());
  }

  @Test
  void aMigrationThatTakesLong_isWaitedForByTheOthers() {
    assertEquals(-1, Migrations.configuration(shop).getLockRetryCount());
  }
}
