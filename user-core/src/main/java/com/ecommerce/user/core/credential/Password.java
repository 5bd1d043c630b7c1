package com.ecommerce.user.core.credential;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.internal.text.Characters;
import java.text.Normalizer;
import org.jspecify.annotations.Nullable;

/**
 * A password as a person typed it, in Unicode NFC so that it does not depend on how a keyboard
 * composes characters. It is never trimmed. Immutable; {@link #toString} masks it.
 */
public final class Password {
  /**
   * The maximum length in code points: enough for any passphrase, and cheap to handle (NIST SP
   * 800-63B recommends at least 64).
   */
  static final int MAX_LENGTH = 128;

  /** Refused before NFC, whose time grows with the square of a run of combining marks. */
  private static final int MAX_RAW_LENGTH = 8 * MAX_LENGTH;

  private final String text;

  private Password(String text) {
    this.text = text;
  }

  /**
   * Reads a password of 1 to 128 code points. {@link PasswordPolicy} checks further rules for new
   * ones.
   *
   * @throws InvalidValueException with rule {@code REQUIRED}, {@code TOO_LONG} or {@code
   *     INVALID_CHARACTER}, for a lone surrogate, which has no UTF-8 form and would be hashed as a
   *     different character
   */
  public static Password parse(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      throw InvalidValueException.required();
    }
    if (raw.length() > MAX_RAW_LENGTH) {
      throw tooLong();
    }
    Characters.requireWellFormed(raw);
    String text = Normalizer.normalize(raw, Normalizer.Form.NFC);
    if (text.codePointCount(0, text.length()) > MAX_LENGTH) {
      throw tooLong();
    }
    return new Password(text);
  }

  private static InvalidValueException tooLong() {
    return new InvalidValueException(
        "TOO_LONG", "too long (expected: at most " + MAX_LENGTH + " characters)");
  }

  /** Returns the secret itself, for hashing and for the policy. */
  public String text() {
    return text;
  }

  int length() {
    return text.codePointCount(0, text.length());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Password password && text.equals(password.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "Password[masked]";
  }
}
