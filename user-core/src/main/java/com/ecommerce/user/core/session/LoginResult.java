package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.User;

/** A user, the session, and its current tokens. */
public record LoginResult(User user, Session session, TokenPair tokens) {}
