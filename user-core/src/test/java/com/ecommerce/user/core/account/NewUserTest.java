package com.ecommerce.user.core.account;

import static com.ecommerce.user.core.testing.Refusals.violationsOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.testing.Refusals;
import com.ecommerce.user.core.testing.TestUsers;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewUserTest {
  private static NewUser.Builder valid() {
    return NewUser.builder().email("ada@example.com").password(TestUsers.PASSWORD);
  }

  @Test
  void build_normalisesWhatWasEntered() {
    NewUser ada =
        valid()
            .email(" Ada@Straße.Example ")
            .firstName(" Ada ")
            .lastName("Lovela\u0063\u0327e")
            .displayName("\tThe Countess ")
            .phone(PhoneNumber.parse("+44 20 7946 0958"))
            .roles(Set.of(Role.SELLER))
            .build();

    assertEquals("ada@xn--strae-oqa.example", ada.email().address());
    assertEquals("Ada", ada.firstName());
    assertEquals("Lovela\u00E7e", ada.lastName());
    assertEquals("The Countess", ada.displayName());
    assertEquals("+442079460958", ada.phone().orElseThrow().e164());
    assertEquals(Set.of(Role.SELLER), ada.roles());
  }

  @Test
  void build_needsEmailAndPasswordOnly() {
    NewUser ada = valid().build();

    assertEquals("ada", ada.displayName());
    assertEquals("", ada.firstName() + ada.lastName());
    assertEquals(Optional.empty(), ada.phone());
    assertEquals(Set.of(Role.CUSTOMER), ada.roles());
    assertEquals(
        List.of("email REQUIRED", "password REQUIRED"),
        violationsOf(() -> NewUser.builder().build()));
  }

  @Test
  void build_reportsEveryBrokenRule() {
    for (String bad : Refusals.BAD_LINES) {
      String rule = bad.length() > 150 ? "TOO_LONG" : "INVALID_CHARACTER";

      assertEquals(
          List.of(
              "email INVALID_EMAIL",
              "first_name " + rule,
              "last_name " + rule,
              "display_name " + rule,
              "password COMMON_PASSWORD"),
          violationsOf(
              () ->
                  NewUser.builder()
                      .email("ada")
                      .password("password")
                      .firstName(bad)
                      .lastName(bad)
                      .displayName(bad)
                      .build()));
    }
  }

  @Test
  void build_refusesPasswordThatIsTheEmailOrName() {
    assertEquals(
        List.of("password PERSONAL_PASSWORD"),
        violationsOf(() -> valid().password("ada@example.com").build()));
    assertEquals(
        List.of("password PERSONAL_PASSWORD"),
        violationsOf(() -> valid().password("The Countess").displayName("the countess").build()));
  }

  @Test
  void builder_withViolationsOfARequest_addsItsOwnUnderTheRequestsNames() {
    var violations = new Violations();
    violations.add("user.email", "INVALID_TYPE", "a number");
    var user = NewUser.builder(violations.named("user."::concat)).firstName("\u0000");
    violations.add("other", "REQUIRED", "missing");

    assertEquals(
        List.of(
            "user.email INVALID_TYPE",
            "user.first_name INVALID_CHARACTER",
            "other REQUIRED",
            "user.password REQUIRED"),
        violationsOf(user::build));
  }
}
