package com.ecommerce.user.core.page;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import org.jspecify.annotations.Nullable;

/**
 * The request for one page of a list. Immutable.
 *
 * @param size the maximum number of items, 1 to {@value #MAX_SIZE}; 0 means {@value #DEFAULT_SIZE},
 *     and greater values mean {@value #MAX_SIZE}
 * @param token the token that the previous page returned; empty for the first page
 */
public record PageRequest(int size, String token) {
  /** The page size if none is requested. */
  public static final int DEFAULT_SIZE = 20;

  /** The maximum page size. */
  public static final int MAX_SIZE = 100;

  /** The first page, in the default size. */
  public static final PageRequest FIRST = new PageRequest(DEFAULT_SIZE, "");

  /**
   * Creates a request.
   *
   * @throws UserServiceException with a violation on {@code pagination.page_size} when it is
   *     negative, and on {@code pagination.page_token} when it is malformed
   */
  public PageRequest {
    requireNonNull(token, "token");
    var violations = new Violations();
    Integer used =
        violations.parse("pagination.page_size", size, requested -> parseSize(requested));
    token = violations.parse("pagination.page_token", token, PageRequest::parseToken);
    violations.throwIfAny();
    size = used;
  }

  /**
   * Returns the page size for the requested one: the default for 0, and the maximum for anything
   * above it (AIP-158).
   *
   * @throws InvalidValueException with rule {@code NEGATIVE}
   */
  public static int parseSize(int requested) {
    return parseSize(requested, DEFAULT_SIZE);
  }

  /**
   * Does the same as {@link #parseSize(int)} for a list with another default size.
   *
   * @throws InvalidValueException with rule {@code NEGATIVE}
   */
  public static int parseSize(int requested, int defaultSize) {
    if (requested < 0) {
      throw new InvalidValueException("NEGATIVE", requested + " (expected: >= 0)");
    }
    return requested == 0 ? defaultSize : Math.min(requested, MAX_SIZE);
  }

  /**
   * Returns the token, which may be empty. Only its format is checked here; the list itself checks
   * that the token belongs to it.
   *
   * @throws InvalidValueException with rule {@code INVALID_PAGE_TOKEN}
   */
  public static String parseToken(@Nullable String raw) {
    String token = WhiteSpace.trim(raw);
    if (!token.isEmpty()) {
      PageTokens.bytes(token);
    }
    return token;
  }
}
