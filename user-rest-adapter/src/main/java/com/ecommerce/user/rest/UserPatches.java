package com.ecommerce.user.rest;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.ProfilePatch;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.WebUrl;
import com.ecommerce.user.core.value.WhiteSpace;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** From bodies of PUT and PATCH about users and profiles to patches. Immutable. */
final class UserPatches {
  private final PatchTable<ProfilePatch.Builder> profileTable;
  private final PatchTable<Draft> userTable;

  /**
   * @param clock tells which days are past
   */
  UserPatches(Clock clock) {
    profileTable = profileTable(clock);
    userTable = userTable(profileTable);
  }

  /** The fields of a body about a user: PUT takes the same as PATCH, and ignores some. */
  FieldNames userFields() {
    return userTable.names().shownBy(UserJson.class);
  }

  /** The fields of a body that is a profile. */
  FieldNames profileFields() {
    return profileTable.names().shownBy(ProfileJson.class);
  }

  /** A patch while it is worked out. */
  private static final class Draft {
    private final UserPatch.Builder user = UserPatch.builder();
    private final ProfilePatch.Builder profile = ProfilePatch.builder();
  }

  private static PatchTable<ProfilePatch.Builder> profileTable(Clock clock) {
    return PatchTable.<ProfilePatch.Builder>of()
        .field(
            "bio",
            (fields, name) -> fields.parse(name, TextRule.BIOGRAPHY::parse),
            ProfilePatch.Builder::bio)
        .field(
            "date_of_birth",
            (fields, name) -> fields.parse(name, day -> dateOfBirth(day, clock)),
            ProfilePatch.Builder::dateOfBirth)
        .field(
            "gender",
            (fields, name) -> fields.parse(name, TextRule.GENDER::parse),
            ProfilePatch.Builder::gender)
        .field(
            "language",
            (fields, name) -> fields.parse(name, ProfileRules::language),
            ProfilePatch.Builder::language)
        .field(
            "currency",
            (fields, name) -> fields.parse(name, ProfileRules::currency),
            ProfilePatch.Builder::currency)
        .field(
            "timezone",
            (fields, name) -> fields.parse(name, ProfileRules::timezone),
            ProfilePatch.Builder::timezone)
        .field(
            "company",
            (fields, name) -> fields.parse(name, TextRule.LONG_NAME::parse),
            ProfilePatch.Builder::company)
        .field(
            "website",
            (fields, name) -> fields.parse(name, WebUrl::parse),
            ProfilePatch.Builder::website)
        .field(
            "social_links",
            (fields, name) -> fields.parseMap(name, ProfileRules::socialLinks),
            ProfilePatch.Builder::socialLinks)
        .build();
  }

  private static PatchTable<Draft> userTable(PatchTable<ProfilePatch.Builder> profileTable) {
    return PatchTable.<Draft>of()
        .fieldNeverEmpty(
            "email",
            (fields, name) -> fields.parse(name, Email::parse),
            (draft, value) -> draft.user.email(value))
        .fieldNeverEmpty(
            "username",
            (fields, name) -> fields.parse(name, TextRule.NAME::parseRequired),
            (draft, value) -> draft.user.displayName(value))
        .field(
            "first_name",
            (fields, name) -> fields.parse(name, TextRule.NAME::parse),
            (draft, value) -> draft.user.firstName(value))
        .field(
            "last_name",
            (fields, name) -> fields.parse(name, TextRule.NAME::parse),
            (draft, value) -> draft.user.lastName(value))
        .field(
            "phone_number",
            (fields, name) -> fields.parse(name, UserPatches::phone),
            (draft, value) -> draft.user.phone(value))
        .field(
            "avatar_url",
            (fields, name) -> fields.parse(name, WebUrl::parse),
            (draft, value) -> draft.user.avatarUrl(value))
        .fieldOfPatchOnly(
            "status",
            (fields, name) -> fields.parse(name, raw -> Names.parse(UserStatus.class, raw)),
            (draft, value) -> draft.user.status(value))
        .fieldOfPatchOnly(
            "roles",
            (fields, name) -> fields.parseList(name, UserPatches::atLeastOneRole),
            (draft, value) -> draft.user.roles(value))
        .nested("profile", draft -> draft.profile, profileTable)
        .build();
  }

  /** The number, which comes with its country's code; empty for none. */
  static Optional<PhoneNumber> phone(String raw) {
    try {
      return WhiteSpace.trim(raw).isEmpty()
          ? Optional.empty()
          : Optional.of(PhoneNumber.parse(raw));
    } catch (InvalidValueException invalid) {
      // The core also tells of forms that this API does not have.
      throw new InvalidValueException(
          invalid.rule(), "not a telephone number (expected: such as +14155552671)");
    }
  }

  private static Set<Role> atLeastOneRole(List<String> roles) {
    if (roles.isEmpty()) {
      throw InvalidValueException.required();
    }
    return Names.parseAll(Role.class, roles);
  }

  private static Optional<LocalDate> dateOfBirth(String raw, Clock clock) {
    String day = WhiteSpace.trim(raw);
    if (day.isEmpty()) {
      return Optional.empty();
    }
    try {
      var today = LocalDate.now(clock.withZone(ZoneOffset.UTC));
      return Optional.of(ProfileRules.dateOfBirth(LocalDate.parse(day), today));
    } catch (DateTimeParseException notADay) {
      throw new InvalidValueException("INVALID_DATE", "not a day (expected: such as 1990-12-31)");
    }
  }

  /** Whether the request would change what only admins may. */
  static boolean isPrivileged(RestRequest request, JsonFields fields) {
    return request.method().equals("PATCH") && (fields.has("roles") || fields.has("status"));
  }

  /**
   * What the request's body changes of a user, by its method.
   *
   * @param currentVersion looks up the version that the user has now
   */
  UserPatch user(RestRequest request, JsonFields fields, LongSupplier currentVersion) {
    var draft = new Draft();
    if (request.method().equals("PUT")) {
      userTable.replace(fields, draft);
    } else {
      userTable.patch(fields, draft);
    }
    return finished(request, fields, draft, currentVersion);
  }

  /** The same for a body that is a profile. */
  UserPatch profile(RestRequest request, JsonFields fields, LongSupplier currentVersion) {
    var draft = new Draft();
    if (request.method().equals("PUT")) {
      profileTable.replace(fields, draft.profile);
    } else {
      profileTable.patch(fields, draft.profile);
    }
    return finished(request, fields, draft, currentVersion);
  }

  private static UserPatch finished(
      RestRequest request, JsonFields fields, Draft draft, LongSupplier currentVersion) {
    fields.violations().throwIfAny();
    var patch = draft.user.profile(draft.profile.build());
    request.conditions().expected(currentVersion).ifPresent(patch::expectedVersion);
    return patch.build();
  }
}
