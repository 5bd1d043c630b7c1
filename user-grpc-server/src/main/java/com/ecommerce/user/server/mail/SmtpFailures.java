package com.ecommerce.user.server.mail;

import com.ecommerce.user.core.mail.MailException;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;

/**
 * Translates SMTP failures to exceptions that state whether the mail can be retried. Messages omit
 * the server's own text, which often repeats the address.
 */
final class SmtpFailures {
  /**
   * The replies to RCPT that mean that the mailbox will never accept this mail (RFC 5321, section
   * 4.2.3; RFC 7504). Replies about the login or the order of commands are not among them, since
   * the operator can fix the cause, nor is a full mailbox, which its owner can empty.
   */
  private static final Set<Integer> REFUSALS = Set.of(501, 521, 550, 551, 553, 554, 556);

  /**
   * The replies to RCPT that mean that the mailbox cannot accept this mail now, since it is busy or
   * full.
   */
  private static final Set<Integer> DEFERRALS = Set.of(450, 451, 452, 552);

  /** The reply, to any command, of a server that closes the connection (RFC 5321, section 3.8). */
  private static final int CLOSING = 421;

  /**
   * Enhanced codes (RFC 3463) of a policy, such as "relay access denied" or "client host blocked",
   * or of a bad sender. Servers also send them in reply to RCPT, but for every recipient, and the
   * operator can fix the cause.
   */
  private static final Pattern ABOUT_SENDER =
      Pattern.compile("\\d{3}[ -][45]\\.(7\\.\\d+|1\\.[78])\\b.*", Pattern.DOTALL);

  private SmtpFailures() {}

  static MailException translate(MessagingException failure) {
    var chain = chain(failure);
    for (Exception link : chain) {
      if (link instanceof SMTPAddressFailedException refused) {
        return refusedRecipient(refused);
      }
    }
    return translate(chain, failure);
  }

  private static MailException refusedRecipient(SMTPAddressFailedException refused) {
    int code = refused.getReturnCode();
    if (ABOUT_SENDER.matcher(refused.getMessage()).matches()) {
      return MailException.transientFailure(
          "the server refused this sender or client (SMTP " + code + ")", refused);
    }
    String message = "the server refused the recipient (SMTP " + code + ")";
    if (REFUSALS.contains(code)) {
      return MailException.permanent(message, refused);
    }
    return DEFERRALS.contains(code)
        ? MailException.recipientDeferred(message, refused)
        : MailException.transientFailure(message, refused);
  }

  private static MailException translate(List<Exception> chain, MessagingException failure) {
    for (Exception link : chain) {
      if (link instanceof AuthenticationFailedException) {
        return MailException.serverUnavailable("the server refused the login", failure);
      }
      if (link instanceof SMTPSendFailedException refused) {
        int code = refused.getReturnCode();
        String message = "the server refused the mail (SMTP " + code + ")";
        return code == CLOSING
            ? MailException.serverUnavailable(message, failure)
            : MailException.transientFailure(message, failure);
      }
      if (link instanceof SocketTimeoutException) {
        return MailException.serverUnavailable("the server did not answer in time", failure);
      }
      if (link instanceof SSLException) {
        return MailException.serverUnavailable(
            "no TLS connection to a server with a trusted certificate for its name", failure);
      }
    }
    return MailException.serverUnavailable(
        "the server cannot be reached, closed the connection, or lacks a required feature",
        failure);
  }

  /** Returns the failure with its causes and its next exceptions. */
  private static List<Exception> chain(MessagingException failure) {
    List<Exception> chain = new ArrayList<>();
    collect(failure, chain);
    return chain;
  }

  private static void collect(Throwable failure, List<Exception> chain) {
    if (failure instanceof Exception exception && !chain.contains(exception)) {
      chain.add(exception);
      if (exception instanceof MessagingException messaging) {
        collect(messaging.getNextException(), chain);
      }
      collect(exception.getCause(), chain);
    }
  }
}
