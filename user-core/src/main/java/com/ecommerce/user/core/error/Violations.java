package com.ecommerce.user.core.error;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Collects every broken rule of one request, so that a caller learns of all of them at once.
 *
 * <pre>{@code
 * var violations = new Violations();
 * Email email = violations.parse("email", request.getEmail(), Email::parse);
 * UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
 * violations.throwIfAny();
 * }</pre>
 *
 * <p>Not thread-safe; made for one request.
 */
public final class Violations {
  private final List<Violation> found = new ArrayList<>();

  /**
   * The parsed value, or {@code null} after noting the violation. A null is never seen by the core,
   * since {@link #throwIfAny} comes first.
   */
  public <S, T> T parse(String field, S value, Function<? super S, ? extends T> parser) {
    try {
      return parser.apply(value);
    } catch (InvalidValueException invalid) {
      add(field, invalid.rule(), invalid.getMessage());
      invalid.further().forEach(more -> add(field, more.rule(), more.getMessage()));
      return null;
    }
  }

  public void add(String field, String rule, String message) {
    found.add(new Violation(field, rule, message));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * @throws UserServiceException with {@link ErrorReason#INVALID_REQUEST} and every violation, if
   *     there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw toException();
    }
  }

  /** What {@link #throwIfAny} throws, for who has found some and fails a stage with it. */
  public UserServiceException toException() {
    return UserServiceException.invalid(found);
  }
}
