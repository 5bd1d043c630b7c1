package com.ecommerce.user.core.account;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.value.TextRule;
import org.jspecify.annotations.Nullable;

/**
 * The id of a user in another system, such as the one that the user was imported from. It is unique
 * and case-sensitive. Immutable; {@link #toString} masks it, since some systems use names as ids.
 */
public final class ExternalId {
  private final String text;

  private ExternalId(String text) {
    this.text = text;
  }

  /**
   * Parses an id of at most 255 code points, a {@link TextRule#EXTERNAL_ID}.
   *
   * @throws InvalidValueException with rule {@code REQUIRED}, {@code TOO_LONG} or {@code
   *     INVALID_CHARACTER}
   */
  public static ExternalId parse(@Nullable String raw) {
    return new ExternalId(TextRule.EXTERNAL_ID.parseRequired(raw));
  }

  /** Returns an id that was validated before it was stored. */
  public static ExternalId ofStored(String text) {
    return new ExternalId(text);
  }

  /** Returns the id itself. */
  public String text() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ExternalId id && text.equals(id.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return "ExternalId[masked]";
  }
}
