package com.ecommerce.user.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.List;
import org.junit.jupiter.api.function.Executable;

/** Invalid input, and the violations that it causes. */
public final class Refusals {
  /** Texts that no request may contain in a field of one line. */
  public static final List<String> BAD_LINES = List.of("a\r\nb", "a\u0000b", "a".repeat(100_000));

  private Refusals() {}

  /**
   * Returns the violated fields and rules of an invalid request, such as {@code email REQUIRED}.
   */
  public static List<String> violationsOf(Executable request) {
    var failure = assertThrows(UserServiceException.class, request);
    assertEquals(ErrorReason.INVALID_REQUEST, failure.reason());
    return failure.violations().stream()
        .map(violation -> violation.field() + " " + violation.rule())
        .toList();
  }
}
