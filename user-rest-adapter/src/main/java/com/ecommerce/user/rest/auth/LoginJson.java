package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.rest.resource.UserJson;

/** The response to a login: the user and the tokens of the new session. */
record LoginJson(String message, UserJson user, TokensJson tokens) {
  static LoginJson of(String message, LoginResult signedIn) {
    return new LoginJson(message, UserJson.of(signedIn.user()), TokensJson.of(signedIn.tokens()));
  }
}
