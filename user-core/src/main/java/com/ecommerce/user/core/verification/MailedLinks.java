package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.mail.MailKind;
import com.ecommerce.user.core.request.RequestContext;

/**
 * Checks mailed links without using them, so that a page can say at once that its link does not
 * work. Thread-safe; the methods block.
 */
public interface MailedLinks {
  /**
   * Returns the state of a link. Changes nothing.
   *
   * @param kind the kind of the mail that the link was in
   * @param token the secret of the link
   * @throws IllegalArgumentException if mails of the kind have no link
   */
  LinkState state(RequestContext call, MailKind kind, String token);
}
