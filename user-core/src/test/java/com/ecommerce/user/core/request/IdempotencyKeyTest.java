package com.ecommerce.user.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.error.InvalidValueException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "tab\t", "é", "line\n"})
  void invalidKey_isRefused(String text) {
    assertThrows(InvalidValueException.class, () -> IdempotencyKey.of(text, "Method", new byte[0]));
  }

  @Test
  void longestKey_isAccepted() {
    assertEquals(255, IdempotencyKey.of("x".repeat(255), "Method", new byte[0]).text().length());
    assertThrows(
        InvalidValueException.class,
        () -> IdempotencyKey.of("x".repeat(256), "Method", new byte[0]));
  }
}
