package com.ecommerce.user.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.DatabaseUrl;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands that work on the database. */
@ExtendWith(PostgresExtension.class)
class CommandsTest {
  @TempDir private Path directory;
  private TestDatabase database;
  private TestCore core;
  private CommandRun command;

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    core = TestCore.on(database);
    command =
        new CommandRun(Map.of("DATABASE_URL", database.jdbcUrl(), "PASSWORD_BCRYPT_COST", "4"));
  }

  @AfterEach
  void stop() {
    core.close();
  }

  private int run(String input, String... words) {
    return command.run(input, words);
  }

  private void assertFails(String... lines) {
    assertEquals(List.of(lines), command.errors());
  }

  /** Returns the line that names the database on which a command works. */
  private String place() {
    return "Database: " + DatabaseUrl.parse(database.jdbcUrl()).place();
  }

  @Test
  void createAdmin_makesAnAdminWhoCanLogInAndGetsNoMail() {
    assertEquals(0, run("correct horse battery\n", "create-admin", "--email", "root@example.com"));

    var signedIn =
        core.core()
            .sessions()
            .login(
                RequestContext.system(),
                Email.parse("root@example.com"),
                Password.parse("correct horse battery"),
                "");
    assertEquals(UserStatus.ACTIVE, signedIn.user().status());
    assertTrue(signedIn.user().emailVerified());
    assertEquals(Set.of(Role.ADMIN), signedIn.user().roles());
    assertEquals(List.of("created admin " + signedIn.user().id()), command.output());
    assertEquals(
        0,
        database
            .query("select 1 from mail_outbox where user_id = ?", signedIn.user().id().value())
            .size());
    assertEquals(1, run("correct horse battery\n", "create-admin", "--email", "root@example.com"));
    assertFails(place(), "email: taken (expected: an address that no user has)");
  }

  @Test
  void createAdmin_passwordThatIsNoUtf8_isRefused() {
    byte[] latin1 = "correct hörse battery\n".getBytes(StandardCharsets.ISO_8859_1);

    assertEquals(
        1,
        command.run(
            new ByteArrayInputStream(latin1),
            Optional.empty(),
            "create-admin",
            "--email",
            "latin@example.com"));

    assertFails("password: bytes that are not UTF-8 (expected: text in UTF-8)");
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

    assertEquals(
        1, command.run(endless, Optional.empty(), "create-admin", "--email", "latin@example.com"));

    assertFails("password: too long (expected: at most 128 characters)");
  }

  @Test
  void createAdmin_fileFromWindows_isThePasswordWithoutByteOrderMarkAndLineEnd() {
    assertEquals(
        0,
        run(
            "\ufeffcorrect hörse battery\r\nmore\n",
            "create-admin",
            "--email",
            "windows@example.com"));

    core.core()
        .sessions()
        .login(
            RequestContext.system(),
            Email.parse("windows@example.com"),
            Password.parse("correct hörse battery"),
            "");
  }

  @Test
  void createClient_printsAnIdAndASecretThatGetAToken() {
    assertEquals(0, run("", "create-client", "--name", " orders "));

    var printed =
        command.output().stream()
            .map(line -> line.split(" "))
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    var token =
        core.core()
            .serviceClients()
            .issueToken(
                RequestContext.system(), printed.get("client_id"), printed.get("client_secret"));
    assertEquals(
        new Caller.Service("orders"), core.core().sessions().authenticate(token.accessToken()));
    assertEquals(1, run("", "create-client", "--name", "orders"));
    assertFails(place(), "name: taken (expected: one that no service client has)");
  }

  private String printed(String name) {
    return command.output().stream()
        .filter(line -> line.startsWith(name + " "))
        .reduce((older, newer) -> newer)
        .map(line -> line.substring(name.length() + 1))
        .orElseThrow();
  }

  private boolean getsAToken(String id, String secret) {
    try {
      core.core().serviceClients().issueToken(RequestContext.system(), id, secret);
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
    assertTrue(command.output().get(1).startsWith(id + "\tbilling\t"), command.output().toString());
    assertEquals(0, run("", "delete-client", "--name", "billing"));
    assertEquals(List.of("deleted client billing"), command.output());
    assertFalse(getsAToken(id, third));

    assertEquals(1, run("", "delete-client", "--name", "billing"));
    assertFails(place(), "service client not found: billing");
  }

  @Test
  void webhooks_areManagedFromTheCommandLine() {
    assertEquals(
        0,
        run(
            "",
            "create-webhook",
            "--url",
            "https://shop.example/hooks",
            "--types",
            "user.created"));
    String id = printed("webhook_id");
    String first = printed("webhook_secret");
    assertTrue(first.startsWith("whsec_"), first);

    assertEquals(1, run("", "rotate-webhook", "--id", id, "--keep-old-hours", "169"));
    assertFails("--keep-old-hours: 169 (expected: a whole number of hours from 0 to 168)");
    assertEquals(0, run("", "rotate-webhook", "--id", id));
    assertNotEquals(first, printed("webhook_secret"));
    assertEquals(
        0, run("", "update-webhook", "--id", id, "--description", "the shop", "--types", ""));
    assertEquals(List.of("changed webhook " + id), command.output());
    assertEquals(0, run("", "pause-webhook", "--id", id));
    assertEquals(0, run("", "list-webhooks"));
    var line = command.output().get(1).split("\t");
    assertEquals(
        List.of(id, "PAUSED", "https://shop.example/hooks", "-", "-"), List.of(line).subList(0, 5));
    assertEquals("the shop", line[6]);
    assertEquals(0, run("", "resume-webhook", "--id", id));
    assertEquals(0, run("", "list-deliveries", "--id", id, "--state", "dead"));
    assertEquals(1, command.output().size());
    assertEquals(1, run("", "redeliver-webhook", "--id", id));
    assertFails("redeliver-webhook: either --event or --after is required");
    assertEquals(1, run("", "redeliver-webhook", "--id", id, "--event", id));
    assertFails(place(), "webhook delivery not found: " + id);
    assertEquals(0, run("", "delete-webhook", "--id", id));
    assertEquals(List.of("deleted webhook " + id), command.output());
    assertEquals(1, run("", "delete-webhook", "--id", id));
    assertFails(place(), "webhook endpoint not found: " + id);
    assertEquals(1, run("", "create-webhook", "--url", "https://shop.example:25/"));
    assertFails("--url: port 25 (expected: 80, 443 or at least 1024)");
  }

  @Test
  void rotateClient_refusesBadOptionsInOneLine() {
    assertEquals(1, run("", "rotate-client", "--name", "x", "--keep-old-hours", "2161"));
    assertFails("--keep-old-hours: 2161 (expected: a whole number of hours from 0 to 2160)");
  }

  @Test
  void createClient_refusesANameThatIsNone() {
    assertEquals(1, run("", "create-client", "--name", " "));
    assertFails("--name: missing (expected: a value)");
  }

  @Test
  void train_servesCallsOnTheDatabaseAndStops() {
    assertEquals(
        0, run("", "train", "--data-dir", directory.toString()), command.errors().toString());

    assertEquals(List.of("trained"), command.output());
    assertEquals(1, database.query("select 1 from users where email like 'training-%'").size());
  }

  @Test
  void aMistake_isOneLineAndStatusOne() {
    assertEquals(1, run("", "serf"));
    assertFails("serf: no such command (did you mean serve?)");
  }

  /** A terminal on which these lines are typed, one after the other. */
  private static class Typist implements HiddenInput {
    final List<String> prompts = new ArrayList<>();
    private final Iterator<String> lines;

    Typist(String... lines) {
      this.lines = List.of(lines).iterator();
    }

    @Override
    public String ask(String prompt) {
      prompts.add(prompt);
      return lines.next();
    }
  }

  private int createAtATerminal(Typist typist, String email) {
    var notRead = InputStream.nullInputStream();
    return command.run(notRead, Optional.of(typist), "create-admin", "--email", email);
  }

  @Test
  void createAdmin_atATerminal_asksTwice_afterNamingTheDatabase() {
    var typist =
        new Typist("correct hörse battery", "correct hörse battery") {
          @Override
          public String ask(String prompt) {
            assertFails(place());
            return super.ask(prompt);
          }
        };

    assertEquals(0, createAtATerminal(typist, "typed@example.com"), command.errors().toString());

    assertEquals(List.of("Password: ", "Repeat the password: "), typist.prompts);
    core.core()
        .sessions()
        .login(
            RequestContext.system(),
            Email.parse("typed@example.com"),
            Password.parse("correct hörse battery"),
            "");
  }

  @Test
  void createAdmin_atATerminal_refusesDifferentOrBadPasswords() {
    assertEquals(
        1,
        createAtATerminal(new Typist("correct horse battery", "correct horse"), "a@example.com"));
    assertFails(place(), "password: the two differ (expected: the same password twice)");
    assertEquals(1, createAtATerminal(new Typist(""), "a@example.com"));
    assertEquals(2, command.errors().size(), command.errors().toString());
    assertTrue(command.errors().get(1).startsWith("password: "), command.errors().toString());
    // An invalid email is reported before the password is typed.
    assertEquals(1, createAtATerminal(new Typist(), "no email"));
    assertTrue(command.errors().get(0).startsWith("--email: "), command.errors().toString());
    assertEquals(0, database.query("select 1 from users where email like 'a@%'").size());
  }

  @Test
  void commands_onADirectoryWithoutADatabase_createNone() {
    Path mistyped = directory.resolve("dta");
    var embedded = new CommandRun(Map.of("DATA_DIR", mistyped.toString()));
    for (String words :
        List.of(
            "create-admin --email a@example.com",
            "create-client --name a",
            "list-clients",
            "rotate-client --name a",
            "delete-client --name a")) {
      assertEquals(1, embedded.run("correct horse battery\n", words.split(" ")));
      assertEquals(
          List.of(
              "--data-dir (DATA_DIR): "
                  + mistyped
                  + " has no database (expected: the directory of a service that was started before;"
                  + " serve and migrate create a new database)"),
          embedded.errors());
      assertFalse(Files.exists(mistyped), words);
    }
  }

  @Test
  void commands_needOnlyTheirOwnSettings() {
    var others = new HashMap<>(Map.of("GRPC_PORT", "http", "SMTP_URL", "nonsense"));
    others.put("DATABASE_URL", database.jdbcUrl());

    assertEquals(0, new CommandRun(others).run("", "list-clients"));
  }
}
