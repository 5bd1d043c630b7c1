package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.WebUrl;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.value.TextRule;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The fields of a user to set, with their new values; see {@link User} for their meaning.
 * Immutable; every value follows the rules of the service.
 *
 * <pre>{@code
 * UserPatch patch =
 *     UserPatch.builder()
 *         .firstName("Augusta")
 *         .profile(profile -> profile.language("en").timezone("Europe/London"))
 *         .expectedVersion(ada.audit().version())
 *         .build();
 * }</pre>
 */
public final class UserPatch {
  private final Change<Email> email;
  private final Change<String> displayName;
  private final Change<String> firstName;
  private final Change<String> lastName;
  private final Change<Optional<PhoneNumber>> phone;
  private final Change<String> avatarUrl;
  private final Change<UserStatus> status;
  private final Change<Set<Role>> roles;
  private final ProfilePatch profile;
  private final VersionCondition condition;

  private UserPatch(Builder builder) {
    email = builder.email;
    displayName = builder.displayName;
    firstName = builder.firstName;
    lastName = builder.lastName;
    phone = builder.phone;
    avatarUrl = builder.avatarUrl;
    status = builder.status;
    roles = builder.roles;
    profile = builder.profile.build();
    condition = builder.condition;
  }

  /** Returns a builder; fields that are not set stay unchanged. */
  public static Builder builder() {
    return builder(new Violations());
  }

  /**
   * Returns a builder that adds its violations to those of the rest of a request.
   *
   * @param violations receives the violations; the names of fields are in snake_case, such as
   *     {@code first_name} and {@code profile.language}
   */
  public static Builder builder(Violations violations) {
    return new Builder(requireNonNull(violations, "violations"));
  }

  /** Returns whether the patch sets a field that only staff may change. */
  public boolean isPrivileged() {
    return status.isSet() || roles.isSet();
  }

  /** Returns whether the patch sets only fields on which no other row depends. */
  public boolean isPlain() {
    return !email.isSet() && !isPrivileged();
  }

  /** Returns the change of the email. */
  public Change<Email> email() {
    return email;
  }

  /** Returns the condition on the version that is changed. */
  public VersionCondition condition() {
    return condition;
  }

  /** Returns the violations of rules that depend on the time. */
  public Violations violations(Clock clock) {
    var violations = new Violations();
    violations.parse(
        "profile.date_of_birth",
        profile.dateOfBirth(),
        change -> change.map(date -> date.map(day -> ProfileRules.dateOfBirth(day, clock))));
    return violations;
  }

  /** Sets all fields except for the email, whose change follows separate rules. */
  public void applyTo(User.Draft draft) {
    var phoneBefore = draft.phone;
    draft.displayName = displayName.applyTo(draft.displayName);
    draft.firstName = firstName.applyTo(draft.firstName);
    draft.lastName = lastName.applyTo(draft.lastName);
    draft.phone = phone.applyTo(draft.phone);
    draft.phoneVerified = draft.phoneVerified && draft.phone.equals(phoneBefore);
    draft.avatarUrl = avatarUrl.applyTo(draft.avatarUrl);
    draft.status = status.applyTo(draft.status);
    draft.roles = roles.applyTo(draft.roles);
    draft.profile = profile.applyTo(draft.profile);
  }

  /**
   * A builder that keeps every field that is not set. An empty value clears a field that may be
   * empty. The builder records each violation, and {@link #build} reports all of them together. Not
   * thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private final ProfilePatch.Builder profile;
    private Change<Email> email = Change.keep();
    private Change<String> displayName = Change.keep();
    private Change<String> firstName = Change.keep();
    private Change<String> lastName = Change.keep();
    private Change<Optional<PhoneNumber>> phone = Change.keep();
    private Change<String> avatarUrl = Change.keep();
    private Change<UserStatus> status = Change.keep();
    private Change<Set<Role>> roles = Change.keep();
    private VersionCondition condition = VersionCondition.ANY;

    private Builder(Violations violations) {
      this.violations = violations;
      this.profile = new ProfilePatch.Builder(violations.named("profile."::concat));
    }

    /** Sets the email. */
    public Builder email(String email) {
      requireNonNull(email, "email");
      this.email = Change.parsed(violations, "email", email, Email::parse);
      return this;
    }

    /** Sets the email. */
    public Builder email(Email email) {
      return email(requireNonNull(email, "email").address());
    }

    /** Sets the display name, a {@link TextRule#NAME}; it must not be empty. */
    public Builder displayName(String displayName) {
      requireNonNull(displayName, "displayName");
      this.displayName =
          Change.parsed(violations, "display_name", displayName, TextRule.NAME::parseRequired);
      return this;
    }

    /** Sets the first name, a {@link TextRule#NAME}. */
    public Builder firstName(String firstName) {
      requireNonNull(firstName, "firstName");
      this.firstName = Change.parsed(violations, "first_name", firstName, TextRule.NAME::parse);
      return this;
    }

    /** Sets the last name, a {@link TextRule#NAME}. */
    public Builder lastName(String lastName) {
      requireNonNull(lastName, "lastName");
      this.lastName = Change.parsed(violations, "last_name", lastName, TextRule.NAME::parse);
      return this;
    }

    /** Sets the telephone number, or removes it. */
    public Builder phone(Optional<PhoneNumber> phone) {
      this.phone = Change.set(requireNonNull(phone, "phone"));
      return this;
    }

    /** Sets the http or https URL of the user's picture. */
    public Builder avatarUrl(String avatarUrl) {
      requireNonNull(avatarUrl, "avatarUrl");
      this.avatarUrl = Change.parsed(violations, "avatar_url", avatarUrl, WebUrl::parse);
      return this;
    }

    /** Sets the status. */
    public Builder status(UserStatus status) {
      this.status = Change.set(requireNonNull(status, "status"));
      return this;
    }

    /** Sets the roles, at least one. */
    public Builder roles(Set<Role> roles) {
      requireNonNull(roles, "roles");
      this.roles = Change.parsed(violations, "roles", roles, Builder::atLeastOne);
      return this;
    }

    private static Set<Role> atLeastOne(Set<Role> roles) {
      if (roles.isEmpty()) {
        throw InvalidValueException.required();
      }
      return Set.copyOf(roles);
    }

    /** Returns the builder of the changes of the profile, which are part of this patch. */
    public ProfilePatch.Builder profile() {
      return profile;
    }

    /** Sets fields of the profile. */
    public Builder profile(Consumer<ProfilePatch.Builder> changes) {
      requireNonNull(changes, "changes").accept(profile);
      return this;
    }

    /**
     * Sets the version that the caller read; the change is refused with {@code VERSION_MISMATCH} if
     * it is no longer the current one. Default: any version.
     */
    public Builder expectedVersion(long value) {
      return condition(VersionCondition.is(value));
    }

    /** Sets the condition on the version that is changed. Default: any version. */
    public Builder condition(VersionCondition condition) {
      this.condition = requireNonNull(condition, "condition");
      return this;
    }

    /**
     * Returns the patch.
     *
     * @throws UserServiceException with {@code INVALID_REQUEST} and all violations
     */
    public UserPatch build() {
      violations.throwIfAny();
      return new UserPatch(this);
    }
  }
}
