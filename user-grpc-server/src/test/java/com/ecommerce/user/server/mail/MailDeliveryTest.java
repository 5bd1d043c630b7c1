package com.ecommerce.user.server.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.FreePorts;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.config.SmtpUrl;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests the path of a mail: from a use case through the outbox and a real SMTP server into a
 * mailbox, and back by its token.
 */
@ExtendWith(PostgresExtension.class)
class MailDeliveryTest {
  private static final Pattern LINK =
      Pattern.compile("https://shop\\.example\\.com/\\S+\\?token=(\\S+)");

  @Test
  void linksInDeliveredMail_work(TestDatabase database) throws Exception {
    var greenMail = server(0);
    try (var testCore = core(database, transportTo(greenMail.getSmtp().getPort()))) {
      UserCore core = testCore.core();
      User user = core.users().create(RequestContext.system(), TestUsers.aUser("ada@example.com"));
      assertTrue(greenMail.waitForIncomingEmail(30_000, 1));
      String verification = token(greenMail, 0, 0);
      String verificationInHtml = token(greenMail, 0, 1);
      assertEquals(verification, verificationInHtml.replaceAll("\".*", ""));
      assertEquals(
          user.id(), core.emailVerifications().confirm(RequestContext.system(), verification));

      core.passwordResets().request(RequestContext.system(), user.email());
      assertTrue(greenMail.waitForIncomingEmail(30_000, 2));
      var password = Password.parse("a brand new passphrase");
      core.passwordResets().reset(RequestContext.system(), token(greenMail, 1, 0), password);

      assertEquals(
          Optional.of(user.id()),
          core.passwords().verify(RequestContext.system(), user.id(), password));
      assertTrue(greenMail.waitForIncomingEmail(30_000, 3));
    } finally {
      greenMail.stop();
    }
  }

  @Test
  void serverThatComesBackAfterAnHour_getsTheMail(TestDatabase database) throws Exception {
    int port = FreePorts.next();
    try (var testCore = TestCore.on(database);
        var pool = database.pool(2)) {
      var worker =
          UserCore.builder(pool)
              .clock(testCore.clock())
              .mailTransport(transportTo(port))
              .build()
              .mailDelivery()
              .orElseThrow();
      testCore.core().users().create(RequestContext.system(), TestUsers.aUser("late@example.com"));
      for (int minute = 0; minute < 60; minute += 2) {
        assertEquals(0, worker.sendDue());
        testCore.clock().advance(Duration.ofMinutes(2));
      }
      var greenMail = server(port);
      try {
        testCore.clock().advance(Duration.ofHours(1));

        assertEquals(1, worker.sendDue());

        assertEquals(1, greenMail.getReceivedMessagesForDomain("late@example.com").length);
      } finally {
        greenMail.stop();
      }
    }
  }

  private static TestCore core(TestDatabase database, MailTransport transport) {
    return TestCore.on(
        database,
        builder ->
            builder
                .mailTransport(transport)
                .mail(
                    MailSettings.DEFAULT.withPublicBaseUrl(
                        URI.create("https://shop.example.com/"))));
  }

  private static MailTransport transportTo(int port) {
    return new SmtpMailTransport(
        SmtpUrl.parse("smtp://localhost:" + port), Duration.ofSeconds(30), Optional.empty());
  }

  private static GreenMail server(int port) {
    var greenMail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    greenMail.start();
    return greenMail;
  }

  private static String token(GreenMail greenMail, int mail, int part) throws Exception {
    MimeMessage message = greenMail.getReceivedMessages()[mail];
    Matcher link = LINK.matcher(TestMails.part(message, part));
    assertTrue(link.find());
    return link.group(1);
  }
}
