package com.ecommerce.user.core.account;

import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.value.UserId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A user, without credentials. Immutable.
 *
 * @param pendingEmail the address that will replace {@code email} once it is confirmed
 * @param displayName never empty
 * @param roles never empty
 * @param externalId the id in another system; at most one user has it
 */
public record User(
    UserId id,
    Email email,
    Optional<Email> pendingEmail,
    String displayName,
    String firstName,
    String lastName,
    Optional<PhoneNumber> phone,
    String avatarUrl,
    UserStatus status,
    Set<Role> roles,
    boolean emailVerified,
    boolean phoneVerified,
    UserProfile profile,
    Audit audit,
    Optional<Instant> lastLoginAt,
    Optional<ExternalId> externalId) {
  public User {
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("a user without a role");
    }
    roles = StatusRoleCode.shared(roles);
  }

  /**
   * Returns the first and the last name, separated by a space, or the one that is present; may be
   * empty.
   */
  public String fullName() {
    return (firstName + " " + lastName).strip();
  }

  /** Returns the personal data that the user's password must not repeat. */
  public PasswordPolicy.Person person() {
    return new PasswordPolicy.Person(email.address(), firstName, lastName, displayName);
  }

  /**
   * Returns the status after a request to open or close the account.
   *
   * @param wanted {@code ACTIVE} for open, {@code DEACTIVATED} for closed
   */
  public UserStatus statusAfter(UserStatus wanted) {
    return switch (status) {
      case SUSPENDED ->
          throw UserServiceException.of(
              ErrorReason.USER_SUSPENDED,
              "status: SUSPENDED (expected: a user that is not suspended)");
      case BANNED ->
          throw UserServiceException.of(
              ErrorReason.USER_BANNED, "status: BANNED (expected: a user that is not banned)");
      case DEACTIVATED -> wanted == UserStatus.DEACTIVATED ? status : openStatus();
      case ACTIVE, PENDING_VERIFICATION -> wanted == UserStatus.DEACTIVATED ? wanted : status;
    };
  }

  private UserStatus openStatus() {
    return emailVerified ? UserStatus.ACTIVE : UserStatus.PENDING_VERIFICATION;
  }

  /** Returns a copy to change; {@link Draft#toUser} turns it into a user again. */
  public Draft draft() {
    return new Draft(this);
  }

  /** A mutable copy of a user, for use cases that compute a change. Not thread-safe. */
  public static final class Draft {
    private final UserId id;

    /** The current email. */
    public Email email;

    /** The email that will replace the current one once it is confirmed. */
    public Optional<Email> pendingEmail;

    String displayName;
    String firstName;
    String lastName;
    Optional<PhoneNumber> phone;
    String avatarUrl;

    /** The status of the account. */
    public UserStatus status;

    Set<Role> roles;

    /** True if the current email is verified. */
    public boolean emailVerified;

    boolean phoneVerified;
    UserProfile profile;

    /** The times, actors and version of the row. */
    public Audit audit;

    /** The time of the latest login; empty for a user who never logged in. */
    public Optional<Instant> lastLoginAt;

    /** The id in another system. */
    public Optional<ExternalId> externalId;

    private Draft(User user) {
      id = user.id;
      lastLoginAt = user.lastLoginAt;
      externalId = user.externalId;
      email = user.email;
      pendingEmail = user.pendingEmail;
      displayName = user.displayName;
      firstName = user.firstName;
      lastName = user.lastName;
      phone = user.phone;
      avatarUrl = user.avatarUrl;
      status = user.status;
      roles = user.roles;
      emailVerified = user.emailVerified;
      phoneVerified = user.phoneVerified;
      profile = user.profile;
      audit = user.audit;
    }

    /** Sets whether the telephone number is verified; false without a number. */
    public void phoneVerified(Change<Boolean> change) {
      phoneVerified = phone.isPresent() && change.applyTo(phoneVerified);
    }

    /** Clears the personal data that users enter; resets the display name to that of a new user. */
    public void clearPersonalData() {
      displayName = email.localPart();
      firstName = "";
      lastName = "";
      phone = Optional.empty();
      phoneVerified = false;
      avatarUrl = "";
      profile = UserProfile.EMPTY;
    }

    /** Returns a user with the current values of the fields. */
    public User toUser() {
      return new User(
          id,
          email,
          pendingEmail,
          displayName,
          firstName,
          lastName,
          phone,
          avatarUrl,
          status,
          roles,
          emailVerified,
          phoneVerified,
          profile,
          audit,
          lastLoginAt,
          externalId);
    }
  }
}
