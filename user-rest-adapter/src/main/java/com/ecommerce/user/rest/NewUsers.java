package com.ecommerce.user.rest;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.value.TextRule;
import java.util.Set;

/** From bodies that describe a new user to the core's. */
final class NewUsers {
  /** The fields of a registration. */
  static final FieldNames REGISTERED =
      FieldNames.of(
          "email",
          "password",
          "password_confirm",
          "username",
          "first_name",
          "last_name",
          "phone_number",
          "device_name");

  /** The fields of a user whom an admin creates. */
  static final FieldNames CREATED =
      FieldNames.of(
          "email", "password", "username", "first_name", "last_name", "phone_number", "roles");

  private NewUsers() {}

  /** Of somebody who registers: a customer. */
  static NewUser registered(JsonFields fields, PasswordPolicy policy) {
    Confirmations.require(fields, "password", "password_confirm");
    return read(fields, policy, Set.of());
  }

  /** Of an admin who creates a user with any roles. */
  static NewUser created(JsonFields fields, PasswordPolicy policy) {
    Set<Role> roles = fields.parseList("roles", names -> Names.parseAll(Role.class, names));
    return read(fields, policy, roles);
  }

  private static NewUser read(JsonFields fields, PasswordPolicy policy, Set<Role> roles) {
    Email email = fields.parse("email", Email::parse);
    Password password = fields.parse("password", Password::parse);
    String username = fields.parse("username", TextRule.NAME::parse);
    String firstName = fields.parse("first_name", TextRule.NAME::parse);
    String lastName = fields.parse("last_name", TextRule.NAME::parse);
    var phone = fields.parse("phone_number", UserPatches::phone);
    if (password != null) {
      String address = email == null ? "" : email.address();
      var person = PasswordPolicy.Person.of(address, firstName, lastName, username);
      policy.check(fields.violations(), "password", password, person);
    }
    fields.violations().throwIfAny();
    return new NewUser(email, password, firstName, lastName, username, phone, roles);
  }
}
