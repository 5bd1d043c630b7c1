package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of a user.
 *
 * @param username the display name
 * @param phoneNumber E.164
 * @param isActive whether the user may log in: neither deactivated nor suspended nor banned
 * @param isVerified whether the email is verified
 */
public record UserJson(
    String id,
    String email,
    String username,
    String firstName,
    String lastName,
    Optional<String> phoneNumber,
    boolean isActive,
    boolean isVerified,
    Instant dateJoined,
    Instant updatedAt,
    String status,
    List<String> roles,
    String avatarUrl,
    ProfileJson profile,
    boolean phoneVerified,
    Optional<String> pendingEmail,
    Optional<Instant> lastLogin,
    Optional<String> externalId,
    long version) {
  public static UserJson of(User user) {
    return new UserJson(
        user.id().toString(),
        user.email().address(),
        user.displayName(),
        user.firstName(),
        user.lastName(),
        user.phone().map(PhoneNumber::e164),
        isActive(user.status()),
        user.emailVerified(),
        user.audit().createdAt(),
        user.audit().updatedAt(),
        NameParser.lower(user.status()),
        user.roles().stream().map(NameParser::lower).toList(),
        user.avatarUrl(),
        ProfileJson.of(user.profile()),
        user.phoneVerified(),
        user.pendingEmail().map(Email::address),
        user.lastLoginAt(),
        user.externalId().map(ExternalId::text),
        user.audit().version());
  }

  private static boolean isActive(UserStatus status) {
    return switch (status) {
      case ACTIVE, PENDING_VERIFICATION -> true;
      case DEACTIVATED, SUSPENDED, BANNED -> false;
    };
  }
}
