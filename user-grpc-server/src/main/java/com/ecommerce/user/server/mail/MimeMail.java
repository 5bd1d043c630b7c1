package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.Mail;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.Date;

/** A mail in the form of RFC 5322: {@code multipart/alternative} in UTF-8, plain text first. */
final class MimeMail extends MimeMessage {
  private static final String CHARSET = StandardCharsets.UTF_8.name();

  private final String messageId;

  MimeMail(Session session, Mail mail) throws MessagingException {
    super(session);
    messageId = mail.messageId();
    setFrom(sender(mail));
    setRecipient(Message.RecipientType.TO, new InternetAddress(mail.recipient().address()));
    setSubject(mail.subject(), CHARSET);
    setSentDate(Date.from(mail.date()));
    // This header prevents automatic replies, such as out-of-office notices (RFC 3834).
    setHeader("Auto-Submitted", "auto-generated");
    setContent(
        new MimeMultipart("alternative", part(mail.text(), "plain"), part(mail.html(), "html")));
    saveChanges();
  }

  private static InternetAddress sender(Mail mail) throws MessagingException {
    var address = new InternetAddress(mail.sender().address().address());
    try {
      if (!mail.sender().name().isEmpty()) {
        address.setPersonal(mail.sender().name(), CHARSET);
      }
      return address;
    } catch (UnsupportedEncodingException missing) {
      throw new IllegalStateException("every JDK has UTF-8", missing);
    }
  }

  private static MimeBodyPart part(String text, String subtype) throws MessagingException {
    var part = new MimeBodyPart();
    part.setText(text, CHARSET, subtype);
    return part;
  }

  /** Sets the message id, which is the same for each copy of a mail. */
  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", messageId);
  }
}
