package com.ecommerce.user.core.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MethodLimitsTest {
  @Test
  void entries_areRatesOrNone() {
    assertEquals(
        Map.of(
            LimitedMethod.LOGIN, Optional.of(Rate.perSecond(10, 50)),
            LimitedMethod.CREATE_USER, Optional.empty(),
            LimitedMethod.VERIFY_EMAIL, Optional.empty(),
            LimitedMethod.GET_USER_BY_EMAIL, Optional.of(Rate.parse("5/m:10"))),
        MethodLimits.parse("Login=10/s:50, CreateUser = none,VerifyEmail=0,GetUserByEmail=5/m")
            .chosen());
  }

  @Test
  void presets_holdWhereNothingWasChosen() {
    var limits = MethodLimits.parse("Login=1/s,CreateUser=none");
    assertEquals(Optional.empty(), limits.preset(LimitedMethod.LOGIN));
    assertEquals(Optional.empty(), limits.preset(LimitedMethod.CREATE_USER));
    assertEquals(Optional.of(Rate.parse("50/s:500")), limits.preset(LimitedMethod.SEARCH_USERS));
    assertEquals(Optional.empty(), limits.preset(LimitedMethod.GET_USER));
  }

  @Test
  void noneAlone_isNoneForAll() {
    assertEquals(MethodLimits.NONE, MethodLimits.parse("none"));
    assertEquals(MethodLimits.NONE, MethodLimits.parse(" 0 "));
    for (LimitedMethod method : LimitedMethod.values()) {
      assertEquals(Optional.empty(), MethodLimits.NONE.preset(method));
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
