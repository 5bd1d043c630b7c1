package com.ecommerce.user.server.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.server.config.SmtpUrl;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmtpMailTransportTest {
  private static final String KEY_STORE = "greenmail.tls.keystore.file";
  private static final String KEY_STORE_PASSWORD = "greenmail.tls.keystore.password";
  private static final String ACCEPTED = "250 fine";

  /** A timeout that is long enough for servers that answer. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private TestCertificate certificate;
  private SSLSocketFactory trusting;
  private GreenMail greenMail;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    certificate = new TestCertificate(directory);
    trusting = certificate.trusting();
    System.setProperty(KEY_STORE, certificate.keyStoreFile().toString());
    System.setProperty(KEY_STORE_PASSWORD, TestCertificate.PASSWORD);
    greenMail =
        new GreenMail(
            new ServerSetup[] {
              new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
              new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS)
            });
    greenMail.setUser("shop@example.com", "shop", "s3cret:pass@word");
    greenMail.start();
  }

  @AfterAll
  void stop() {
    greenMail.stop();
    System.clearProperty(KEY_STORE);
    System.clearProperty(KEY_STORE_PASSWORD);
  }

  @Test
  void send_deliversTheWholeMail() throws Exception {
    transport("smtp://localhost:" + greenMail.getSmtp().getPort())
        .send(TestMails.to("plain@example.com"));

    MimeMessage message = received("plain@example.com");
    assertEquals(
        "Bestätigen Sie Ihre E-Mail-Adresse, bitte möglichst bald und auf jeden Fall noch heute",
        message.getSubject());
    assertEquals("<0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e@shop.example.com>", message.getMessageID());
    assertEquals(TestMails.TEXT, TestMails.part(message, 0));
    assertEquals(TestMails.HTML, TestMails.part(message, 1));
  }

  @Test
  void send_logsIn() throws Exception {
    transport("smtp://shop:s3cret%3Apass%40word@localhost:" + greenMail.getSmtp().getPort())
        .send(TestMails.to("login@example.com"));

    assertEquals(1, greenMail.getReceivedMessagesForDomain("login@example.com").length);
  }

  @Test
  void wrongLogin_isTriedAgain() {
    var failure =
        failureOf(transport("smtp://shop:wrong@localhost:" + greenMail.getSmtp().getPort()));

    assertFalse(failure.isPermanent());
    assertEquals("the server refused the login", failure.getMessage());
  }

  @Test
  void send_speaksTlsFromTheStart() throws Exception {
    transport("smtps://shop:s3cret%3Apass%40word@localhost:" + greenMail.getSmtps().getPort())
        .send(TestMails.to("tls@example.com"));

    assertEquals(1, greenMail.getReceivedMessagesForDomain("tls@example.com").length);
  }

  @Test
  void untrustedCertificate_isRefused() {
    var url = SmtpUrl.parse("smtps://localhost:" + greenMail.getSmtps().getPort());

    var failure = failureOf(new SmtpMailTransport(url, TIMEOUT, Optional.empty()));

    assertFalse(failure.isPermanent());
    assertTrue(failure.getMessage().startsWith("no TLS connection"));
  }

  @Test
  void certificateOfAnotherName_isRefused() {
    var failure = failureOf(transport("smtps://127.0.0.1:" + greenMail.getSmtps().getPort()));

    assertTrue(failure.getMessage().startsWith("no TLS connection"));
    assertEquals(0, greenMail.getReceivedMessagesForDomain("someone@example.com").length);
  }

  @Test
  void startTls_isUsedWhereItIsOffered() throws Exception {
    try (var server = new ScriptedSmtpServer(offered(), ACCEPTED)) {
      transport("smtp://shop:secret@localhost:" + server.port())
          .send(TestMails.to("someone@example.com"));

      assertEquals(
          List.of("EHLO", "STARTTLS", "TLS EHLO", "TLS AUTH", "TLS MAIL", "TLS RCPT", "TLS DATA"),
          server.commands().subList(0, 7));
    }
  }

  @Test
  void startTls_withAnUntrustedCertificate_sendsNothing() throws Exception {
    try (var server = new ScriptedSmtpServer(offered(), ACCEPTED)) {
      var url = SmtpUrl.parse("smtp://shop:secret@localhost:" + server.port());

      failureOf(new SmtpMailTransport(url, TIMEOUT, Optional.empty()));

      assertTrue(
          server.commands().stream()
              .noneMatch(command -> command.contains("AUTH") || command.contains("MAIL")));
    }
  }

  @Test
  void startTls_requiredAndNotOffered_sendsNothing() throws Exception {
    try (var server = new ScriptedSmtpServer(Optional.empty(), ACCEPTED)) {
      var failure =
          failureOf(
              transport("smtp://shop:secret@localhost:" + server.port() + "?starttls=required"));

      assertFalse(failure.isPermanent());
      assertTrue(
          server.commands().stream()
              .noneMatch(command -> command.contains("AUTH") || command.contains("MAIL")));
    }
  }

  @Test
  void startTls_never_isLeftOut() throws Exception {
    try (var server = new ScriptedSmtpServer(offered(), ACCEPTED)) {
      transport("smtp://localhost:" + server.port() + "?starttls=never")
          .send(TestMails.to("someone@example.com"));

      assertFalse(server.commands().contains("STARTTLS"));
      assertTrue(server.commands().contains("DATA"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "550 no such <someone@example.com>",
        "550 5.1.1 no such <someone@example.com>",
        "553 5.1.3 bad name",
        "501 syntax",
        "551 moved",
        "554 not 5.7.1"
      })
  void refusedRecipient_isPermanent(String answer) throws Exception {
    try (var server = new ScriptedSmtpServer(Optional.empty(), answer)) {
      var failure = failureOf(transport("smtp://localhost:" + server.port()));

      assertTrue(failure.isPermanent());
      assertTrue(failure.isOfRecipient());
      assertEquals(
          "the server refused the recipient (SMTP " + answer.substring(0, 3) + ")",
          failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"450 4.2.0 greylisted", "451 try later", "452 full", "552 5.2.2 full"})
  void recipientRefusedForNow_isTriedAgain(String answer) throws Exception {
    try (var server = new ScriptedSmtpServer(Optional.empty(), answer)) {
      var failure = failureOf(transport("smtp://localhost:" + server.port()));

      assertFalse(failure.isPermanent());
      assertTrue(failure.isOfRecipient());
      assertTrue(failure.getMessage().contains(answer.substring(0, 3)), failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "554 5.7.1 <someone@example.com>: Relay access denied",
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked",
        "553 5.7.1 <shop@example.com>: Sender address rejected: not owned by user",
        "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain",
        "550-5.7.1 not authorized\r\n550 5.7.1 to send",
        "553 5.1.7 bad sender",
        "550 5.1.8 sender's domain not found",
        "450 4.7.25 Client host rejected: cannot find your hostname",
        "530 log in",
        "421 closing"
      })
  void senderRefusedAtTheRecipient_isTriedAgainAndNoFaultOfTheRecipient(String answer)
      throws Exception {
    try (var server = new ScriptedSmtpServer(Optional.empty(), answer)) {
      var failure = failureOf(transport("smtp://localhost:" + server.port()));

      assertFalse(failure.isPermanent());
      assertFalse(failure.isOfRecipient());
      assertTrue(failure.getMessage().contains(answer.substring(0, 3)), failure.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smtp", "smtps"})
  void silentServer_isGivenUpInTime(String scheme) throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var url = SmtpUrl.parse(scheme + "://localhost:" + silent.getLocalPort());

      var failure =
          failureOf(new SmtpMailTransport(url, Duration.ofMillis(200), Optional.of(trusting)));

      assertFalse(failure.isPermanent());
      assertEquals("the server did not answer in time", failure.getMessage());
    }
  }

  @Test
  void answers_thatAllComeAtTheLastMoment_areHeardBeforeAnotherWorkerMaySend() {
    // The reads are the greeting, EHLO, STARTTLS, two of a handshake, EHLO, three of a login, MAIL,
    // RCPT, DATA, and its end.
    var longest =
        SmtpMailTransport.CONNECT_TIMEOUT.plus(SmtpMailTransport.ANSWER_TIMEOUT.multipliedBy(13));

    assertTrue(longest.compareTo(MailTransport.LONGEST) < 0);
    assertTrue(SmtpMailTransport.CONNECT_TIMEOUT.compareTo(SmtpMailTransport.ANSWER_TIMEOUT) < 0);
  }

  @Test
  void absentServer_isTriedAgain() {
    var failure = failureOf(transport("smtp://localhost:" + FreePorts.next()));

    assertFalse(failure.isPermanent());
    assertTrue(failure.getMessage().startsWith("the server cannot be reached"));
  }

  private SmtpMailTransport transport(String url) {
    return new SmtpMailTransport(SmtpUrl.parse(url), TIMEOUT, Optional.of(trusting));
  }

  private Optional<SSLContext> offered() throws Exception {
    return Optional.of(certificate.server());
  }

  private MimeMessage received(String address) {
    MimeMessage[] messages = greenMail.getReceivedMessagesForDomain(address);
    assertEquals(1, messages.length);
    return messages[0];
  }

  private static MailException failureOf(SmtpMailTransport transport) {
    return assertThrows(
        MailException.class, () -> transport.send(TestMails.to("someone@example.com")));
  }
}
