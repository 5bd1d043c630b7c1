package com.ecommerce.user.core.error;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViolationsTest {
  private final Violations violations = new Violations();

  @Test
  void parse_givesTheValueAndNotesNothing() {
    assertEquals("Ada", violations.parse("name", " Ada ", TextRule.NAME::parse));
    assertTrue(violations.isEmpty());
    assertDoesNotThrow(violations::throwIfAny);
  }

  @Test
  void throwIfAny_namesEveryBrokenRuleInOrder() {
    assertNull(violations.parse("email", "ada", Email::parse));
    assertNull(violations.parse("user_id", "", UserId::parse));
    violations.add("password", "TOO_SHORT", "too short");

    var failure = assertThrows(UserServiceException.class, violations::throwIfAny);

    assertEquals(ErrorReason.INVALID_REQUEST, failure.reason());
    assertEquals(
        List.of("email INVALID_EMAIL", "user_id REQUIRED", "password TOO_SHORT"),
        failure.violations().stream().map(broken -> broken.field() + " " + broken.rule()).toList());
    assertTrue(failure.getMessage().endsWith("(and 2 more)"));
  }

  @Test
  void parse_letsDefectsThrough() {
    assertThrows(
        IllegalStateException.class,
        () ->
            violations.parse(
                "field",
                "text",
                text -> {
                  throw new IllegalStateException("a defect of the parser");
                }));
  }
}
