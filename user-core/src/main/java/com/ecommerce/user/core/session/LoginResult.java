package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.User;

/** The result of a login or a refresh: the user, the session and its current tokens. Immutable. */
public record LoginResult(User user, Session session, TokenPair tokens) {}
