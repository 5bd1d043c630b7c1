package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.ProfileRules;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.UserField;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.JsonFields;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Converts the bodies of PUT and PATCH about users and profiles to patches. Immutable. */
final class UserPatches {
  private static final String PROFILE = "profile";

  /** The field with the version that the client has read. */
  static final String VERSION = "version";

  private static final PatchTable<UserField> USERS =
      new PatchTable<>(
          Arrays.stream(UserField.values()).filter(field -> !field.isOfProfile()).toList(),
          field -> ApiNames.ofUser(field.path()));

  private static final PatchTable<UserField> PROFILES =
      new PatchTable<>(UserField.ofProfile(), field -> ApiNames.ofProfile(field.path()));

  private static final FieldNames PROFILE_NAMES = FieldNames.of(PROFILES.names());

  /** The fields of a body about a user. PUT accepts the same ones as PATCH, and ignores some. */
  static final FieldNames USER_FIELDS =
      FieldNames.of(Stream.concat(USERS.names().stream(), Stream.of(PROFILE)).toList())
          .shownBy(UserJson.class);

  /** The fields of a body that is a profile. */
  static final FieldNames PROFILE_FIELDS = PROFILE_NAMES.shownBy(ProfileJson.class);

  private final Clock clock;

  /**
   * @param clock determines which days are in the past
   */
  UserPatches(Clock clock) {
    this.clock = clock;
  }

  /** Parses a number with its country calling code; an empty text is no number. */
  static Optional<PhoneNumber> phone(String raw) {
    try {
      return PhoneNumber.isBlank(raw) ? Optional.empty() : Optional.of(PhoneNumber.parse(raw));
    } catch (InvalidValueException invalid) {
      // The core's message also names forms that this API does not accept.
      throw new InvalidValueException(
          invalid.rule(), "not a telephone number (expected: for example +14155552671)");
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
      throw new InvalidValueException(
          "INVALID_DATE", "not a day (expected: for example 1990-12-31)");
    }
  }

  /** Returns whether the request would change fields that only admins may change. */
  static boolean isPrivileged(ApiRequest request, JsonFields fields) {
    return !isPut(request) && USERS.isPrivileged(fields);
  }

  private static boolean isPut(ApiRequest request) {
    return request.method().equals("PUT");
  }

  /**
   * Returns the changes of a user that the request's body asks for, by the request's method and
   * under its conditions.
   */
  UserPatch user(ApiRequest request, JsonFields fields) {
    var patch = UserPatch.builder(fields.violations().named(ApiNames::ofUser));
    boolean replace = isPut(request);
    write(USERS, fields, replace, patch);
    if (replace ? !fields.repeats(PROFILE) : fields.has(PROFILE)) {
      var profile = fields.object(PROFILE, PROFILE_NAMES);
      write(PROFILES, profile, replace || fields.isNull(PROFILE), patch);
    }
    return patch.condition(request.conditions().and(fields.version(VERSION))).build();
  }

  /** Returns the changes of a user's profile for a body that is a profile. */
  UserPatch profile(ApiRequest request, JsonFields fields) {
    var patch = UserPatch.builder(fields.violations().named(ApiNames::ofProfile));
    write(PROFILES, fields, isPut(request), patch);
    return patch.condition(request.conditions()).build();
  }

  private void write(
      PatchTable<UserField> table, JsonFields fields, boolean replace, UserPatch.Builder patch) {
    table.write(fields, replace, (field, name) -> field.set(patch, new Value(fields, name, clock)));
  }

  /** The value of a field in a JSON object. */
  private record Value(JsonFields fields, String name, Clock clock) implements UserField.Value {
    @Override
    public void text(Consumer<String> setter) {
      fields.text(name, setter);
    }

    @Override
    public void phone(Consumer<Optional<PhoneNumber>> setter) {
      fields.parse(name, UserPatches::phone, setter);
    }

    @Override
    public void dateOfBirth(Consumer<Optional<LocalDate>> setter) {
      fields.parse(name, day -> UserPatches.dateOfBirth(day, clock), setter);
    }

    @Override
    public void status(Consumer<UserStatus> setter) {
      fields.parse(name, raw -> NameParser.parse(UserStatus.class, raw), setter);
    }

    @Override
    public void roles(Consumer<Set<Role>> setter) {
      pass(fields.parseList(name, names -> NameParser.parseAll(Role.class, names)), setter);
    }

    @Override
    public void socialLinks(Consumer<Map<String, String>> setter) {
      pass(fields.parseMap(name, links -> links), setter);
    }

    /** Passes the parsed value to the setter, unless it is null because a violation was added. */
    private static <T> void pass(T parsed, Consumer<T> setter) {
      if (parsed != null) {
        setter.accept(parsed);
      }
    }
  }
}
