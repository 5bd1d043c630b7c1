package com.ecommerce.user.core.account;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.Optional;
import java.util.Set;

/**
 * A user to create. Immutable; every value follows the rules of the service.
 *
 * <pre>{@code
 * NewUser ada =
 *     NewUser.builder()
 *         .email("Ada@Example.com")
 *         .password("correct horse battery")
 *         .firstName("Ada")
 *         .lastName("Lovelace")
 *         .phone(PhoneNumber.parse("+44 20 7946 0958"))
 *         .build();
 * User created = core.users().create(RequestContext.system(), ada);
 * }</pre>
 */
public final class NewUser {
  private static final PasswordPolicy POLICY = new PasswordPolicy();

  private final Email email;
  private final Password password;
  private final String firstName;
  private final String lastName;
  private final String displayName;
  private final Optional<PhoneNumber> phone;
  private final Set<Role> roles;
  private final String language;

  private NewUser(Builder builder) {
    email = builder.email;
    password = builder.password;
    firstName = builder.firstName;
    lastName = builder.lastName;
    displayName = builder.displayName.isEmpty() ? email.localPart() : builder.displayName;
    phone = builder.phone;
    roles = builder.roles.isEmpty() ? Set.of(Role.CUSTOMER) : builder.roles;
    language = builder.language;
  }

  /** Returns a builder; the email and the password must be set. */
  public static Builder builder() {
    return builder(new Violations());
  }

  /**
   * Returns a builder that adds its violations to those of the rest of a request.
   *
   * @param violations receives the violations; the names of the fields are {@code email}, {@code
   *     password}, {@code first_name}, {@code last_name}, {@code display_name} and {@code language}
   */
  public static Builder builder(Violations violations) {
    return new Builder(requireNonNull(violations, "violations"));
  }

  /** Returns the email. */
  public Email email() {
    return email;
  }

  /** Returns the password. */
  public Password password() {
    return password;
  }

  /** Returns the first name; may be empty. */
  public String firstName() {
    return firstName;
  }

  /** Returns the last name; may be empty. */
  public String lastName() {
    return lastName;
  }

  /** Returns the display name; never empty. */
  public String displayName() {
    return displayName;
  }

  /** Returns the telephone number. */
  public Optional<PhoneNumber> phone() {
    return phone;
  }

  /** Returns the roles, at least one. */
  public Set<Role> roles() {
    return roles;
  }

  /** Returns the language of the user's mails as ISO 639-1 names it; empty if none was chosen. */
  public String language() {
    return language;
  }

  /** Returns the user that this becomes: active if the email is verified, pending otherwise. */
  public User toUser(UserId id, Audit audit, boolean emailVerified) {
    return new User(
        id,
        email,
        Optional.empty(),
        displayName,
        firstName,
        lastName,
        phone,
        "",
        emailVerified ? UserStatus.ACTIVE : UserStatus.PENDING_VERIFICATION,
        roles,
        emailVerified,
        false,
        UserProfile.EMPTY.withLanguage(language),
        audit,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the personal data that the password must not repeat. */
  public PasswordPolicy.Person person() {
    return new PasswordPolicy.Person(email.address(), firstName, lastName, displayName);
  }

  /**
   * Accepts values as a person entered them. The builder records each violation, and {@link #build}
   * reports all of them together. Not thread-safe.
   */
  public static final class Builder {
    private final Violations violations;
    private Email email;
    private Password password;
    private String firstName = "";
    private String lastName = "";
    private String displayName = "";
    private Optional<PhoneNumber> phone = Optional.empty();
    private Set<Role> roles = Set.of();
    private String language = "";

    private Builder(Violations violations) {
      this.violations = violations;
    }

    /** Sets the email; required. See {@link Email#parse} for the rules. */
    public Builder email(String email) {
      requireNonNull(email, "email");
      violations.parse("email", email, Email::parse, parsed -> this.email = parsed);
      return this;
    }

    /** Sets the password; required. See {@link PasswordPolicy} for the rules. */
    public Builder password(String password) {
      requireNonNull(password, "password");
      violations.parse("password", password, Password::parse, parsed -> this.password = parsed);
      return this;
    }

    /** Sets the first name, a {@link TextRule#NAME}. Default: empty. */
    public Builder firstName(String firstName) {
      requireNonNull(firstName, "firstName");
      violations.parse(
          "first_name", firstName, TextRule.NAME::parse, parsed -> this.firstName = parsed);
      return this;
    }

    /** Sets the last name, a {@link TextRule#NAME}. Default: empty. */
    public Builder lastName(String lastName) {
      requireNonNull(lastName, "lastName");
      violations.parse(
          "last_name", lastName, TextRule.NAME::parse, parsed -> this.lastName = parsed);
      return this;
    }

    /** Sets the display name, a {@link TextRule#NAME}. Default: the part of the email before @. */
    public Builder displayName(String displayName) {
      requireNonNull(displayName, "displayName");
      violations.parse(
          "display_name", displayName, TextRule.NAME::parse, parsed -> this.displayName = parsed);
      return this;
    }

    /** Sets the telephone number. Default: none. */
    public Builder phone(PhoneNumber phone) {
      this.phone = Optional.of(requireNonNull(phone, "phone"));
      return this;
    }

    /** Sets the roles. Default, also for an empty set: {@link Role#CUSTOMER}. */
    public Builder roles(Set<Role> roles) {
      this.roles = Set.copyOf(requireNonNull(roles, "roles"));
      return this;
    }

    /**
     * Sets the language of the user's mails, an ISO 639-1 code such as {@code de}, which becomes
     * that of the profile. Default: empty, for the default language of the service.
     */
    public Builder language(String language) {
      requireNonNull(language, "language");
      violations.parse(
          "language", language, ProfileRules::language, parsed -> this.language = parsed);
      return this;
    }

    /**
     * Returns the user.
     *
     * @throws UserServiceException with {@code INVALID_REQUEST} and all violations: of the rules of
     *     the values, of the password policy, and for a missing email or password
     */
    public NewUser build() {
      if (password != null) {
        String address = email == null ? "" : email.address();
        var person = new PasswordPolicy.Person(address, firstName, lastName, displayName);
        POLICY.check(violations, "password", password, person);
      }
      violations.require("email", email);
      violations.require("password", password);
      violations.throwIfAny();
      return new NewUser(this);
    }
  }
}
