package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.testing.ServerProcess;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserResponse;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the mails of the jar without an SMTP server, which are files in DATA_DIR/mail. */
@Timeout(300)
class MailFilesIT {
  private static final Pattern LINK =
      Pattern.compile("https://shop\\.example\\.com/verify-email\\?token=([A-Za-z0-9_-]{43})\\s");

  @TempDir private Path directory;
  private Path data;
  private Path mails;

  @BeforeEach
  void initializeData() throws IOException {
    data = directory.resolve("data");
    InitializedDataDirectory.copyTo(data);
    mails = data.resolve("mail");
  }

  private ServerProcess start() {
    return ServerProcess.start(
        directory,
        Map.of(
            "DATA_DIR", "data",
            "GRPC_PORT", "0",
            "MAIL_FROM", "Example Shop <no-reply@shop.example.com>",
            "PUBLIC_BASE_URL", "https://shop.example.com"));
  }

  @Test
  void createUser_leavesAFileWhoseLinkVerifies() throws Exception {
    Files.createDirectories(mails);
    try (var server = start()) {
      var users = server.awaitUsers();
      var user = users.createUser(TestService.aRequest("ada@example.com").build()).getUser();

      Path file = awaitMails(1).get(0);

      assertEquals("rw-------", permissions(file));
      var mail = read(file);
      assertEquals("ada@example.com", recipient(mail));
      assertEquals("Example Shop <no-reply@shop.example.com>", mail.getFrom()[0].toString());
      var html = ((MimeMultipart) mail.getContent()).getBodyPart(1).getContent().toString();
      assertTrue(html.strip().endsWith("</html>"), html);
      Matcher link = LINK.matcher(text(mail));
      assertTrue(link.find());
      var token = ConfirmEmailVerificationRequest.newBuilder().setToken(link.group(1)).build();
      assertEquals(user.getId(), users.confirmEmailVerification(token).getUserId());
      var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
      assertTrue(users.getUser(get).getUser().getEmailVerified());
    }
  }

  @Test
  void kill_losesNoMail() throws Exception {
    // Nothing can be delivered as long as a file is in the place of the directory.
    Files.createFile(mails);
    var recipients = new TreeSet<String>();
    try (var server = start()) {
      recipients.add("first@example.com");
      server.awaitUsers().createUser(TestService.aRequest("first@example.com").build());
      Files.delete(mails);
      var answers = new ArrayList<Future<CreateUserResponse>>();
      var users = UserServiceGrpc.newFutureStub(server.awaitChannel());
      for (int i = 0; i < 20; i++) {
        String email = "user" + i + "@example.com";
        recipients.add(email);
        answers.add(users.createUser(TestService.aRequest(email).build()));
      }
      for (var answer : answers) {
        answer.get();
      }
      // Its PostgreSQL continues to run for now.
      try (var connection = console()) {
        server.kill();
        assertTrue(makeEveryMailDue(connection) > 0);
      }
    }
    Files.createDirectories(mails);

    try (var restarted = start()) {
      restarted.awaitPort();

      var delivered = new TreeSet<String>();
      for (Path file : awaitMails(recipients.size())) {
        delivered.add(recipient(read(file)));
      }
      assertEquals(recipients, delivered);
    }
  }

  /**
   * Ends the pauses after failures, and the claims of a worker that was killed, as the passing of
   * time would.
   *
   * @return the number of waiting mails
   */
  private static int makeEveryMailDue(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeUpdate(
          "update mail_outbox set next_attempt_at = now() where state = 'WAITING'");
    }
  }

  private Connection console() throws SQLException {
    var url = EmbeddedDatabase.running(data).orElseThrow();
    return DriverManager.getConnection(
        url.jdbcUrl(), url.user().orElseThrow(), url.password().orElseThrow());
  }

  /** Waits until there are so many mails, and returns them. */
  private List<Path> awaitMails(int count) throws Exception {
    try (var watcher = mails.getFileSystem().newWatchService()) {
      mails.register(watcher, StandardWatchEventKinds.ENTRY_CREATE);
      List<Path> found = mailFiles();
      while (found.size() < count) {
        WatchKey news = watcher.poll(60, TimeUnit.SECONDS);
        assertNotNull(news, "mails: " + found + " (expected: " + count + ")");
        news.reset();
        found = mailFiles();
      }
      return found;
    }
  }

  private List<Path> mailFiles() throws Exception {
    try (var files = Files.list(mails)) {
      return files.filter(file -> file.toString().endsWith(".eml")).sorted().toList();
    }
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static MimeMessage read(Path file) throws Exception {
    try (var in = Files.newInputStream(file)) {
      return new MimeMessage(Session.getInstance(new Properties()), in);
    }
  }

  private static String recipient(MimeMessage mail) throws Exception {
    return mail.getRecipients(Message.RecipientType.TO)[0].toString();
  }

  private static String text(MimeMessage mail) throws Exception {
    return ((MimeMultipart) mail.getContent()).getBodyPart(0).getContent().toString();
  }
}
