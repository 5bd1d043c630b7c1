package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ProfilePatch;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.WebUrl;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/** From update requests about accounts to patches. Immutable. */
final class UserMasks {
  private final MaskTable<UserProfile, ProfilePatch.Builder> profileTable;
  private final MaskTable<User, Draft> userTable;

  /**
   * @param clock tells which days are past
   */
  UserMasks(Clock clock) {
    profileTable = profileTable(clock);
    userTable = userTable(profileTable);
  }

  /** A patch while it is built. */
  private record Draft(UserPatch.Builder user, ProfilePatch.Builder profile) {
    Draft() {
      this(UserPatch.builder(), ProfilePatch.builder());
    }

    UserPatch toPatch() {
      return user.profile(profile.build()).build();
    }
  }

  private static MaskTable<UserProfile, ProfilePatch.Builder> profileTable(Clock clock) {
    return MaskTable.<UserProfile, ProfilePatch.Builder>of()
        .field("bio", UserProfile::getBio, TextRule.BIOGRAPHY::parse, ProfilePatch.Builder::bio)
        .field(
            "date_of_birth",
            UserProfile::getDateOfBirth,
            date ->
                CommonProtos.date(date)
                    .map(
                        day ->
                            ProfileRules.dateOfBirth(
                                day, LocalDate.now(clock.withZone(ZoneOffset.UTC)))),
            ProfilePatch.Builder::dateOfBirth)
        .field(
            "gender", UserProfile::getGender, TextRule.GENDER::parse, ProfilePatch.Builder::gender)
        .field(
            "language",
            UserProfile::getLanguage,
            ProfileRules::language,
            ProfilePatch.Builder::language)
        .field(
            "currency",
            UserProfile::getCurrency,
            ProfileRules::currency,
            ProfilePatch.Builder::currency)
        .field(
            "timezone",
            UserProfile::getTimezone,
            ProfileRules::timezone,
            ProfilePatch.Builder::timezone)
        .field(
            "company",
            UserProfile::getCompany,
            TextRule.LONG_NAME::parse,
            ProfilePatch.Builder::company)
        .field("website", UserProfile::getWebsite, WebUrl::parse, ProfilePatch.Builder::website)
        .field(
            "social_links",
            UserProfile::getSocialLinksMap,
            ProfileRules::socialLinks,
            ProfilePatch.Builder::socialLinks)
        .build();
  }

  private static MaskTable<User, Draft> userTable(
      MaskTable<UserProfile, ProfilePatch.Builder> profileTable) {
    return MaskTable.<User, Draft>of()
        .all(Draft::user, accountTable())
        .nested("profile", User::getProfile, Draft::profile, profileTable)
        .build();
  }

  private static MaskTable<User, UserPatch.Builder> accountTable() {
    return MaskTable.<User, UserPatch.Builder>of()
        .fieldOnlyWhenNamed("email", User::getEmail, Email::parse, UserPatch.Builder::email)
        .field(
            "display_name",
            User::getDisplayName,
            TextRule.NAME::parseRequired,
            UserPatch.Builder::displayName)
        .field("first_name", User::getFirstName, TextRule.NAME::parse, UserPatch.Builder::firstName)
        .field("last_name", User::getLastName, TextRule.NAME::parse, UserPatch.Builder::lastName)
        .field("phone", User::getPhone, CommonProtos::phone, UserPatch.Builder::phone)
        .field("avatar_url", User::getAvatarUrl, WebUrl::parse, UserPatch.Builder::avatarUrl)
        .fieldOnlyWhenNamed("status", User::getStatus, UserEnums::status, UserPatch.Builder::status)
        .fieldOnlyWhenNamed(
            "roles", User::getRolesList, UserMasks::atLeastOneRole, UserPatch.Builder::roles)
        .build();
  }

  private static Set<Role> atLeastOneRole(List<UserRole> roles) {
    if (roles.isEmpty()) {
      throw InvalidValueException.required();
    }
    return UserEnums.roles(roles);
  }

  /** Whom to change, and how. */
  record Update(UserId id, UserPatch patch) {}

  Update update(UpdateUserRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var draft = new Draft();
    userTable.apply(violations, "user.", request.getUpdateMask(), request.getUser(), draft);
    var version =
        violations.parse(
            "user.audit.version", request.getUser().getAudit(), CommonProtos::expectedVersion);
    violations.throwIfAny();
    version.ifPresent(draft.user()::expectedVersion);
    return new Update(id, draft.toPatch());
  }

  Update update(UpdateUserProfileRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var draft = new Draft();
    profileTable.apply(
        violations, "profile.", request.getUpdateMask(), request.getProfile(), draft.profile());
    violations.throwIfAny();
    return new Update(id, draft.toPatch());
  }
}
