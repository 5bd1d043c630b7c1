package com.ecommerce.user.rest;

import com.ecommerce.user.core.session.SignedIn;

/** A user who has a new session. */
record SignedInJson(String message, UserJson user, TokensJson tokens) {
  static SignedInJson of(String message, SignedIn signedIn) {
    return new SignedInJson(
        message, UserJson.of(signedIn.user()), TokensJson.of(signedIn.tokens()));
  }
}
