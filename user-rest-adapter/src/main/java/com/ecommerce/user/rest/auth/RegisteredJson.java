package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.rest.resource.NameParser;
import java.util.List;
import java.util.Optional;

/**
 * The response to a registration if the existence of accounts is hidden. Contains only data from
 * the request.
 */
record RegisteredJson(String message, UserAsSentJson user) {
  private record UserAsSentJson(
      String email,
      String username,
      String firstName,
      String lastName,
      Optional<String> phoneNumber,
      String status,
      List<String> roles) {}

  static RegisteredJson of(NewUser user) {
    return new RegisteredJson(
        "A mail with the next steps is on its way.",
        new UserAsSentJson(
            user.email().address(),
            user.displayName(),
            user.firstName(),
            user.lastName(),
            user.phone().map(PhoneNumber::e164),
            NameParser.lower(UserStatus.PENDING_VERIFICATION),
            user.roles().stream().map(NameParser::lower).toList()));
  }
}
