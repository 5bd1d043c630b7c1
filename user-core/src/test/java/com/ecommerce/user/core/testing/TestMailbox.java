package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailTransport;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The mailboxes of all recipients. Queued mail is delivered when a test asks for it, since the
 * worker has no thread of its own.
 */
public final class TestMailbox implements MailTransport, AutoCloseable {
  private static final Pattern LINK = Pattern.compile("https?://\\S+\\?token=([A-Za-z0-9_-]+)");

  private final List<Mail> arrived = new CopyOnWriteArrayList<>();
  private final HikariDataSource pool;
  private final UserCore sender;

  private TestMailbox(TestDatabase database, Clock clock, UnaryOperator<UserCore.Builder> choices) {
    pool = database.pool(4);
    sender = choices.apply(UserCore.builder(pool).clock(clock).mailTransport(this)).build();
  }

  public static TestMailbox of(TestDatabase database, Clock clock) {
    return of(database, clock, UnaryOperator.identity());
  }

  public static TestMailbox of(
      TestDatabase database, Clock clock, UnaryOperator<UserCore.Builder> choices) {
    return new TestMailbox(database, clock, choices);
  }

  @Override
  public void send(Mail mail) {
    arrived.add(mail);
  }

  /** Delivers the mails that are due, and returns those to this address, the oldest first. */
  public List<Mail> mailsTo(String address) {
    sender.mailDelivery().orElseThrow().sendDue();
    return arrived.stream().filter(mail -> mail.recipient().address().equals(address)).toList();
  }

  /** Does the same as {@link #mailsTo}, and returns the token in the newest mail's link. */
  public String newestTokenTo(String address) {
    return mailsTo(address).stream()
        .map(mail -> LINK.matcher(mail.text()))
        .filter(link -> link.find())
        .map(link -> link.group(1))
        .reduce((older, newer) -> newer)
        .orElseThrow(() -> new AssertionError("no mail with a link arrived"));
  }

  /** Returns the token in the mail's link. */
  public static String tokenIn(Mail mail) {
    var link = LINK.matcher(mail.text());
    if (!link.find()) {
      throw new AssertionError("no link in: " + mail.text());
    }
    return link.group(1);
  }

  @Override
  public void close() {
    sender.close();
    pool.close();
  }
}
