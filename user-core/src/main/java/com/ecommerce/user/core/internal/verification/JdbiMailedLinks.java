package com.ecommerce.user.core.internal.verification;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.verification.LinkState;
import com.ecommerce.user.core.verification.MailedLinks;

/** Implements {@link MailedLinks} with Jdbi. */
public final class JdbiMailedLinks implements MailedLinks {
  private final Database database;
  private final Tokens tokens;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiMailedLinks(Database database, Tokens tokens) {
    this.database = database;
    this.tokens = tokens;
  }

  @Override
  public LinkState state(RequestContext call, MailKind kind, String token) {
    requireNonNull(call, "call");
    requireNonNull(token, "token");
    var purpose = purpose(kind);
    return database.read(call, handle -> tokens.state(handle, purpose, token));
  }

  private static TokenPurpose purpose(MailKind kind) {
    return switch (kind) {
      case VERIFY_EMAIL -> TokenPurpose.VERIFY_EMAIL;
      case RESET_PASSWORD -> TokenPurpose.RESET_PASSWORD;
      case EMAIL_CHANGE_PENDING -> TokenPurpose.STOP_EMAIL_CHANGE;
      case EMAIL_CHANGED -> TokenPurpose.UNDO_EMAIL_CHANGE;
      default ->
          throw new IllegalArgumentException("kind: " + kind + " (expected: one with a link)");
    };
  }
}
