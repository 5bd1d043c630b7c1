package com.ecommerce.user.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MethodLimitsTest {
  @Test
  void entries_areRatesOrNone() {
    assertEquals(
        Map.of(
            Operation.LOGIN, Optional.of(Rate.perSecond(10, 50)),
            Operation.CREATE_USER, Optional.empty(),
            Operation.VERIFY_EMAIL, Optional.empty(),
            Operation.GET_USER_BY_EMAIL, Optional.of(Rate.parse("5/m:10"))),
        MethodLimits.parse("Login=10/s:50, CreateUser = none,VerifyEmail=0,GetUserByEmail=5/m")
            .chosen());
  }

  @Test
  void presets_followWhatCanBeHashed() {
    var presets = MethodLimits.presets(8.1);
    assertEquals(Rate.parse("9/s:90"), presets.get(Operation.LOGIN));
    assertEquals(Rate.parse("9/s:90"), presets.get(Operation.CREATE_USER));
    assertEquals(Rate.parse("50/s:500"), presets.get(Operation.SEARCH_USERS));
    assertEquals(null, presets.get(Operation.GET_USER));
    assertEquals(Rate.parse("1/s:10"), MethodLimits.presets(0.1).get(Operation.LOGIN));
    var most = MethodLimits.presets(1e9).get(Operation.LOGIN);
    assertEquals(Rate.perSecond(Rate.MAX_CALLS, Rate.MAX_BURST), most);
    assertEquals(most, most.times(10));
  }

  @Test
  void whatWasChosen_takesThePlaceOfThePreset() {
    var limits = MethodLimits.parse("Login=1/s,CreateUser=none");
    assertTrue(limits.isChosen(Operation.LOGIN));
    assertTrue(limits.isChosen(Operation.CREATE_USER));
    assertFalse(limits.isChosen(Operation.SEARCH_USERS));
  }

  @Test
  void noneAlone_isNoneForAll() {
    assertEquals(MethodLimits.NONE, MethodLimits.parse("none"));
    assertEquals(MethodLimits.NONE, MethodLimits.parse(" 0 "));
    for (Operation method : MethodLimits.presets(1).keySet()) {
      assertTrue(MethodLimits.NONE.isChosen(method));
      assertEquals(Optional.empty(), MethodLimits.NONE.chosen(method));
    }
  }

  @Test
  void badEntries_areAllTold() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    MethodLimits.parse(
                        "Login=fast,Fly=1/s,login=1/s,CreateUser,GetUser=1/s,GetUser=2/s,,"
                            + "SearchUsers=100001/s,VerifyEmail=1/s:0,ListUsers=1/h"))
            .getMessage();
    for (String part :
        new String[] {
          "Login=fast (expected:",
          "Fly (expected: the name of a method",
          "login (expected: the name of a method",
          "CreateUser (expected: entries such as",
          "GetUser twice",
          "an empty entry",
          "SearchUsers=100001/s (expected:",
          "VerifyEmail=1/s:0 (expected:",
          "ListUsers=1/h (expected:"
        }) {
      assertTrue(message.contains(part), part + " in " + message);
    }
  }
}
