package com.ecommerce.user.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.credential.PasswordPolicy.Person;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.error.Violations;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {
  private static final Person ADA =
      new Person("ada.lovelace@example.com", "Augusta-Ada", "Lovelace", "Countess A");

  private final PasswordPolicy policy = new PasswordPolicy();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery",
        "xkwq vzpt",
        "ñandú ñandú",
        "🐎🔋🐎🔋🐎🔋🐎🔋",
        "Lovelace 1815"
      })
  void check_acceptsUncommonOnes(String password) {
    assertEquals(List.of(), rulesBrokenBy(password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"info@münchen.example", "Info@MÜNCHEN.example", "info@xn--mnchen-3ya.example"})
  void check_rejectsTheEmailInAnySpelling(String password) {
    var person = new Person("info@xn--mnchen-3ya.example", "", "", "");
    var violations = new Violations();

    policy.check(violations, "password", Password.parse(password), person);

    var broken = assertThrows(UserServiceException.class, violations::throwIfAny).violations();
    assertEquals(List.of("PERSONAL_PASSWORD"), broken.stream().map(Violation::rule).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"password", "PASSWORD", "Password1", "qwertyuiop", "iloveyou1", "baseball"})
  void check_rejectsCommonOnesInAnyCase(String password) {
    assertEquals(List.of("COMMON_PASSWORD"), rulesBrokenBy(password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada.lovelace@example.com",
        "Ada Lovelace",
        "ada_lovelace",
        "LOVELACE",
        "augustaada",
        "Augusta Ada Lovelace",
        "lovelace.augusta-ada",
        "countess a"
      })
  void check_rejectsTheEmailAndTheName(String password) {
    assertEquals(List.of("PERSONAL_PASSWORD"), rulesBrokenBy(password));
  }

  @Test
  void check_takesNoPunctuationForAnEmptyName() {
    var violations = new Violations();

    policy.check(
        violations,
        "password",
        Password.parse("-._ -._ -._"),
        new Person("ada@example.com", "", "", "Ada"));

    assertTrue(violations.isEmpty());
  }

  @Test
  void checkChange_wantsAnotherPassword() {
    var violations = new Violations();
    var same = Password.parse("xkwq-vzpt-1");

    policy.checkChange(
        violations, "new_password", same, Password.parse("xkwq-vzpt-1"), Person.unknown());

    var broken = assertThrows(UserServiceException.class, violations::throwIfAny).violations();
    assertEquals(List.of("SAME_PASSWORD"), broken.stream().map(Violation::rule).toList());
  }

  @Test
  void check_countsCodePoints() {
    assertEquals(List.of("TOO_SHORT"), rulesBrokenBy("🐎🔋🐎🔋🐎🔋🐎"));
  }

  @Test
  void check_namesEveryBrokenRule() {
    var dragon = new Person("dragon@example.com", "", "", "");
    var violations = new Violations();

    policy.check(violations, "password", Password.parse("dragon"), dragon);

    assertEquals(
        List.of("TOO_SHORT", "COMMON_PASSWORD", "PERSONAL_PASSWORD"),
        assertThrows(UserServiceException.class, violations::throwIfAny).violations().stream()
            .peek(violation -> assertFalse(violation.message().contains("dragon")))
            .map(Violation::rule)
            .toList());
  }

  private List<String> rulesBrokenBy(String password) {
    var violations = new Violations();
    policy.check(violations, "password", Password.parse(password), ADA);
    return violations.isEmpty()
        ? List.of()
        : assertThrows(UserServiceException.class, violations::throwIfAny).violations().stream()
            .map(Violation::rule)
            .toList();
  }
}
