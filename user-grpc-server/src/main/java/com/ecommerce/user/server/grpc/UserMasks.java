package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.ProfilePatch;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import java.time.Clock;
import java.util.function.Function;

/** From update requests about accounts to patches. Immutable. */
final class UserMasks {
  private final MaskTable<UserProfile, ProfilePatch.Builder> profileTable;
  private final MaskTable<User, UserPatch.Builder> userTable;

  /**
   * @param clock tells which days are past
   */
  UserMasks(Clock clock) {
    profileTable = profileTable(clock);
    userTable = userTable(profileTable);
  }

  private static MaskTable<UserProfile, ProfilePatch.Builder> profileTable(Clock clock) {
    return MaskTable.<UserProfile, ProfilePatch.Builder>of()
        .text("bio", UserProfile::getBio, ProfilePatch.Builder::bio)
        .field(
            "date_of_birth",
            UserProfile::getDateOfBirth,
            date -> CommonProtos.date(date).map(day -> ProfileRules.dateOfBirth(day, clock)),
            ProfilePatch.Builder::dateOfBirth)
        .text("gender", UserProfile::getGender, ProfilePatch.Builder::gender)
        .text("language", UserProfile::getLanguage, ProfilePatch.Builder::language)
        .text("currency", UserProfile::getCurrency, ProfilePatch.Builder::currency)
        .text("timezone", UserProfile::getTimezone, ProfilePatch.Builder::timezone)
        .text("company", UserProfile::getCompany, ProfilePatch.Builder::company)
        .text("website", UserProfile::getWebsite, ProfilePatch.Builder::website)
        .field(
            "social_links",
            UserProfile::getSocialLinksMap,
            Function.identity(),
            ProfilePatch.Builder::socialLinks)
        .build();
  }

  private static MaskTable<User, UserPatch.Builder> userTable(
      MaskTable<UserProfile, ProfilePatch.Builder> profileTable) {
    return MaskTable.<User, UserPatch.Builder>of()
        .fieldOnlyWhenNamed(
            "email", User::getEmail, Function.<String>identity(), UserPatch.Builder::email)
        .text("display_name", User::getDisplayName, UserPatch.Builder::displayName)
        .text("first_name", User::getFirstName, UserPatch.Builder::firstName)
        .text("last_name", User::getLastName, UserPatch.Builder::lastName)
        .field("phone", User::getPhone, CommonProtos::phone, UserPatch.Builder::phone)
        .text("avatar_url", User::getAvatarUrl, UserPatch.Builder::avatarUrl)
        .fieldOnlyWhenNamed("status", User::getStatus, UserEnums::status, UserPatch.Builder::status)
        .fieldOnlyWhenNamed("roles", User::getRolesList, UserEnums::roles, UserPatch.Builder::roles)
        .nested("profile", User::getProfile, UserPatch.Builder::profile, profileTable)
        .build();
  }

  /** Whom to change, and how. */
  record Update(UserId id, UserPatch patch) {}

  Update update(UpdateUserRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var patch = UserPatch.builder(violations.named("user."::concat));
    userTable.apply(violations, "user.", request.getUpdateMask(), request.getUser(), patch);
    violations.parse(
        "user.audit.version",
        request.getUser().getAudit(),
        CommonProtos::expectedVersion,
        version -> version.ifPresent(patch::expectedVersion));
    return new Update(id, patch.build());
  }

  Update update(UpdateUserProfileRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var patch = UserPatch.builder(violations);
    profileTable.apply(
        violations, "profile.", request.getUpdateMask(), request.getProfile(), patch.profile());
    return new Update(id, patch.build());
  }
}
