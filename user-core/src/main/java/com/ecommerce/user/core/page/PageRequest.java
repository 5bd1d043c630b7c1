package com.ecommerce.user.core.page;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.WhiteSpace;

/**
 * Which part of a list is asked for.
 *
 * @param size the maximum number of items, 1 to {@value #MAX_SIZE}; 0 means {@value #DEFAULT_SIZE},
 *     and greater values mean {@value #MAX_SIZE}
 * @param token where the page before ended; empty for the first page
 */
public record PageRequest(int size, String token) {
  public static final int DEFAULT_SIZE = 20;
  public static final int MAX_SIZE = 100;
  public static final PageRequest FIRST = new PageRequest(DEFAULT_SIZE, "");

  /**
   * @throws UserServiceException with a violation on {@code pagination.page_size} when it is
   *     negative, and on {@code pagination.page_token} when it is malformed
   */
  public PageRequest {
    requireNonNull(token, "token");
    var violations = new Violations();
    Integer used = violations.parse("pagination.page_size", size, asked -> parseSize(asked));
    token = violations.parse("pagination.page_token", token, PageRequest::parseToken);
    violations.throwIfAny();
    size = used;
  }

  /**
   * The size to use for the one asked for: 0 is the default, and more than the most is the most
   * (AIP-158).
   *
   * @throws InvalidValueException with rule {@code NEGATIVE}
   */
  public static int parseSize(int asked) {
    return parseSize(asked, DEFAULT_SIZE);
  }

  /**
   * Does the same as {@link #parseSize(int)} for a list with another default size.
   *
   * @throws InvalidValueException with rule {@code NEGATIVE}
   */
  public static int parseSize(int asked, int defaultSize) {
    if (asked < 0) {
      throw new InvalidValueException("NEGATIVE", asked + " (expected: >= 0)");
    }
    return asked == 0 ? defaultSize : Math.min(asked, MAX_SIZE);
  }

  /**
   * A token of the right form, or none. Whether it is good for a list, the list tells.
   *
   * @throws InvalidValueException with rule {@code INVALID_PAGE_TOKEN}
   */
  public static String parseToken(String raw) {
    String token = WhiteSpace.trim(raw);
    if (!token.isEmpty()) {
      PageTokens.bytes(token);
    }
    return token;
  }
}
