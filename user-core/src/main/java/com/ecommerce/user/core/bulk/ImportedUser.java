package com.ecommerce.user.core.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.patch.Change;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.value.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A row of an import: a user as another system has one, with the fields to write. Immutable; every
 * value follows the rules of the service. {@link #toString} masks it.
 *
 * <pre>{@code
 * ImportedUser ada =
 *     ImportedUser.builder()
 *         .externalId("crm-1815")
 *         .email("ada@example.com")
 *         .emailVerified(true)
 *         .firstName("Ada")
 *         .passwordHash("$2b$12$…")
 *         .createdAt(Instant.parse("2019-12-10T09:00:00Z"))
 *         .build();
 * }</pre>
 */
public final class ImportedUser {
  /** In characters; the longest hashes, those of Firebase, have some 250. */
  private static final int MAX_HASH_LENGTH = 1_024;

  /** Clocks of other systems may be ahead. */
  private static final Duration MAX_AHEAD = Duration.ofDays(1);

  private final Optional<UserId> id;
  private final Optional<ExternalId> externalId;
  private final Email email;
  private final UserPatch fields;
  private final Change<Boolean> emailVerified;
  private final Change<Boolean> phoneVerified;
  private final Change<UserStatus> status;
  private final Optional<Instant> createdAt;
  private final Optional<Instant> updatedAt;
  private final Optional<Instant> lastLoginAt;
  private final Optional<String> passwordHash;
  private final Optional<Password> password;
  private final Optional<Password> testPassword;
  private final Optional<List<ImportedAddress>> addresses;
  private final PreferencePatch preferences;
  private final byte[] digest;

  private ImportedUser(Builder builder, List<ImportedAddress> built) {
    id = Optional.ofNullable(builder.id);
    externalId = Optional.ofNullable(builder.externalId);
    email = builder.email;
    fields = builder.fields.build();
    emailVerified = builder.emailVerified;
    phoneVerified = builder.phoneVerified;
    status = builder.status;
    createdAt = Optional.ofNullable(builder.createdAt);
    updatedAt = Optional.ofNullable(builder.updatedAt);
    lastLoginAt = Optional.ofNullable(builder.lastLoginAt);
    passwordHash = Optional.ofNullable(builder.passwordHash);
    password = Optional.ofNullable(builder.password);
    testPassword = Optional.ofNullable(builder.testPassword);
    addresses = built.isEmpty() ? Optional.empty() : Optional.of(built);
    preferences = builder.preferences.build();
    digest = builder.digest.value();
  }

  /** Returns a builder; the email must be set. */
  public static Builder builder() {
    return builder(new Violations());
  }

  /**
   * Returns a builder that adds its violations to those of the rest of a request.
   *
   * @param violations receives the violations; the names of fields are in snake_case, such as
   *     {@code first_name}, {@code profile.language} and {@code addresses[0].address.city}
   */
  public static Builder builder(Violations violations) {
    return new Builder(requireNonNull(violations, "violations"));
  }

  /** Returns the id of the user; empty to find the user by the other keys or to make a new id. */
  public Optional<UserId> id() {
    return id;
  }

  /** Returns the id in the other system. */
  public Optional<ExternalId> externalId() {
    return externalId;
  }

  /** Returns the email. */
  public Email email() {
    return email;
  }

  /** Returns the hash of the password, as the other system has it. */
  public Optional<String> passwordHash() {
    return passwordHash;
  }

  /** Returns the password, which is not hashed yet. */
  public Optional<Password> password() {
    return password;
  }

  /** Returns the personal data that the password must not repeat. */
  public PasswordPolicy.Person person() {
    return toUser(new UserId(new UUID(0, 0)), Actor.SYSTEM, Instant.EPOCH).person();
  }

  /** Returns a password that the hash must match. */
  public Optional<Password> testPassword() {
    return testPassword;
  }

  /** Returns the time of the latest login in the other system. */
  public Optional<Instant> lastLoginAt() {
    return lastLoginAt;
  }

  /** Returns all addresses of the user; empty to keep those that are stored. */
  public Optional<List<ImportedAddress>> addresses() {
    return addresses;
  }

  /** Returns the preferences to set. */
  public PreferencePatch preferences() {
    return preferences;
  }

  /** Returns the digest of all values of the row except its passwords. */
  public byte[] digest() {
    return digest.clone();
  }

  /** Returns the violations of rules that depend on the time. */
  public Violations violations(Clock clock) {
    requireNonNull(clock, "clock");
    var violations = fields.violations(clock);
    var latest = clock.instant().plus(MAX_AHEAD);
    requirePast(violations, "created_at", createdAt, latest);
    requirePast(violations, "updated_at", updatedAt, latest);
    requirePast(violations, "last_login_at", lastLoginAt, latest);
    return violations;
  }

  private static void requirePast(
      Violations violations, String field, Optional<Instant> time, Instant latest) {
    time.filter(latest::isBefore)
        .ifPresent(
            future ->
                violations.add(field, "INVALID_TIMESTAMP", future + " (expected: a past time)"));
  }

  /**
   * Returns the user that this creates.
   *
   * @param newId the id if the row has none
   */
  public User toUser(UserId newId, Actor actor, Instant now) {
    var created = createdAt.orElse(now);
    var updated = updatedAt.filter(created::isBefore).orElse(created);
    var blank =
        new User(
            id.orElse(newId),
            email,
            Optional.empty(),
            email.localPart(),
            "",
            "",
            Optional.empty(),
            "",
            UserStatus.PENDING_VERIFICATION,
            Set.of(Role.CUSTOMER),
            false,
            false,
            UserProfile.EMPTY,
            new Audit(created, updated, actor.name(), actor.name(), 1),
            lastLoginAt,
            externalId);
    var draft = blank.draft();
    applyTo(draft);
    return draft.toUser();
  }

  /** Sets the fields of an existing user, except for the password and what is not in its row. */
  public void applyTo(User.Draft draft) {
    requireNonNull(draft, "draft");
    boolean newEmail = !draft.email.equals(email);
    fields.applyTo(draft);
    draft.email = email;
    draft.emailVerified = emailVerified.applyTo(!newEmail && draft.emailVerified);
    draft.phoneVerified(phoneVerified);
    if (draft.pendingEmail.equals(Optional.of(email))) {
      draft.pendingEmail = Optional.empty();
    }
    if (externalId.isPresent()) {
      draft.externalId = externalId;
    }
    boolean isProven = draft.emailVerified && draft.status == UserStatus.PENDING_VERIFICATION;
    draft.status = status.applyTo(isProven ? UserStatus.ACTIVE : draft.status);
  }

  @Override
  public String toString() {
    return "ImportedUser[masked]";
  }

  /**
   * Accepts values as another system has them. A field that is not set keeps its value, or gets the
   * default in a new user. The builder records each violation, and {@link #build} reports all of
   * them together. Not thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private final UserPatch.Builder fields;
    private final PreferencePatch.Builder preferences = PreferencePatch.builder();
    private final RowDigest digest = new RowDigest();
    private final List<ImportedAddress.Builder> addresses = new ArrayList<>();
    private @Nullable UserId id;
    private @Nullable ExternalId externalId;
    private Email email;
    private Change<Boolean> emailVerified = Change.keep();
    private Change<Boolean> phoneVerified = Change.keep();
    private Change<UserStatus> status = Change.keep();
    private @Nullable Instant createdAt;
    private @Nullable Instant updatedAt;
    private @Nullable Instant lastLoginAt;
    private @Nullable String passwordHash;
    private @Nullable Password password;
    private @Nullable Password testPassword;

    private Builder(Violations violations) {
      this.violations = violations;
      this.fields = UserPatch.builder(violations);
    }

    /** Sets the id to keep, or by which to find the user; a UUID of any version. */
    public Builder id(String value) {
      note("user_id", value);
      violations.parse("user_id", value, UserId::parse, parsed -> id = parsed);
      return this;
    }

    /** Sets the id in the other system; see {@link ExternalId#parse}. */
    public Builder externalId(String value) {
      note("external_id", value);
      violations.parse("external_id", value, ExternalId::parse, parsed -> externalId = parsed);
      return this;
    }

    /** Sets the email; required. See {@link Email#parse} for the rules. */
    public Builder email(String value) {
      note("email", value);
      violations.parse("email", value, Email::parse, parsed -> email = parsed);
      return this;
    }

    /**
     * Sets whether the email is verified. A user who is {@code PENDING_VERIFICATION} becomes {@code
     * ACTIVE} by it unless the row sets a status. Default: false for a new user and a new email.
     */
    public Builder emailVerified(boolean value) {
      note("email_verified", Boolean.toString(value));
      emailVerified = Change.set(value);
      return this;
    }

    /** Sets the display name. Default for a new user: the part of the email before the @. */
    public Builder displayName(String value) {
      note("display_name", value);
      fields.displayName(value);
      return this;
    }

    /** Sets the first name. */
    public Builder firstName(String value) {
      note("first_name", value);
      fields.firstName(value);
      return this;
    }

    /** Sets the last name. */
    public Builder lastName(String value) {
      note("last_name", value);
      fields.lastName(value);
      return this;
    }

    /** Sets the telephone number, or removes it. */
    public Builder phone(Optional<PhoneNumber> value) {
      note("phone", value.map(PhoneNumber::e164).orElse(""));
      fields.phone(value);
      return this;
    }

    /** Sets whether the telephone number is verified. Default: false for a new number. */
    public Builder phoneVerified(boolean value) {
      note("phone_verified", Boolean.toString(value));
      phoneVerified = Change.set(value);
      return this;
    }

    /** Sets the URL of the avatar. */
    public Builder avatarUrl(String value) {
      note("avatar_url", value);
      fields.avatarUrl(value);
      return this;
    }

    /**
     * Sets the status. Default for a new user: {@code ACTIVE} if the email is verified, else {@code
     * PENDING_VERIFICATION}.
     */
    public Builder status(UserStatus value) {
      note("status", value.name());
      status = Change.set(value);
      return this;
    }

    /** Sets the roles, at least one. Default for a new user: {@link Role#CUSTOMER}. */
    public Builder roles(Set<Role> value) {
      note("roles", new TreeSet<>(value).toString());
      fields.roles(value);
      return this;
    }

    /** Sets the biography. */
    public Builder bio(String value) {
      note("profile.bio", value);
      fields.profile().bio(value);
      return this;
    }

    /** Sets the date of birth, or removes it; a past day after 1900. */
    public Builder dateOfBirth(Optional<LocalDate> value) {
      note("profile.date_of_birth", value.map(LocalDate::toString).orElse(""));
      fields.profile().dateOfBirth(value);
      return this;
    }

    /** Sets the gender. */
    public Builder gender(String value) {
      note("profile.gender", value);
      fields.profile().gender(value);
      return this;
    }

    /** Sets the language, a code of ISO 639-1. */
    public Builder language(String value) {
      note("profile.language", value);
      fields.profile().language(value);
      return this;
    }

    /** Sets the currency, a code of ISO 4217. */
    public Builder currency(String value) {
      note("profile.currency", value);
      fields.profile().currency(value);
      return this;
    }

    /** Sets the time zone, a name of the IANA time zone database. */
    public Builder timezone(String value) {
      note("profile.timezone", value);
      fields.profile().timezone(value);
      return this;
    }

    /** Sets the company. */
    public Builder company(String value) {
      note("profile.company", value);
      fields.profile().company(value);
      return this;
    }

    /** Sets the website. */
    public Builder website(String value) {
      note("profile.website", value);
      fields.profile().website(value);
      return this;
    }

    /** Sets all social links. */
    public Builder socialLinks(Map<String, String> value) {
      note("profile.social_links", new TreeMap<>(value).toString());
      fields.profile().socialLinks(value);
      return this;
    }

    /** Sets the time of creation of a new user. Default: now. Existing users keep theirs. */
    public Builder createdAt(Instant value) {
      createdAt = time("created_at", value);
      return this;
    }

    /** Sets the time of the latest change of a new user. Default: the time of creation. */
    public Builder updatedAt(Instant value) {
      updatedAt = time("updated_at", value);
      return this;
    }

    /** Sets the time of the latest login; an existing user keeps a later one. */
    public Builder lastLoginAt(Instant value) {
      lastLoginAt = time("last_login_at", value);
      return this;
    }

    /** In microseconds, as the database has them. */
    private Instant time(String field, Instant value) {
      note(field, value.toString());
      return value.truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Sets the hash of the password, in one of the forms that the manual lists. The import checks
     * the form.
     */
    public Builder passwordHash(String value) {
      requireNonNull(value, "value");
      if (value.length() > MAX_HASH_LENGTH) {
        violations.add(
            "password_hash",
            "TOO_LONG",
            "too long (expected: at most " + MAX_HASH_LENGTH + " characters)");
        return this;
      }
      passwordHash = value;
      return this;
    }

    /** Sets the password, which the import hashes, instead of a hash. */
    public Builder password(String value) {
      violations.parse("password", value, Password::parse, parsed -> password = parsed);
      return this;
    }

    /** Sets a password that the hash must match, to see that hashes are read correctly. */
    public Builder testPassword(String value) {
      violations.parse("test_password", value, Password::parse, parsed -> testPassword = parsed);
      return this;
    }

    /** Adds an address. The addresses of a row replace all that the user has. */
    public Builder address(Consumer<ImportedAddress.Builder> address) {
      var builder = new ImportedAddress.Builder(violations, digest, addresses.size());
      requireNonNull(address, "address").accept(builder);
      addresses.add(builder);
      return this;
    }

    /** Turns a preference on or off. */
    public Builder preference(Preference preference, boolean on) {
      note("preferences." + preference.path(), Boolean.toString(on));
      preferences.set(preference, on);
      return this;
    }

    private void note(String field, String value) {
      digest.add(field, requireNonNull(value, field));
    }

    private void requireDistinctAddresses() {
      Set<AddressId> ids = new HashSet<>();
      addresses.forEach(address -> address.requireNewId(ids));
    }

    /**
     * Returns the row.
     *
     * @throws UserServiceException with {@code INVALID_REQUEST} and all violations
     */
    public ImportedUser build() {
      violations.require("email", email);
      if (passwordHash != null && password != null) {
        violations.add(
            "password", "CONTRADICTORY", "beside a password_hash (expected: one of them)");
      }
      if (testPassword != null && passwordHash == null) {
        violations.add(
            "test_password", "CONTRADICTORY", "without a hash (expected: password_hash)");
      }
      if (addresses.size() > Addresses.MAX_PER_USER) {
        violations.add(
            "addresses",
            "TOO_MANY",
            addresses.size() + " (expected: at most " + Addresses.MAX_PER_USER + ")");
      }
      requireDistinctAddresses();
      addresses.forEach(ImportedAddress.Builder::requireComplete);
      violations.throwIfAny();
      return new ImportedUser(
          this, addresses.stream().map(ImportedAddress.Builder::build).toList());
    }
  }
}
