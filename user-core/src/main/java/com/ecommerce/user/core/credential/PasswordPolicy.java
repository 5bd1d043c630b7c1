package com.ecommerce.user.core.credential;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.internal.text.DomainName;
import com.nulabinc.zxcvbn.StandardDictionaries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules for a new password: at least 8 characters, none of the 30,000 most common passwords,
 * and not the person's own email or name. There is no rule about kinds of characters (NIST SP
 * 800-63B, section 3.1.1.2). Thread-safe.
 */
public final class PasswordPolicy {
  private static final int MIN_LENGTH = 8;

  /**
   * Read when the first password is checked: some 250 KB of the library zxcvbn, which would cost
   * each start a tenth of a second.
   */
  private static final class CommonPasswords {
    static final Set<String> ALL = read();

    private CommonPasswords() {}
  }

  private static Set<String> read() {
    try {
      return StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies().stream()
          .collect(Collectors.toUnmodifiableSet());
    } catch (IOException broken) {
      throw new UncheckedIOException("the list of common passwords cannot be read", broken);
    }
  }

  /** The personal data that a password must not repeat; any part may be empty. */
  public record Person(String email, String firstName, String lastName, String displayName) {
    public Person {
      requireNonNull(email, "email");
      requireNonNull(firstName, "firstName");
      requireNonNull(lastName, "lastName");
      requireNonNull(displayName, "displayName");
    }

    /**
     * Returns a person about whom nothing is known, for requests that fail before the person is
     * read.
     */
    public static Person unknown() {
      return new Person("", "", "", "");
    }

    /** Returns whether the text spells the email, with its domain in ASCII or in Unicode. */
    private boolean hasEmail(String text) {
      int at = text.lastIndexOf('@');
      return at > 0
          && DomainName.toAscii(text.substring(at + 1))
              .filter(
                  domain -> email.equals(Ascii.toLowerCase(text.substring(0, at)) + "@" + domain))
              .isPresent();
    }

    private Stream<String> names() {
      String localPart = email.substring(0, Math.max(0, email.lastIndexOf('@')));
      return Stream.of(
          email,
          localPart,
          firstName,
          lastName,
          displayName,
          firstName + lastName,
          lastName + firstName);
    }

    /** Returns a masked text, since records end up in logs. */
    @Override
    public String toString() {
      return "Person[masked]";
    }
  }

  /** Adds a violation for each rule that the password breaks. No message contains the password. */
  public void check(Violations violations, String field, Password password, Person person) {
    if (password.length() < MIN_LENGTH) {
      violations.add(
          field, "TOO_SHORT", "too short (expected: at least " + MIN_LENGTH + " characters)");
    }
    if (CommonPasswords.ALL.contains(password.text().toLowerCase(Locale.ROOT))) {
      violations.add(
          field,
          "COMMON_PASSWORD",
          "one of the most common passwords (expected: a less common one)");
    }
    String folded = folded(password.text());
    if (person.hasEmail(password.text())
        || (!folded.isEmpty()
            && person.names().map(PasswordPolicy::folded).anyMatch(folded::equals))) {
      violations.add(
          field, "PERSONAL_PASSWORD", "the email or name (expected: something others cannot know)");
    }
  }

  /** Does the same as {@link #check} for a password that replaces another. */
  public void checkChange(
      Violations violations, String field, Password current, Password next, Person person) {
    check(violations, field, next, person);
    if (next.equals(current)) {
      violations.add(field, "SAME_PASSWORD", "the current password (expected: another one)");
    }
  }

  /** Returns the text in lower case, without the separators between the parts of a name. */
  private static String folded(String text) {
    return text.toLowerCase(Locale.ROOT).replaceAll("[\\s._-]+", "");
  }
}
