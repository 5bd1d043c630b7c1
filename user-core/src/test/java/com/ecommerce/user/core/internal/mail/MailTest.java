package com.ecommerce.user.core.internal.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.mail.MailSettings;
import com.ecommerce.user.core.value.UserId;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailTest {
  private static final Email ADDRESS = Email.parse("someone@example.com");

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a\nBcc: b", "a\rb", "a\u0000", "a\tb", "a\u0085b", "a\u2028b", "\ud800"})
  void subject_thatCouldEndItsLine_isRefused(String subject) {
    assertThrows(IllegalArgumentException.class, () -> mail(subject, "<1@example.com>"));
    assertThrows(IllegalArgumentException.class, () -> mail("Hello", subject));
  }

  @Test
  void sender_isAnAddressWithOrWithoutAName() {
    assertEquals(new MailSender("", ADDRESS), MailSender.parse("someone@example.com"));
    assertEquals(new MailSender("", ADDRESS), MailSender.parse("<someone@example.com>"));
    assertEquals(
        new MailSender("The Shop", ADDRESS), MailSender.parse(" The Shop <someone@example.com> "));
    assertEquals(
        new MailSender("Shop, The", ADDRESS),
        MailSender.parse("\"Shop, The\" <someone@example.com>"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "shop", "Shop <shop>", "Shop\nBcc: x <someone@example.com>"})
  void sender_thatIsNone_isRefused(String sender) {
    assertThrows(InvalidValueException.class, () -> MailSender.parse(sender));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shop.example.com",
        "ftp://shop.example.com",
        "http:///x",
        "http://a?b",
        "http://a#b"
      })
  void publicUrl_thatIsNone_isRefused(String url) {
    var publicUrl = URI.create(url);

    assertThrows(
        IllegalArgumentException.class, () -> MailSettings.DEFAULT.withPublicBaseUrl(publicUrl));
  }

  private static Mail mail(String subject, String messageId) {
    return new Mail(
        messageId,
        ADDRESS,
        new MailSender("", ADDRESS),
        subject,
        "text",
        "html",
        Instant.EPOCH,
        new UserId(new UUID(0, 1)));
  }
}
