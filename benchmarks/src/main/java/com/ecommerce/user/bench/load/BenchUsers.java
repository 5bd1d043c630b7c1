package com.ecommerce.user.bench.load;

import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.user.core.testing.GeneratedUsers;
import com.ecommerce.user.core.testing.GeneratedUsers.GeneratedUser;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/** The users of the measurements, numbered from 0. */
public final class BenchUsers {
  public static final GeneratedUsers ALL = new GeneratedUsers(1);

  private BenchUsers() {}

  /** Returns the user as the service answers it. */
  public static User message(int number) {
    GeneratedUser user = ALL.get(number);
    var message =
        User.newBuilder()
            .setId(user.id().toString())
            .setEmail(user.email())
            .setDisplayName(user.displayName())
            .setFirstName(user.firstName())
            .setLastName(user.lastName())
            .setStatus(UserStatus.valueOf("USER_STATUS_" + user.status()))
            .setEmailVerified(true)
            .setProfile(
                UserProfile.newBuilder()
                    .setLanguage("en")
                    .setCurrency("EUR")
                    .setTimezone("Europe/Berlin"))
            .setAudit(
                AuditInfo.newBuilder()
                    .setCreatedAt(timestamp(user.createdAt()))
                    .setUpdatedAt(timestamp(user.updatedAt()))
                    .setCreatedBy("system")
                    .setUpdatedBy("system")
                    .setVersion(1));
    user.roles().forEach(role -> message.addRoles(UserRole.valueOf("USER_ROLE_" + role)));
    if (user.lastLoginAt() != null) {
      message.setLastLoginAt(timestamp(user.lastLoginAt()));
    }
    return message.build();
  }

  private static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
