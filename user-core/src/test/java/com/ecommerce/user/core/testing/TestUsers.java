package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.credential.Password;
import java.util.Optional;
import java.util.Set;

/** New users with good defaults. */
public final class TestUsers {
  public static final String PASSWORD = "correct horse battery";

  private TestUsers() {}

  /** Ada Lovelace, a customer, with this email. */
  public static NewUser aUser(String email) {
    return aUser(email, "Ada", "Lovelace");
  }

  public static NewUser aUser(String email, String firstName, String lastName) {
    return aUser(email, firstName, lastName, Set.of());
  }

  public static NewUser aUser(String email, String firstName, String lastName, Set<Role> roles) {
    return new NewUser(
        Email.parse(email),
        Password.parse(PASSWORD),
        firstName,
        lastName,
        "",
        Optional.empty(),
        roles);
  }
}
