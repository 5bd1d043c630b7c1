package com.ecommerce.user.core.patch;

import com.ecommerce.user.core.error.Violations;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The effect of a patch on one field: keep it, or set it to a value, which may be empty. Immutable.
 *
 * @param <T> the field's type
 */
public final class Change<T> {
  private static final Change<?> KEEP = new Change<>(null);

  private final @Nullable T value;

  private Change(@Nullable T value) {
    this.value = value;
  }

  /** Returns a change that keeps the field. */
  @SuppressWarnings("unchecked")
  public static <T> Change<T> keep() {
    return (Change<T>) KEEP;
  }

  /** Returns a change that sets the field to the value, which is not null. */
  public static <T> Change<T> set(T value) {
    return new Change<>(
        Objects.requireNonNull(value, "a field is cleared with its empty value, not with null"));
  }

  /** Sets the parsed value; keeps the field and adds a violation if the value breaks a rule. */
  public static <S extends @Nullable Object, T> Change<T> parsed(
      Violations violations, String field, S value, Function<? super S, ? extends T> parser) {
    T parsed = violations.parse(field, value, parser);
    return parsed == null ? keep() : set(parsed);
  }

  /** Returns whether this change sets the field. */
  public boolean isSet() {
    return value != null;
  }

  /** Returns the value of the field after this change. */
  public T applyTo(T current) {
    return isSet() ? value : current;
  }

  /** Returns a change to the mapped value; keeps the field if this change keeps it. */
  public <R> Change<R> map(Function<? super T, ? extends R> mapping) {
    return isSet() ? set(mapping.apply(value)) : keep();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Change<?> change && Objects.equals(value, change.value);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(value);
  }

  @Override
  public String toString() {
    return isSet() ? "set" : "keep";
  }
}
