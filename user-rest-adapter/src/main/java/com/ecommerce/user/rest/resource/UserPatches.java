package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.ProfilePatch;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.value.WhiteSpace;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.FieldNames;
import com.ecommerce.user.rest.http.JsonFields;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** From bodies of PUT and PATCH about users and profiles to patches. Immutable. */
final class UserPatches {
  private final PatchTable<ProfilePatch.Builder> profileTable;
  private final PatchTable<UserPatch.Builder> userTable;

  /**
   * @param clock tells which days are past
   */
  UserPatches(Clock clock) {
    profileTable = profileTable(clock);
    userTable = userTable(profileTable);
  }

  /**
   * Returns the fields of a body about a user. PUT accepts the same ones as PATCH, and ignores
   * some.
   */
  FieldNames userFields() {
    return userTable.names().shownBy(UserJson.class);
  }

  /** Returns the fields of a body that is a profile. */
  FieldNames profileFields() {
    return profileTable.names().shownBy(ProfileJson.class);
  }

  private static PatchTable<ProfilePatch.Builder> profileTable(Clock clock) {
    return PatchTable.<ProfilePatch.Builder>of()
        .text("bio", ProfilePatch.Builder::bio)
        .field(
            "date_of_birth",
            (fields, name) -> fields.parse(name, day -> dateOfBirth(day, clock)),
            ProfilePatch.Builder::dateOfBirth)
        .text("gender", ProfilePatch.Builder::gender)
        .text("language", ProfilePatch.Builder::language)
        .text("currency", ProfilePatch.Builder::currency)
        .text("timezone", ProfilePatch.Builder::timezone)
        .text("company", ProfilePatch.Builder::company)
        .text("website", ProfilePatch.Builder::website)
        .field(
            "social_links",
            (fields, name) -> fields.parseMap(name, links -> links),
            ProfilePatch.Builder::socialLinks)
        .build();
  }

  private static PatchTable<UserPatch.Builder> userTable(
      PatchTable<ProfilePatch.Builder> profileTable) {
    return PatchTable.<UserPatch.Builder>of()
        .textNeverEmpty("email", UserPatch.Builder::email)
        .textNeverEmpty("username", UserPatch.Builder::displayName)
        .text("first_name", UserPatch.Builder::firstName)
        .text("last_name", UserPatch.Builder::lastName)
        .field(
            "phone_number",
            (fields, name) -> fields.parse(name, UserPatches::phone),
            UserPatch.Builder::phone)
        .text("avatar_url", UserPatch.Builder::avatarUrl)
        .fieldOfPatchOnly(
            "status",
            (fields, name) -> fields.parse(name, raw -> NameParser.parse(UserStatus.class, raw)),
            UserPatch.Builder::status)
        .fieldOfPatchOnly(
            "roles",
            (fields, name) ->
                fields.parseList(name, names -> NameParser.parseAll(Role.class, names)),
            UserPatch.Builder::roles)
        .nested("profile", UserPatch.Builder::profile, profileTable)
        .build();
  }

  /** The number, which comes with its country's code; empty for none. */
  static Optional<PhoneNumber> phone(String raw) {
    try {
      return PhoneNumber.isBlank(raw) ? Optional.empty() : Optional.of(PhoneNumber.parse(raw));
    } catch (InvalidValueException invalid) {
      // The core also tells of forms that this API does not have.
      throw new InvalidValueException(
          invalid.rule(), "not a telephone number (expected: such as +14155552671)");
    }
  }

  private static Optional<LocalDate> dateOfBirth(String raw, Clock clock) {
    String day = WhiteSpace.trim(raw);
    if (day.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ProfileRules.dateOfBirth(LocalDate.parse(day), clock));
    } catch (DateTimeParseException notADay) {
      throw new InvalidValueException("INVALID_DATE", "not a day (expected: such as 1990-12-31)");
    }
  }

  /** Returns whether the request would change what only admins may. */
  static boolean isPrivileged(ApiRequest request, JsonFields fields) {
    return request.method().equals("PATCH") && (fields.has("roles") || fields.has("status"));
  }

  /**
   * Returns the changes of a user that the request's body asks for, by the request's method.
   *
   * @param currentVersion looks up the version that the user has now
   * @param read the version that the fields were compared with; empty if they were not
   */
  UserPatch user(
      ApiRequest request, JsonFields fields, LongSupplier currentVersion, OptionalLong read) {
    var patch = UserPatch.builder(fields.violations().named(ApiNames::ofUser));
    if (request.method().equals("PUT")) {
      userTable.replace(fields, patch);
    } else {
      userTable.patch(fields, patch);
    }
    return finished(request, fields, patch, currentVersion, read);
  }

  /** The same for a body that is a profile. */
  UserPatch profile(
      ApiRequest request, JsonFields fields, LongSupplier currentVersion, OptionalLong read) {
    var patch = UserPatch.builder(fields.violations().named(ApiNames::ofProfile));
    if (request.method().equals("PUT")) {
      profileTable.replace(fields, patch.profile());
    } else {
      profileTable.patch(fields, patch.profile());
    }
    return finished(request, fields, patch, currentVersion, read);
  }

  private static UserPatch finished(
      ApiRequest request,
      JsonFields fields,
      UserPatch.Builder patch,
      LongSupplier currentVersion,
      OptionalLong read) {
    fields.violations().throwIfAny();
    request.conditions().expected(currentVersion, read).ifPresent(patch::expectedVersion);
    return patch.build();
  }
}
