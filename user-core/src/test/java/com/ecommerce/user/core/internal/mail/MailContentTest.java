package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.mail.MailStatistics;
import com.ecommerce.user.core.testing.TestMailbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the content of mails, and which mails are no longer sent. */
class MailContentTest extends OutboxWorkerTesting {
  @Test
  void mail_isComplete() {
    create("whole@example.com");
    worker.sendDue();

    Mail mail = transport.sent.get(0);
    assertEquals("Confirm your email address", mail.subject());
    assertEquals("no-reply@localhost", mail.sender().address().address());
    assertTrue(mail.messageId().matches("<[0-9a-f-]{36}@localhost>"));
    assertEquals(clock.instant(), mail.date());
    assertTrue(mail.html().contains("token=" + TestMailbox.tokenIn(mail) + "\""));
    assertTrue(mail.text().startsWith("Hello Ada,\n"), mail.text());
    assertTrue(mail.text().contains("June 16, 2026"), mail.text());
    assertTrue(mail.text().contains("(UTC)"), mail.text());
    assertFalse(mail.toString().contains("whole"));
  }

  @Test
  void mail_isInTheUsersLanguage() {
    User user = create("sprache@example.com");
    var german = UserPatch.builder().profile(profile -> profile.language("de")).build();
    testCore.core().users().update(CALL, user.id(), german);
    worker.sendDue();

    assertEquals("Bestätigen Sie Ihre E-Mail-Adresse", transport.sent.get(0).subject());
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://shop.example.com/app", "https://shop.example.com/app/"})
  void link_isBelowThePublicUrl(String publicUrl) {
    create("linked@example.com");
    var settings = MailSettings.DEFAULT.withPublicBaseUrl(URI.create(publicUrl));

    worker(transport, builder -> builder.mail(settings)).sendDue();

    String text = transport.sent.get(0).text();
    assertTrue(text.contains("https://shop.example.com/app/verify-email?token="), text);
  }

  @Test
  void resetLink_outdatedByANewPassword_isNotSent() {
    User user = create("remembers@example.com");
    worker.sendDue();
    testCore.core().passwordResets().request(CALL, user.email());
    transport.failWith(MailException.transientFailure("away", null));
    worker.sendDue();
    changePassword(user);
    transport.recover();
    clock.advance(Duration.ofSeconds(30));

    worker.sendDue();

    assertNoResetWasSent();
  }

  @Test
  void reset_thatNobodyLookedAtBeforeANewPassword_isNotSent() {
    User user = create("remembers@example.com");
    worker.sendDue();
    testCore.core().passwordResets().request(CALL, user.email());
    clock.advance(Duration.ofSeconds(1));
    changePassword(user);

    worker.sendDue();

    assertNoResetWasSent();
  }

  private void assertNoResetWasSent() {
    assertEquals(
        List.of("Confirm your email address", "Your password was changed"),
        transport.sent.stream().map(Mail::subject).toList());
    assertEquals(new MailStatistics(0, Duration.ZERO, 0), statistics());
  }

  @Test
  void expiredLink_isNotSentAndCountsAsFailed() {
    create("stale@example.com");
    clock.advance(Duration.ofHours(25));

    assertEquals(0, worker.sendDue());

    assertEquals(1, statistics().failed());
  }

  @Test
  void linkWhoseTokenIsGone_isNotSentAndCountsAsFailed() {
    create("purged@example.com");
    database.execute("delete from tokens");

    assertEquals(0, worker.sendDue());

    assertEquals(1, statistics().failed());
  }

  @Test
  void deletedUser_getsNoMoreMail() {
    User user = create("deleted@example.com");
    testCore.core().users().delete(CALL, user.id(), "");

    assertEquals(0, worker.sendDue());
    assertEquals(0, statistics().waiting());
  }

  @Test
  void operatorsTemplates_replaceTheBuiltInOnesAndEscapeInHtml(@TempDir Path folder)
      throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Files.writeString(
        folder.resolve("en/verify_email.txt"), "Subject: Welcome, {{name}}\n\n{{name}}: {{link}}");
    Files.writeString(folder.resolve("en/verify_email.html"), "<p title='{{name}}'>{{link}}</p>");
    create("named@example.com");
    database.execute("update users set display_name = ?", "<b>'&\"$1\\</b>");

    worker(transport, builder -> builder.mail(MailSettings.DEFAULT.withTemplates(folder)))
        .sendDue();

    Mail mail = transport.sent.get(0);
    assertEquals("Welcome, <b>'&\"$1\\</b>", mail.subject());
    assertTrue(mail.text().startsWith("<b>'&\"$1\\</b>: http://localhost:8000/verify-email"));
    assertTrue(mail.html().startsWith("<p title='&lt;b&gt;&#39;&amp;&quot;$1\\&lt;/b&gt;'>http:"));
  }

  @Test
  void brokenTemplate_endsTheStart(@TempDir Path folder) throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Files.writeString(folder.resolve("en/verify_email.txt"), "Subject: Hello\n\n{{lnik}}");
    Files.writeString(folder.resolve("en/verify_email.html"), "{{link}}");
    var templated =
        worker(transport, builder -> builder.mail(MailSettings.DEFAULT.withTemplates(folder)));

    var failure = assertThrows(IllegalArgumentException.class, templated::start);

    assertTrue(failure.getMessage().contains("en/verify_email.txt"), failure.getMessage());
    assertTrue(failure.getMessage().contains("{{lnik}}"), failure.getMessage());
  }

  /** A stranger who registers with an address chooses the names that its owner reads. */
  @Test
  void nameOfAnUnverifiedUser_isNoPlaceForWords() {
    create("stranger@example.com");
    database.execute("update users set first_name = ?", "Visit evil.example now");
    worker.sendDue();
    assertTrue(transport.sent.get(0).text().startsWith("Hello,\n"), transport.sent.get(0).text());

    database.execute("update users set email_verified = true");
    User user = testCore.core().users().getByEmail(CALL, Email.parse("stranger@example.com"));
    testCore.core().passwordResets().request(CALL, user.email());
    worker.sendDue();
    String second = transport.sent.get(1).text();
    assertTrue(second.startsWith("Hello Visit evil example now,\n"), second);
  }

  @Test
  void times_areInTheReadersZoneAndLanguage() {
    create("zone@example.com");
    database.execute("update users set language = 'de', timezone = 'Europe/Berlin'");
    worker.sendDue();

    String text = transport.sent.get(0).text();
    assertTrue(text.contains("16. Juni 2026"), text);
    assertTrue(text.contains("14:00 (MESZ)"), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n", "\n", "\u0085", "\u2028", "\u2029"})
  void nameThatWouldEndAHeaderLine_staysInTheSubject(String end, @TempDir Path folder)
      throws IOException {
    Files.createDirectory(folder.resolve("en"));
    Files.writeString(folder.resolve("en/verify_email.txt"), "Subject: Hi {{name}}\n\n{{link}}");
    Files.writeString(folder.resolve("en/verify_email.html"), "{{link}}");
    create("injection@example.com");
    database.execute("update users set display_name = ?", "x" + end + "Bcc: all@example.com");

    worker(transport, builder -> builder.mail(MailSettings.DEFAULT.withTemplates(folder)))
        .sendDue();

    assertEquals(
        "Hi x" + " ".repeat(end.length()) + "Bcc: all@example.com",
        transport.sent.get(0).subject());
  }
}
