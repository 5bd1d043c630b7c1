package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.JsonFields;
import java.util.Optional;
import java.util.Set;

/** Converts bodies that describe a new user to types of the core. */
public final class NewUsers {
  /** The fields of a registration. */
  public static final FieldNames REGISTERED =
      FieldNames.of(
          "email",
          "password",
          "password_confirm",
          "username",
          "first_name",
          "last_name",
          "phone_number",
          "language",
          "device_name");

  /** The fields of a user whom an admin creates. */
  static final FieldNames CREATED =
      FieldNames.of(
          "email",
          "password",
          "username",
          "first_name",
          "last_name",
          "phone_number",
          "language",
          "roles");

  private NewUsers() {}

  /**
   * Returns the user that a registration describes, who becomes a customer.
   *
   * @param acceptLanguage the header, for a body without a language
   */
  public static NewUser registered(JsonFields fields, Optional<String> acceptLanguage) {
    Confirmations.require(fields, "password", "password_confirm");
    return read(fields, Set.of(), acceptLanguage.flatMap(Languages::preferred).orElse(""));
  }

  /** Returns the user that an admin describes, with any roles. */
  public static NewUser created(JsonFields fields) {
    Set<Role> roles = fields.parseList("roles", names -> NameParser.parseAll(Role.class, names));
    return read(fields, roles == null ? Set.of() : roles, "");
  }

  private static NewUser read(JsonFields fields, Set<Role> roles, String language) {
    var user = NewUser.builder(fields.violations().named(ApiNames::ofUser)).roles(roles);
    fields.text("email", user::email);
    fields.text("password", user::password);
    fields.text("username", user::displayName);
    fields.text("first_name", user::firstName);
    fields.text("last_name", user::lastName);
    fields.text("language", given -> user.language(given.isEmpty() ? language : given));
    fields.parse("phone_number", UserPatches::phone, phone -> phone.ifPresent(user::phone));
    return user.build();
  }
}
