package com.ecommerce.user.core.account;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.Set;

/**
 * A user to create.
 *
 * @param displayName may be empty: then it is the part of the email before the @
 * @param roles may be empty: then it is {@link Role#CUSTOMER}
 */
public record NewUser(
    Email email,
    Password password,
    String firstName,
    String lastName,
    String displayName,
    Optional<PhoneNumber> phone,
    Set<Role> roles) {
  public NewUser {
    displayName = displayName.isEmpty() ? email.localPart() : displayName;
    roles = roles.isEmpty() ? Set.of(Role.CUSTOMER) : Set.copyOf(roles);
  }

  User toUser(UserId id, Audit audit, boolean emailVerified) {
    return new User(
        id,
        email,
        Optional.empty(),
        displayName,
        firstName,
        lastName,
        phone,
        "",
        emailVerified ? UserStatus.ACTIVE : UserStatus.PENDING_VERIFICATION,
        roles,
        emailVerified,
        false,
        UserProfile.EMPTY,
        audit,
        Optional.empty());
  }

  /** What the password must not repeat. */
  public PasswordPolicy.Person person() {
    return new PasswordPolicy.Person(email.address(), firstName, lastName, displayName);
  }
}
