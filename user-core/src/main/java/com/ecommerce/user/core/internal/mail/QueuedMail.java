package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.db.Rows;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.value.UserId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * A row of the outbox that a worker has claimed.
 *
 * @param user empty for a password reset whose address has not been looked up
 * @param addressee empty if {@code user} is
 * @param attempts the number of times that it was claimed, including this one
 * @param signIn the sign-in that a notice is about; empty for other mails
 * @param cause the place in a trace that queued it
 * @param moreDue whether other mails were due when it was claimed
 */
record QueuedMail(
    UUID id,
    MailKind kind,
    String recipient,
    Optional<UserId> user,
    Optional<Recipient> addressee,
    Optional<UUID> token,
    String newEmail,
    Optional<SignInOrigin> signIn,
    Instant createdAt,
    int attempts,
    Optional<TraceParent> cause,
    boolean moreDue) {
  /**
   * The device and network of a sign-in.
   *
   * @param device the name that the client sent; may be empty
   * @param network the client network, such as {@code 203.0.113.7/32}
   */
  record SignInOrigin(String device, String network) {}

  QueuedMail withAddressee(Recipient found, MailTokens.Issued issued) {
    return new QueuedMail(
        id,
        kind,
        recipient,
        Optional.of(issued.user()),
        Optional.of(found),
        Optional.of(issued.token()),
        newEmail,
        signIn,
        createdAt,
        attempts,
        cause,
        moreDue);
  }

  @Override
  public String toString() {
    return kind + " " + id;
  }

  static QueuedMail ofRow(ResultSet row, StatementContext context) throws SQLException {
    String newEmail = row.getString("new_email");
    String network = row.getString("sign_in_network");
    String device = row.getString("sign_in_device");
    var user = Optional.ofNullable(Rows.uuid(row, "user_id")).map(UserId::new);
    return new QueuedMail(
        Rows.uuid(row, "id"),
        MailKind.valueOf(row.getString("kind")),
        row.getString("recipient"),
        user,
        user.isPresent() ? Optional.of(Recipient.ofRow(row, context)) : Optional.empty(),
        Optional.ofNullable(Rows.uuid(row, "token_id")),
        newEmail == null ? "" : newEmail,
        network == null ? Optional.empty() : Optional.of(new SignInOrigin(device, network)),
        Rows.instant(row, "created_at"),
        row.getInt("attempts"),
        TraceParent.parse(row.getString("trace_parent")),
        row.getBoolean("more_due"));
  }
}
