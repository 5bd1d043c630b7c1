package com.ecommerce.user.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.internal.hash.PasswordHasher;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestAddresses;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Tests the checks before Flyway runs, and the migration of rows of earlier versions. */
@ExtendWith(PostgresExtension.class)
class MigrationsTest {
  private static final String FOLDER = "com/ecommerce/user/core/migration";

  private static final RequestContext CALL = RequestContext.system();
  private static final UserId ADA = UserId.parse("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  private static final PasswordHasher HASHER =
      new PasswordHasher(TestCore.CHEAP_PASSWORDS.hash(), new SecureRandom());

  /** Inserts a user into the tables of version 1. */
  private static final String A_USER =
      """
      insert into users (id, email, display_name, first_name, last_name, avatar_url, status, roles, email_verified,
        phone_verified, bio, gender, language, currency, timezone, company, website, social_link_names,
        social_link_urls, created_at, updated_at, created_by, updated_by, version)
      values ('0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', 'ada@example.com', 'Ada', 'Ada', 'Lovelace', '',
        'PENDING_VERIFICATION', '{CUSTOMER}', false, false, '', '', '', '', '', '', '', '{}', '{}',
        '2026-01-01', '2026-01-01', 'system', 'system', 1);
      insert into credentials (user_id, password_hash, changed_at)
      values ('0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', '%s', '2026-01-01');
      insert into events (id, occurred_at, actor, type, user_id, reason, fields)
      values ('0190b6e2-0000-7a52-9d3e-3f1c2a4b5d6e', '2026-01-01', 'system', 'user.created',
        '0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', '', '{}')
      """;

  /** Inserts a mail and a session into the tables of version 22. */
  private static final String A_MAIL_AND_A_SESSION =
      """
      insert into tokens (id, user_id, purpose, email, requested, created_at, expires_at)
      values ('0190b6e2-1111-7a52-9d3e-3f1c2a4b5d6e', '0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', 'VERIFY_EMAIL',
        'ada@example.com', false, '2026-01-01 12:00Z', '2026-01-02 12:00Z');
      insert into mail_outbox (id, kind, recipient, user_id, token_id, state, created_at, attempts, next_attempt_at)
      values ('0190b6e2-2222-7a52-9d3e-3f1c2a4b5d6e', 'VERIFY_EMAIL', 'ada@example.com',
        '0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', '0190b6e2-1111-7a52-9d3e-3f1c2a4b5d6e', 'WAITING',
        '2026-01-01 12:00Z', 0, '2026-01-01 12:00Z');
      insert into sessions (id, user_id, device_name, client_network, created_at, last_used_at, expires_at,
        refresh_digest, generation)
      values ('0190b6e2-3333-7a52-9d3e-3f1c2a4b5d6e', '0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e', 'phone', '',
        '2026-01-01', '2026-01-01', '2026-01-08', sha256('secret'), 0)
      """;

  private TestDatabase database;
  private PGSimpleDataSource shop;

  @BeforeEach
  void createASchema(TestDatabase ownDatabase) {
    database = ownDatabase;
    database.execute("drop schema if exists shop cascade");
    database.execute("create schema shop");
    shop = new PGSimpleDataSource();
    shop.setUrl(database.jdbcUrl());
    shop.setCurrentSchema("shop,public");
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

  @ParameterizedTest
  @ValueSource(strings = {"1", "22", "40"})
  void aSchemaOfAnEarlierVersion_keepsItsRows(String version) throws SQLException {
    shop.setCurrentSchema("shop");
    Migrations.configuration(shop).target(version).load().migrate();
    fill(A_USER.formatted(HASHER.hash(Password.parse(TestUsers.PASSWORD)).encoded()));
    boolean hasMails = !version.equals("1");
    if (hasMails) {
      fill(A_MAIL_AND_A_SESSION);
    }

    assertTrue(Migrations.migrate(shop) > 0);

    assertTrue(isCurrent());
    List<Mail> sent = new CopyOnWriteArrayList<>();
    try (var core =
        UserCore.builder(shop)
            .clock(new MutableClock(Instant.parse("2026-01-02T00:00:00Z")))
            .mailTransport(sent::add)
            .build()) {
      core.start();
      core.mailDelivery().orElseThrow().sendDue();
      assertEquals(hasMails ? 1 : 0, sent.size());
      assertEquals(hasMails ? 1 : 0, core.sessions().list(CALL, ADA).size());
      assertUsable(core);
    }
  }

  @Test
  void anExternalId_belongsToOneUserAtMost() {
    Migrations.migrate(shop);
    String insert =
        """
        insert into shop.users (id, external_id, email, display_name, first_name, last_name, avatar_url, status, roles,
          email_verified, phone_verified, bio, gender, language, currency, timezone, company, website,
          social_link_names, social_link_urls, created_at, updated_at, created_by, updated_by, version)
        select gen_random_uuid(), ?, gen_random_uuid() || '@example.com', 'Ada', '', '', '', 'ACTIVE', '{CUSTOMER}',
          true, false, '', '', '', '', '', '', '', '{}', '{}', now(), now(), 'system', 'system', 1
        """;
    database.execute("set search_path = shop; " + insert, "crm-1");
    database.execute("set search_path = shop; " + insert, "CRM-1");

    var refused =
        assertThrows(
            UnableToExecuteStatementException.class,
            () -> database.execute("set search_path = shop; " + insert, "crm-1"));

    assertTrue(refused.getMessage().contains("users_external_id_key"), refused::getMessage);
  }

  @Test
  void sessionsOfAnEarlierVersion_tellWhereTheirUsersSignedIn() throws SQLException {
    shop.setCurrentSchema("shop");
    Migrations.configuration(shop).target("41").load().migrate();
    fill(A_USER.formatted(HASHER.hash(Password.parse(TestUsers.PASSWORD)).encoded()));
    fill(A_MAIL_AND_A_SESSION);
    fill("update sessions set client_network = '203.0.113.7/32', device_name = 'Adas Gerät'");
    Migrations.migrate(shop);

    try (var core =
        UserCore.builder(shop)
            .clock(new MutableClock(Instant.parse("2026-01-02T00:00:00Z")))
            .build()) {
      core.start();
      var home = new RequestContext(Actor.SYSTEM, "203.0.113.7/32", Cancellation.NEVER);
      core.sessions().signIn(home, ADA, "Adas Gerät");
    }

    assertEquals(
        2,
        database.query("select 1 from shop.sign_in_origins where seen_at > '2026-01-01'").size());
    assertEquals(2, database.query("select 1 from shop.sign_in_origins").size());
  }

  @Test
  void namesOfAnEarlierVersion_areFoundByEveryCaseAndByTwoLetters() throws SQLException {
    usersOfVersion70("Οδυσσεύς", "王小明", "Ada");

    Migrations.migrate(shop);

    assertEquals(1, found("ΟΔΥΣΣΕΎΣ"));
    assertEquals(1, found("小明"));
    assertEquals(3, found("example"));
    assertEquals(List.of(), database.query("select id from shop.user_search_queue"));
    assertTextsAreCurrent();
  }

  @Test
  void aRefreshThatWasInterrupted_isFinishedByTheNextStart() throws SQLException {
    usersOfVersion70("Οδυσσεύς", "Ada");
    Migrations.configuration(shop).load().migrate();
    assertEquals(0, found("ΟΔΥΣΣΕΎΣ"));

    assertEquals(0, Migrations.migrate(shop));

    assertEquals(1, found("ΟΔΥΣΣΕΎΣ"));
  }

  @Test
  void aRefresh_waitsForAChangeOfTheSameUserAndKeepsIt() throws Exception {
    usersOfVersion70("Οδυσσεύς", "Αχιλλεύς");
    Migrations.configuration(shop).load().migrate();
    try (var writer = shop.getConnection();
        var statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute(
          "update users set display_name = 'Οὖτις', first_name = '' where first_name = 'Οδυσσεύς'");
      var refresh = CompletableFuture.runAsync(() -> Migrations.migrate(shop));
      awaitALockedSession();
      writer.commit();
      refresh.join();
    }

    assertEquals(1, found("ΟὖΤΙΣ"));
    assertEquals(0, found("οδυσ"));
    assertEquals(1, found("αχιλλεύσ"));
    assertTextsAreCurrent();
  }

  @Test
  void instancesThatStartTogether_shareTheRefresh() throws SQLException {
    String[] names = IntStream.range(0, 300).mapToObj(i -> "Νίκος").toArray(String[]::new);
    usersOfVersion70(names);
    var starts =
        IntStream.range(0, 4)
            .mapToObj(i -> CompletableFuture.runAsync(() -> Migrations.migrate(shop)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(starts).join();

    assertEquals(names.length, found("ΝΊΚΟΣ"));
    assertTextsAreCurrent();
  }

  @Test
  void previousVersion_findsTheSameUsersBesideTheNewOne() throws SQLException {
    usersOfVersion70("Οδυσσεύς", "Weiß", "Yıldız", "王小明");
    List<String> words = List.of("οδυσσεύς", "δυσ", "weiß", "eiß", "yıldız", "王小明", "王");
    var before = words.stream().map(this::foundByThePreviousVersion).toList();

    Migrations.migrate(shop);

    assertEquals(before, words.stream().map(this::foundByThePreviousVersion).toList());
    assertEquals(1, foundByThePreviousVersion("小明"));
  }

  /**
   * Returns how many users version 70 finds by a word, which it converts to lower case in the
   * database.
   */
  private int foundByThePreviousVersion(String word) {
    boolean isShort = word.codePointCount(0, word.length()) < 3;
    return database
        .query(
            "select id from shop.user_directory where search_text like '%' || lower(?) || '%'",
            isShort ? " " + word : word)
        .size();
  }

  /** Creates a schema of version 70 with one user for each first name. */
  private void usersOfVersion70(String... names) throws SQLException {
    shop.setCurrentSchema("shop");
    Migrations.configuration(shop).target("70").load().migrate();
    var sql = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      sql.append(
              A_USER
                  .formatted("")
                  .replace("ada@example.com", "u" + i + "@example.com")
                  .replace("'Ada', 'Ada', 'Lovelace'", "'" + names[i] + "', '" + names[i] + "', ''")
                  .replace("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e", uuid(1, i))
                  .replace("0190b6e2-0000-7a52-9d3e-3f1c2a4b5d6e", uuid(2, i)))
          .append(';');
    }
    fill(sql.toString());
  }

  private static String uuid(int kind, int number) {
    return new UUID(0x0190_b6e2_7b1c_7a52L, 0x9000_0000_0000_0000L | (long) kind << 32 | number)
        .toString();
  }

  private long found(String words) {
    try (var core = UserCore.builder(shop).build()) {
      var search = new UserSearch(words, UserFilter.ALL, Optional.empty(), Optional.empty());
      return core.directory().search(CALL, search, PageRequest.FIRST).totalCount();
    }
  }

  private void assertTextsAreCurrent() {
    String outdated =
        """
        select id from shop.users
        where not exists (
          select from shop.user_directory as directory where directory.id = users.id and directory.search_text
            = shop.user_search_text(users.email, users.first_name, users.last_name, users.display_name))
        """;
    assertEquals(List.of(), database.query(outdated));
  }

  private void awaitALockedSession() {
    Await.until(
        () ->
            !database
                .query(
                    "select 1 from pg_stat_activity where datname = current_database()"
                        + " and wait_event_type = 'Lock'")
                .isEmpty());
  }

  private void fill(String sql) throws SQLException {
    try (var connection = shop.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertUsable(UserCore core) {
    var email = Email.parse("ada@example.com");
    var signedIn = core.sessions().login(CALL, email, Password.parse(TestUsers.PASSWORD), "");
    assertEquals(ADA, signedIn.user().id());
    core.sessions().authenticate(signedIn.tokens().accessToken());
    var search = new UserSearch("lovel", UserFilter.ALL, Optional.empty(), Optional.empty());
    assertEquals(1, core.directory().search(CALL, search, PageRequest.FIRST).items().size());
    var renamed = core.users().update(CALL, ADA, UserPatch.builder().lastName("King").build());
    assertEquals(2, renamed.audit().version());
    core.addresses().add(CALL, ADA, TestAddresses.anAddress(AddressType.BOTH));
    assertEquals(PreferenceSet.DEFAULT, core.preferences().get(CALL, ADA));
    core.users().delete(CALL, ADA, "");
  }
}
