package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailTransport;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands mail over to an SMTP server, one connection for each mail. With TLS the server's
 * certificate and host name are checked. No step takes longer than 10 seconds. Thread-safe.
 */
public final class SmtpMailTransport implements MailTransport {
  private static final Logger log = LoggerFactory.getLogger(SmtpMailTransport.class);

  /** Of each of connecting, reading an answer, and writing. */
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SmtpUrl url;
  private final Session session;

  public SmtpMailTransport(SmtpUrl url) {
    this(url, TIMEOUT, Optional.empty());
  }

  /**
   * @param timeout of each of connecting, reading an answer, and writing
   * @param trusting decides whose certificates are good; empty: the JDK
   */
  SmtpMailTransport(SmtpUrl url, Duration timeout, Optional<SSLSocketFactory> trusting) {
    this.url = url;
    this.session = Session.getInstance(properties(url, timeout, trusting));
  }

  private static Properties properties(
      SmtpUrl url, Duration timeout, Optional<SSLSocketFactory> trusting) {
    var properties = new Properties();
    String milliseconds = Long.toString(timeout.toMillis());
    properties.setProperty("mail.smtp.connectiontimeout", milliseconds);
    properties.setProperty("mail.smtp.timeout", milliseconds);
    properties.setProperty("mail.smtp.writetimeout", milliseconds);
    properties.setProperty("mail.smtp.auth", Boolean.toString(url.login().isPresent()));
    properties.setProperty("mail.smtp.ssl.enable", Boolean.toString(url.implicitTls()));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    boolean plainAtFirst = !url.implicitTls();
    properties.setProperty(
        "mail.smtp.starttls.enable",
        Boolean.toString(plainAtFirst && url.startTls() != SmtpUrl.StartTls.NEVER));
    properties.setProperty(
        "mail.smtp.starttls.required",
        Boolean.toString(plainAtFirst && url.startTls() == SmtpUrl.StartTls.REQUIRED));
    // The mail is delivered before that; an answer to QUIT tells nothing.
    properties.setProperty("mail.smtp.quitwait", "false");
    trusting.ifPresent(factory -> properties.put("mail.smtp.ssl.socketFactory", factory));
    return properties;
  }

  @Override
  public void send(Mail mail) throws MailException {
    try {
      var message = new MimeMail(session, mail);
      Transport connection = session.getTransport("smtp");
      try {
        connection.connect(
            url.host(),
            url.port(),
            url.login().map(SmtpUrl.Login::user).orElse(null),
            url.login().map(SmtpUrl.Login::password).orElse(null));
        connection.sendMessage(message, message.getAllRecipients());
      } finally {
        closeQuietly(connection);
      }
    } catch (MessagingException failed) {
      throw SmtpFailures.translate(failed);
    }
  }

  /** What comes after the mail was taken over, or refused, changes nothing about it. */
  private static void closeQuietly(Transport connection) {
    try {
      connection.close();
    } catch (MessagingException failed) {
      log.debug("An SMTP connection could not be closed in form", failed);
    }
  }
}
