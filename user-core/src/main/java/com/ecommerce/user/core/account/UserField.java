package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.patch.PatchField;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** The fields of a user and of the profile that an update can set, those of the profile last. */
public enum UserField implements PatchField<UserPatch.Builder, UserField.Value> {
  /** See {@link User#email}. */
  EMAIL(
      "email",
      User::email,
      (patch, value) -> value.text(patch::email),
      Trait.REQUIRED,
      Trait.ONLY_WHEN_NAMED),
  /** See {@link User#displayName}. */
  DISPLAY_NAME(
      "display_name",
      User::displayName,
      (patch, value) -> value.text(patch::displayName),
      Trait.REQUIRED),
  /** See {@link User#firstName}. */
  FIRST_NAME("first_name", User::firstName, (patch, value) -> value.text(patch::firstName)),
  /** See {@link User#lastName}. */
  LAST_NAME("last_name", User::lastName, (patch, value) -> value.text(patch::lastName)),
  /** See {@link User#phone}. */
  PHONE("phone", User::phone, (patch, value) -> value.phone(patch::phone)),
  /** See {@link User#avatarUrl}. */
  AVATAR_URL("avatar_url", User::avatarUrl, (patch, value) -> value.text(patch::avatarUrl)),
  /** See {@link User#status}. */
  STATUS(
      "status",
      User::status,
      (patch, value) -> value.status(patch::status),
      Trait.REQUIRED,
      Trait.ONLY_WHEN_NAMED,
      Trait.PRIVILEGED),
  /** See {@link User#roles}. */
  ROLES(
      "roles",
      User::roles,
      (patch, value) -> value.roles(patch::roles),
      Trait.REQUIRED,
      Trait.ONLY_WHEN_NAMED,
      Trait.PRIVILEGED),
  /** See {@link UserProfile#bio}. */
  PROFILE_BIO(
      "profile.bio",
      user -> user.profile().bio(),
      (patch, value) -> value.text(patch.profile()::bio)),
  /** See {@link UserProfile#dateOfBirth}. */
  PROFILE_DATE_OF_BIRTH(
      "profile.date_of_birth",
      user -> user.profile().dateOfBirth(),
      (patch, value) -> value.dateOfBirth(patch.profile()::dateOfBirth)),
  /** See {@link UserProfile#gender}. */
  PROFILE_GENDER(
      "profile.gender",
      user -> user.profile().gender(),
      (patch, value) -> value.text(patch.profile()::gender)),
  /** See {@link UserProfile#language}. */
  PROFILE_LANGUAGE(
      "profile.language",
      user -> user.profile().language(),
      (patch, value) -> value.text(patch.profile()::language)),
  /** See {@link UserProfile#currency}. */
  PROFILE_CURRENCY(
      "profile.currency",
      user -> user.profile().currency(),
      (patch, value) -> value.text(patch.profile()::currency)),
  /** See {@link UserProfile#timezone}. */
  PROFILE_TIMEZONE(
      "profile.timezone",
      user -> user.profile().timezone(),
      (patch, value) -> value.text(patch.profile()::timezone)),
  /** See {@link UserProfile#company}. */
  PROFILE_COMPANY(
      "profile.company",
      user -> user.profile().company(),
      (patch, value) -> value.text(patch.profile()::company)),
  /** See {@link UserProfile#website}. */
  PROFILE_WEBSITE(
      "profile.website",
      user -> user.profile().website(),
      (patch, value) -> value.text(patch.profile()::website)),
  /** See {@link UserProfile#socialLinks}. */
  PROFILE_SOCIAL_LINKS(
      "profile.social_links",
      user -> user.profile().socialLinks(),
      (patch, value) -> value.socialLinks(patch.profile()::socialLinks));

  private static final String PROFILE = "profile.";

  private final String path;
  private final Function<User, Object> getter;
  private final BiConsumer<UserPatch.Builder, Value> setter;
  private final Set<Trait> traits;

  UserField(
      String path,
      Function<User, Object> getter,
      BiConsumer<UserPatch.Builder, Value> setter,
      Trait... traits) {
    this.path = path;
    this.getter = getter;
    this.setter = setter;
    this.traits = Set.of(traits);
  }

  /** Returns the fields of the profile, in the order of declaration. */
  public static List<UserField> ofProfile() {
    return Arrays.stream(values()).filter(UserField::isOfProfile).toList();
  }

  /** Returns whether the field is one of the profile. */
  public boolean isOfProfile() {
    return path.startsWith(PROFILE);
  }

  @Override
  public String path() {
    return path;
  }

  /** Returns the value of the field of the user. */
  public Object of(User user) {
    return getter.apply(requireNonNull(user, "user"));
  }

  @Override
  public boolean isClearable() {
    return !traits.contains(Trait.REQUIRED);
  }

  @Override
  public boolean isPrivileged() {
    return traits.contains(Trait.PRIVILEGED);
  }

  @Override
  public boolean isOnlyWhenNamed() {
    return traits.contains(Trait.ONLY_WHEN_NAMED);
  }

  @Override
  public void set(UserPatch.Builder patch, Value value) {
    setter.accept(requireNonNull(patch, "patch"), requireNonNull(value, "value"));
  }

  private enum Trait {
    REQUIRED,
    ONLY_WHEN_NAMED,
    PRIVILEGED
  }

  /**
   * The new value of a field in a request. The field calls the method of its type, which passes the
   * value to the setter, or records a violation if the request has something else in its place.
   */
  public interface Value {
    /** Passes a text; an empty one clears the field. */
    void text(Consumer<String> setter);

    /** Passes a telephone number, or none. */
    void phone(Consumer<Optional<PhoneNumber>> setter);

    /** Passes a day that {@link ProfileRules#dateOfBirth} accepts, or none. */
    void dateOfBirth(Consumer<Optional<LocalDate>> setter);

    /** Passes a status. */
    void status(Consumer<UserStatus> setter);

    /** Passes a set of roles. */
    void roles(Consumer<Set<Role>> setter);

    /** Passes the URLs of social networks by their names. */
    void socialLinks(Consumer<Map<String, String>> setter);
  }
}
