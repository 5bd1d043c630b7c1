package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands that do their work on the database and end. */
@ExtendWith(PostgresExtension.class)
class CommandsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final InputStream standardInput = System.in;
  @TempDir private Path directory;
  private TestDatabase database;
  private TestCore core;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    core = TestCore.on(database);
  }

  @AfterEach
  void stop() {
    System.setIn(standardInput);
    core.close();
  }

  private int run(String input, String... arguments) {
    return run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), arguments);
  }

  private int run(InputStream input, String... arguments) {
    System.setIn(input);
    out.getBuffer().setLength(0);
    var environment = Map.of("DATABASE_URL", database.jdbcUrl(), "PASSWORD_BCRYPT_COST", "4");
    return Main.commandLine(environment)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void createAdmin_makesAnAdminWhoCanLogInAndGetsNoMail() {
    assertEquals(0, run("correct horse battery\n", "create-admin", "--email", "root@example.com"));

    var signedIn =
        core.core()
            .sessions()
            .login(
                Call.system(),
                Email.parse("root@example.com"),
                Password.parse("correct horse battery"),
                "");
    assertEquals(UserStatus.ACTIVE, signedIn.user().status());
    assertTrue(signedIn.user().emailVerified());
    assertEquals(Set.of(Role.ADMIN), signedIn.user().roles());
    assertEquals("created admin " + signedIn.user().id(), out.toString().strip());
    assertEquals(
        0,
        database
            .query("select 1 from mail_outbox where user_id = ?", signedIn.user().id().value())
            .size());
    assertEquals(1, run("correct horse battery\n", "create-admin", "--email", "root@example.com"));
    assertEquals("email: taken (expected: an address that no user has)", err.toString().strip());
  }

  @Test
  void createAdmin_passwordThatIsNoUtf8_isRefused() {
    byte[] latin1 = "correct hörse battery\n".getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(
        1, run(new ByteArrayInputStream(latin1), "create-admin", "--email", "latin@example.com"));

    assertEquals("password: not text in UTF-8 (expected: UTF-8)", err.toString().strip());
  }

  @Test
  void createAdmin_inputWithoutAnEnd_isRefused() {
    var endless =
        new InputStream() {
          @Override
          public int read() {
            return 'a';
          }
        };

    assertEquals(1, run(endless, "create-admin", "--email", "latin@example.com"));

    assertEquals("password: too long (expected: at most 128 characters)", err.toString().strip());
  }

  @Test
  void createAdmin_lineThatEndsAsOnWindows_isThePasswordWithoutItsEnd() {
    assertEquals(
        0,
        run("correct hörse battery\r\nmore\n", "create-admin", "--email", "windows@example.com"));

    core.core()
        .sessions()
        .login(
            Call.system(),
            Email.parse("windows@example.com"),
            Password.parse("correct hörse battery"),
            "");
  }

  @Test
  void createClient_printsAnIdAndASecretThatGetAToken() {
    assertEquals(0, run("", "create-client", "--name", " orders "));

    var printed =
        out.toString()
            .lines()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    var token =
        core.core()
            .serviceClients()
            .issueToken(Call.system(), printed.get("client_id"), printed.get("client_secret"));
    assertEquals(
        new Caller.Service("orders"), core.core().sessions().authenticate(token.accessToken()));
    assertEquals(1, run("", "create-client", "--name", "orders"));
    assertEquals("name: taken (expected: one that no service client has)", err.toString().strip());
  }

  private String printed(String name) {
    return out.toString()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .reduce((older, newer) -> newer)
        .map(line -> line.substring(name.length() + 1))
        .orElseThrow();
  }

  private boolean getsAToken(String id, String secret) {
    try {
      core.core().serviceClients().issueToken(Call.system(), id, secret);
      return true;
    } catch (UserServiceException refused) {
      assertEquals(ErrorReason.CREDENTIALS_INVALID, refused.reason());
      return false;
    }
  }

  @Test
  void clients_areListedRotatedAndDeleted() {
    assertEquals(0, run("", "create-client", "--name", "billing"));
    String id = printed("client_id");
    String first = printed("client_secret");

    assertEquals(0, run("", "rotate-client", "--name", "billing"));
    assertEquals(id, printed("client_id"));
    String second = printed("client_secret");
    assertTrue(getsAToken(id, first) && getsAToken(id, second));
    assertEquals(0, run("", "rotate-client", "--name", "billing", "--keep-old-hours", "0"));
    String third = printed("client_secret");
    assertTrue(getsAToken(id, third));
    assertFalse(getsAToken(id, first) || getsAToken(id, second));

    assertEquals(0, run("", "list-clients"));
    assertTrue(out.toString().contains(id + "\tbilling\t"), out.toString());
    assertEquals(0, run("", "delete-client", "--name", "billing"));
    assertTrue(out.toString().endsWith("deleted client billing" + System.lineSeparator()));
    assertFalse(getsAToken(id, third));

    assertEquals(1, run("", "delete-client", "--name", "billing"));
    assertEquals("service client not found: billing", err.toString().strip());
  }

  @Test
  void rotateClient_refusesBadOptionsInOneLine() {
    assertEquals(1, run("", "rotate-client", "--name", "x", "--keep-old-hours", "2161"));
    assertEquals("--keep-old-hours: 2161 (expected: 0 to 2160)", err.toString().strip());
  }

  @Test
  void createClient_refusesANameThatIsNone() {
    assertEquals(1, run("", "create-client", "--name", " "));
    assertEquals("--name: missing (expected: a value)", err.toString().strip());
  }

  @Test
  void rehearse_servesCallsOnTheDatabaseAndStops() {
    assertEquals(0, run("", "rehearse", "--data-dir", directory.toString()), err.toString());

    assertEquals("rehearsed", out.toString().strip());
    assertEquals(1, database.query("select 1 from users where email like 'rehearsal-%'").size());
  }

  @Test
  void aMistake_isOneLineAndStatusOne() {
    assertEquals(1, run("", "serf"));
    assertEquals(1, err.toString().lines().count());
  }
}
