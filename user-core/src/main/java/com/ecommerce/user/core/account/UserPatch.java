package com.ecommerce.user.core.account;

import com.ecommerce.user.core.value.Change;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which fields of a user to set, and to what; see {@link User} for their meaning. Immutable.
 *
 * @param expectedVersion the version that the caller read; empty to change whatever is there
 */
public record UserPatch(
    Change<Email> email,
    Change<String> displayName,
    Change<String> firstName,
    Change<String> lastName,
    Change<Optional<PhoneNumber>> phone,
    Change<String> avatarUrl,
    Change<UserStatus> status,
    Change<Set<Role>> roles,
    ProfilePatch profile,
    OptionalLong expectedVersion) {
  public static Builder builder() {
    return new Builder();
  }

  /** Whether it touches what only staff may change. */
  public boolean isPrivileged() {
    return status.isSet() || roles.isSet();
  }

  /** Whether it leaves alone what more than the user's own row depends on. */
  boolean isPlain() {
    return !email.isSet() && !isPrivileged();
  }

  /** Sets everything but the email, whose change has rules of its own. */
  void applyTo(User.Draft draft) {
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

  /** Keeps every field that is not set. Not thread-safe. */
  public static final class Builder {
    private Change<Email> email = Change.keep();
    private Change<String> displayName = Change.keep();
    private Change<String> firstName = Change.keep();
    private Change<String> lastName = Change.keep();
    private Change<Optional<PhoneNumber>> phone = Change.keep();
    private Change<String> avatarUrl = Change.keep();
    private Change<UserStatus> status = Change.keep();
    private Change<Set<Role>> roles = Change.keep();
    private ProfilePatch profile = ProfilePatch.NONE;
    private OptionalLong expectedVersion = OptionalLong.empty();

    private Builder() {}

    public Builder email(Email value) {
      email = Change.set(value);
      return this;
    }

    public Builder displayName(String value) {
      displayName = Change.set(value);
      return this;
    }

    public Builder firstName(String value) {
      firstName = Change.set(value);
      return this;
    }

    public Builder lastName(String value) {
      lastName = Change.set(value);
      return this;
    }

    public Builder phone(Optional<PhoneNumber> value) {
      phone = Change.set(value);
      return this;
    }

    public Builder avatarUrl(String value) {
      avatarUrl = Change.set(value);
      return this;
    }

    public Builder status(UserStatus value) {
      status = Change.set(value);
      return this;
    }

    public Builder roles(Set<Role> value) {
      roles = Change.set(value);
      return this;
    }

    public Builder profile(ProfilePatch value) {
      profile = value;
      return this;
    }

    /** The change is refused with {@code VERSION_MISMATCH} unless this is the current version. */
    public Builder expectedVersion(long value) {
      expectedVersion = OptionalLong.of(value);
      return this;
    }

    public UserPatch build() {
      return new UserPatch(
          email,
          displayName,
          firstName,
          lastName,
          phone,
          avatarUrl,
          status,
          roles,
          profile,
          expectedVersion);
    }
  }
}
