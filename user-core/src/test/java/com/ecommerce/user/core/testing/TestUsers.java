package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import java.util.Set;

/** New users with good defaults. */
public final class TestUsers {
  public static final String PASSWORD = "correct horse battery";

  private TestUsers() {}

  /** Returns Ada Lovelace, a customer, with this email. */
  public static NewUser aUser(String email) {
    return aUser(email, "Ada", "Lovelace");
  }

  public static NewUser aUser(String email, String firstName, String lastName) {
    return aUser(email, firstName, lastName, Set.of());
  }

  public static NewUser aUser(String email, String firstName, String lastName, Set<Role> roles) {
    return NewUser.builder()
        .email(email)
        .password(PASSWORD)
        .firstName(firstName)
        .lastName(lastName)
        .roles(roles)
        .build();
  }
}
