package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailException;
import com.ecommerce.user.core.mail.MailTransport;
import com.ecommerce.user.server.config.SmtpUrl;
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
 * Sends each mail to an SMTP server over a connection of its own. With TLS, the server's
 * certificate and host name are checked. The timeout is 10 seconds for connecting and for each
 * write, and half a minute for each reply. The latter is long, since a client that gives up before
 * the reply to a whole mail may send it twice (RFC 5321, section 4.5.3.2.6). Thread-safe.
 */
public final class SmtpMailTransport implements MailTransport {
  private static final Logger log = LoggerFactory.getLogger(SmtpMailTransport.class);

  /** The timeout of connecting, and of each write. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final SmtpUrl url;
  private final Session session;

  public SmtpMailTransport(SmtpUrl url) {
    this(url, ANSWER_TIMEOUT, Optional.empty());
  }

  /**
   * @param answerTimeout the timeout of each read
   * @param trusting makes sockets that verify the server's certificate; if empty, the JDK's default
   *     does
   */
  SmtpMailTransport(SmtpUrl url, Duration answerTimeout, Optional<SSLSocketFactory> trusting) {
    this.url = url;
    this.session = Session.getInstance(properties(url, answerTimeout, trusting));
  }

  private static Properties properties(
      SmtpUrl url, Duration answerTimeout, Optional<SSLSocketFactory> trusting) {
    var properties = new Properties();
    String toConnect = Long.toString(CONNECT_TIMEOUT.toMillis());
    properties.setProperty("mail.smtp.connectiontimeout", toConnect);
    properties.setProperty("mail.smtp.timeout", Long.toString(answerTimeout.toMillis()));
    properties.setProperty("mail.smtp.writetimeout", toConnect);
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
    // The mail has been accepted by then, so the reply to QUIT does not matter.
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

  /**
   * Closes the connection. A failure changes nothing about the mail, which was accepted or refused
   * before.
   */
  private static void closeQuietly(Transport connection) {
    try {
      connection.close();
    } catch (MessagingException failed) {
      log.debug("An SMTP connection could not be closed properly", failed);
    }
  }
}
