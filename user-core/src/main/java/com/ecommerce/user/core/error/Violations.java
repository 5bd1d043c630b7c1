package com.ecommerce.user.core.error;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Collects every broken rule of one request, so that all of them are reported at once.
 *
 * <pre>{@code
 * var target =
 *     Violations.parsed(
 *         violations ->
 *             new Target(
 *                 violations.parse("user_id", request.getUserId(), UserId::parse),
 *                 violations.parse("address_id", request.getAddressId(), AddressId::parse)));
 * }</pre>
 *
 * <p>Not thread-safe; made for one request.
 */
public final class Violations {
  private final List<Violation> found;
  private final UnaryOperator<String> naming;

  /** Creates an empty collection that uses the names of fields as they are given. */
  public Violations() {
    this(new ArrayList<>(), UnaryOperator.identity());
  }

  private Violations(List<Violation> found, UnaryOperator<String> naming) {
    this.found = found;
    this.naming = naming;
  }

  /**
   * Returns a view of this collection for a part of the request. Violations that are added to the
   * view are added to this collection, under the name that the function returns for the field.
   *
   * <pre>{@code
   * UserPatch.builder(violations.named("user."::concat)) // adds user.first_name, not first_name
   * }</pre>
   */
  public Violations named(UnaryOperator<String> fieldNaming) {
    requireNonNull(fieldNaming, "fieldNaming");
    return new Violations(found, field -> naming.apply(fieldNaming.apply(field)));
  }

  /**
   * Parses a single value.
   *
   * @throws UserServiceException with {@link ErrorReason#INVALID_REQUEST} if it breaks a rule
   */
  public static <S extends @Nullable Object, T> T parsed(
      String field, S value, Function<? super S, ? extends T> parser) {
    return parsed(violations -> violations.parse(field, value, parser));
  }

  /**
   * Parses several values.
   *
   * @param parser parses all of them, by {@link #parse} of the collection that it gets
   * @throws UserServiceException with {@link ErrorReason#INVALID_REQUEST} and every violation, if
   *     there is one; the result of the parser is ignored then
   */
  public static <T> T parsed(Function<? super Violations, ? extends T> parser) {
    var violations = new Violations();
    T parsed = parser.apply(violations);
    violations.throwIfAny();
    return parsed;
  }

  /**
   * Returns the parsed value, or {@code null} after adding a violation. The core never sees that
   * null, since {@link #throwIfAny} is called first.
   */
  public <S extends @Nullable Object, T> @Nullable T parse(
      String field, S value, Function<? super S, ? extends T> parser) {
    try {
      return parser.apply(value);
    } catch (InvalidValueException invalid) {
      add(field, invalid.rule(), invalid.getMessage());
      invalid.further().forEach(more -> add(field, more.rule(), more.getMessage()));
      return null;
    }
  }

  /** Passes the parsed value to the setter; adds a violation instead if it breaks a rule. */
  public <S extends @Nullable Object, T> void parse(
      String field, S value, Function<? super S, ? extends T> parser, Consumer<? super T> setter) {
    T parsed = parse(field, value, parser);
    if (parsed != null) {
      setter.accept(parsed);
    }
  }

  /**
   * Adds a violation for a missing value if it is null, unless the field has a violation already: a
   * value that breaks a rule is null, too.
   */
  public void require(String field, @Nullable Object value) {
    String name = naming.apply(field);
    if (value == null && found.stream().noneMatch(violation -> violation.field().equals(name))) {
      var required = InvalidValueException.required();
      add(field, required.rule(), required.getMessage());
    }
  }

  /** Adds a violation. */
  public void add(String field, String rule, String message) {
    found.add(new Violation(naming.apply(field), rule, message));
  }

  /** Returns whether no violation was added. */
  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Throws an exception if a violation was added.
   *
   * @throws UserServiceException with {@link ErrorReason#INVALID_REQUEST} and every violation
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw toException();
    }
  }

  /**
   * Returns the exception that {@link #throwIfAny} throws, for callers that have found violations
   * and fail a stage with them.
   */
  public UserServiceException toException() {
    return UserServiceException.invalid(found);
  }
}
