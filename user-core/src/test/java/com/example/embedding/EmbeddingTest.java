package com.example.embedding;

import static com.ecommerce.user.core.testing.Refusals.violationsOf;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.Migrations;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Refusals;
import com.ecommerce.user.core.testing.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the core as another project uses it: from outside its packages, with its public API. */
@ExtendWith(PostgresExtension.class)
class EmbeddingTest {
  private static final PasswordSettings CHEAP =
      PasswordSettings.DEFAULT.withHash(HashSettings.bcrypt(4));

  @Test
  void embedder_runsUseCasesInItsOwnProcess(TestDatabase database) {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).passwords(CHEAP).build()) {
      core.start();

      User created = core.users().create(RequestContext.system(), newUser("embedded@example.com"));
      var patch = UserPatch.builder().firstName("Augusta").build();
      core.users().update(RequestContext.system(), created.id(), patch);

      User read = core.users().get(RequestContext.system(), created.id());
      assertEquals("Augusta", read.firstName());
      assertEquals(2, read.audit().version());
      var page =
          core.directory()
              .list(
                  RequestContext.system(),
                  UserFilter.ALL,
                  UserSort.NEWEST_FIRST,
                  PageRequest.FIRST);
      assertEquals(1, page.totalCount());
      core.users().delete(RequestContext.system(), created.id(), "the test is over");
      var failure =
          assertThrows(
              UserServiceException.class,
              () -> core.users().get(RequestContext.system(), created.id()));
      assertEquals(ErrorReason.USER_NOT_FOUND, failure.reason());
    }
  }

  @Test
  void exampleInTheJavadocOfNewUser_creates(TestDatabase database) throws IOException {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).passwords(CHEAP).build()) {
      core.start();

      NewUser ada =
          NewUser.builder()
              .email("Ada@Example.com")
              .password("correct horse battery")
              .firstName("Ada")
              .lastName("Lovelace")
              .phone(PhoneNumber.parse("+44 20 7946 0958"))
              .build();
      User created = core.users().create(RequestContext.system(), ada);

      assertEquals("ada@example.com", created.email().address());
      assertEquals("Ada Lovelace", created.fullName());
      core.users().delete(RequestContext.system(), created.id(), "");
    }
    String javadoc = source("main", "com/ecommerce/user/core/account/NewUser");
    var example = Pattern.compile("<pre>\\{@code(.*?)}</pre>", Pattern.DOTALL).matcher(javadoc);
    assertTrue(example.find());
    assertIsTested(example.group(1).replace("*", ""));
  }

  @Test
  void examplesInTheDocs_work(TestDatabase database) throws IOException {
    // Other tests register the same address, and the number of mails to it is limited.
    database.execute("truncate mail_outbox, window_limits");
    ExecutorService executor = Executors.newSingleThreadExecutor();
    List<Mail> sent = new CopyOnWriteArrayList<>();
    MailTransport transport = sent::add;
    try (var dataSource = database.pool(4)) {
      Migrations.migrate(dataSource);
      try (UserCore core = UserCore.builder(dataSource).build()) {
        core.start();
        NewUser ada =
            NewUser.builder()
                .email("ada@example.com")
                .password("correct horse battery")
                .firstName("Ada")
                .build();
        User created = core.users().create(RequestContext.system(), ada);

        assertEquals("ada@example.com", created.email().address());
      }
      UserCore core =
          UserCore.builder(dataSource)
              .cacheBytes(64 << 20)
              .passwords(PasswordSettings.DEFAULT.withHash(HashSettings.argon2id()))
              .tokens(TokenSettings.DEFAULT.withAccessLifetime(Duration.ofMinutes(5)))
              .mail(
                  MailSettings.DEFAULT
                      .withSender(MailSender.parse("Example Shop <no-reply@example.com>"))
                      .withPublicBaseUrl(URI.create("https://shop.example.com")))
              .mailTransport(transport)
              .workers(Workers.on(executor))
              .build();
      try (core) {
        core.mailDelivery().orElseThrow().sendDue();

        assertEquals("Example Shop", sent.get(0).sender().name());
        assertTrue(sent.get(0).text().contains("https://shop.example.com/verify-email?token="));
        var ada = core.users().getByEmail(RequestContext.system(), sent.get(0).recipient());
        core.users().delete(RequestContext.system(), ada.id(), "the test is over");
      }
    } finally {
      executor.shutdown();
    }
    String page = Files.readString(Path.of("..", "docs", "embedding.md"));
    var examples = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL).matcher(page).results();
    assertEquals(2, examples.peek(example -> assertIsTested(example.group(1))).count());
  }

  private static void assertIsTested(String example) {
    // A block may end in other statements here, and the variables have the same names.
    String code = example.replaceAll("\\s+", "").replaceAll("}$", "");
    assertTrue(thisSource().replaceAll("\\s+", "").contains(code), example);
  }

  private static String thisSource() {
    try {
      return source("test", "com/example/embedding/EmbeddingTest");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String source(String folder, String name) throws IOException {
    return Files.readString(Path.of("src", folder, "java", name + ".java"));
  }

  @Test
  void embedder_storesNothingThatTheWireRefuses(TestDatabase database) {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).passwords(CHEAP).build()) {
      core.start();
      var call = RequestContext.system();
      var users = core.users();
      var user = users.create(call, newUser("strict@example.com"));
      var email = user.email();
      var password = Password.parse("correct horse battery");
      var before = database.query("select (select count(*) from events) as n");
      for (String bad : Refusals.BAD_LINES) {
        String rule = bad.length() > 1_000 ? "TOO_LONG" : "INVALID_CHARACTER";
        String reason = bad.replace("\r\n", "\r");
        assertEquals(
            List.of("reason " + rule),
            violationsOf(() -> users.deactivate(call, user.id(), reason)));
        assertEquals(
            List.of("reason " + rule), violationsOf(() -> users.delete(call, user.id(), reason)));
        assertEquals(
            List.of("device_name " + rule),
            violationsOf(() -> core.sessions().login(call, email, password, bad)));
        assertEquals(
            List.of("device_name " + rule),
            violationsOf(() -> core.sessions().signIn(call, user.id(), bad)));
        var clients = core.serviceClients();
        assertEquals(List.of("name " + rule), violationsOf(() -> clients.create(call, bad)));
        assertEquals(
            List.of("name " + rule), violationsOf(() -> clients.rotate(call, bad, Duration.ZERO)));
        assertEquals(List.of("name " + rule), violationsOf(() -> clients.delete(call, bad)));
        assertEquals(
            List.of("query " + rule, "created_at INVALID_RANGE"),
            violationsOf(
                () ->
                    new UserSearch(
                        bad, UserFilter.ALL, Optional.of(Instant.MAX), Optional.of(Instant.MIN))));
      }
      assertEquals(
          List.of("pagination.page_size NEGATIVE", "pagination.page_token INVALID_PAGE_TOKEN"),
          violationsOf(() -> new PageRequest(-1, "\u0000")));
      assertEquals(before, database.query("select (select count(*) from events) as n"));
      assertEquals(user, users.getCurrent(call, user.id()));
      users.delete(call, user.id(), "");
    }
  }

  @Test
  void build_doesNoInputOrOutputAndStartsNoThread() {
    var before = Thread.getAllStackTraces().keySet();

    try (var core = UserCore.builder(untouchable()).build()) {
      var after = Thread.getAllStackTraces().keySet();
      assertFalse(
          after.stream()
              .filter(thread -> !before.contains(thread))
              .anyMatch(thread -> thread.getName().matches("(password-hash|health-probe).*")));
      assertThrows(
          IllegalStateException.class,
          () -> core.users().getByEmail(RequestContext.system(), Email.parse("ada@example.com")));
    }
  }

  @Test
  void start_isRefusedASecondTimeAndAfterTheEnd(TestDatabase database) {
    try (var pool = database.pool(4);
        var core = UserCore.builder(pool).build();
        var closed = UserCore.builder(pool).build()) {
      core.start();
      closed.close();

      assertThrows(IllegalStateException.class, core::start);
      assertThrows(IllegalStateException.class, closed::start);
    }
  }

  @Test
  void close_leavesOpenWhatTheEmbedderOpened(TestDatabase database) {
    ExecutorService executor = Executors.newSingleThreadExecutor();
    try (var pool = database.pool(2)) {
      try (var core = UserCore.builder(pool).workers(Workers.on(executor)).build()) {
        core.start();
        core.health().check().toCompletableFuture().join();
      }

      assertFalse(pool.isClosed());
      assertDoesNotThrow(() -> pool.getConnection().close());
      assertFalse(executor.isShutdown());
    } finally {
      executor.shutdown();
    }
  }

  @Test
  void migrate_isACallOfItsOwnThatMayBeRepeated(TestDatabase database) {
    database.execute("create schema shop");
    var shop = new org.postgresql.ds.PGSimpleDataSource();
    shop.setUrl(database.jdbcUrl());
    shop.setCurrentSchema("shop,public");

    int applied = Migrations.migrate(shop);

    assertEquals(0, Migrations.migrate(shop));
    assertEquals(
        (long) applied,
        database
            .query("select count(*) as n from shop.user_schema_history where version <> '0'")
            .get(0)
            .get("n"));
  }

  private static NewUser newUser(String email) {
    return NewUser.builder()
        .email(email)
        .password("correct horse battery")
        .firstName("Ada")
        .lastName("Lovelace")
        .build();
  }

  /** Returns a data source whose methods all fail, so that every use is noticed. */
  private static DataSource untouchable() {
    return (DataSource)
        Proxy.newProxyInstance(
            EmbeddingTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              throw new IllegalStateException("the data source was touched: " + method.getName());
            });
  }
}
