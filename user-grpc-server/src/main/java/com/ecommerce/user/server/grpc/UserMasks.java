package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserField;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Converts update requests about accounts to patches. Immutable. */
final class UserMasks {
  private static final String USER = "user.";
  private static final String PROFILE = "profile.";

  private static final MaskTable<UserField> USERS =
      MaskTable.of(User.getDescriptor(), Arrays.asList(UserField.values()), UserField::path);

  private static final MaskTable<UserField> PROFILES =
      MaskTable.of(
          UserProfile.getDescriptor(),
          UserField.ofProfile(),
          field -> field.path().substring(PROFILE.length()));

  private final Clock clock;

  /**
   * @param clock determines which days are in the past
   */
  UserMasks(Clock clock) {
    this.clock = clock;
  }

  /** The user to change, and the changes. */
  record Update(UserId id, UserPatch patch) {}

  /** Returns whether the request would set a field that only admins and services may set. */
  static boolean isPrivileged(UpdateUserRequest request) {
    return USERS.select(new Violations(), request.getUpdateMask(), request.getUser()).stream()
        .anyMatch(UserField::isPrivileged);
  }

  Update update(UpdateUserRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var patch = UserPatch.builder(violations.named(USER::concat));
    var user = request.getUser();
    for (UserField field : USERS.select(violations, request.getUpdateMask(), user)) {
      field.set(patch, new Value(field, user, violations.named(USER::concat), clock));
    }
    violations.parse(
        "user.audit.version",
        user.getAudit(),
        CommonProtos::expectedVersion,
        version -> version.ifPresent(patch::expectedVersion));
    return new Update(id, patch.build());
  }

  Update update(UpdateUserProfileRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var patch = UserPatch.builder(violations);
    var user = User.newBuilder().setProfile(request.getProfile()).build();
    for (UserField field :
        PROFILES.select(violations, request.getUpdateMask(), request.getProfile())) {
      field.set(patch, new Value(field, user, violations, clock));
    }
    return new Update(id, patch.build());
  }

  /** The value of a field in a message. */
  private record Value(UserField field, User user, Violations violations, Clock clock)
      implements UserField.Value {

    private <S, T> void parse(S value, Function<S, T> parser, Consumer<T> setter) {
      violations.parse(field.path(), value, parser, setter);
    }

    @Override
    public void text(Consumer<String> setter) {
      setter.accept((String) USERS.value(field.path(), user));
    }

    @Override
    public void phone(Consumer<Optional<PhoneNumber>> setter) {
      parse(user.getPhone(), CommonProtos::phone, setter);
    }

    @Override
    public void dateOfBirth(Consumer<Optional<LocalDate>> setter) {
      parse(
          user.getProfile().getDateOfBirth(),
          date -> CommonProtos.date(date).map(day -> ProfileRules.dateOfBirth(day, clock)),
          setter);
    }

    @Override
    public void status(Consumer<UserStatus> setter) {
      parse(user.getStatus(), UserEnums::status, setter);
    }

    @Override
    public void roles(Consumer<Set<Role>> setter) {
      parse(user.getRolesList(), UserEnums::roles, setter);
    }

    @Override
    public void socialLinks(Consumer<Map<String, String>> setter) {
      setter.accept(user.getProfile().getSocialLinksMap());
    }
  }
}
