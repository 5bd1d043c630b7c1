package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailSender;
import com.ecommerce.user.core.value.UserId;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;

/** Mails with good defaults, and their decoded parts. */
final class TestMails {
  static final String TEXT =
      "Grüße, ¡hola!\n.\nhttps://shop.example.com/?token=" + "a".repeat(90) + "\n";
  static final String HTML = "<p>Grüße, ¡hola! ☃</p>\n";

  private TestMails() {}

  static Mail to(String address) {
    var user = new UserId(UUID.fromString("0190b6e2-7b1c-7a52-9d3e-000000000001"));
    return to(address, user, "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
  }

  static Mail to(String address, UserId user, String id) {
    return new Mail(
        "<" + id + "@shop.example.com>",
        Email.parse(address),
        MailSender.parse("Müllers Shop <no-reply@shop.example.com>"),
        "Bestätigen Sie Ihre E-Mail-Adresse, bitte möglichst bald und auf jeden Fall noch heute",
        TEXT,
        HTML,
        Instant.parse("2026-06-15T12:00:00Z"),
        user);
  }

  /** Returns the n-th part of a multipart mail, decoded, with plain line ends. */
  static String part(MimeMessage message, int index) throws IOException, MessagingException {
    var part = ((Multipart) message.getContent()).getBodyPart(index);
    return part.getContent().toString().replace("\r\n", "\n");
  }
}
