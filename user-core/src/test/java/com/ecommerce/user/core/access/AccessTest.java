package com.ecommerce.user.core.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessTest {
  private static final UserId OWN = new UserId(new UUID(7, 1));
  private static final UserId OTHER = new UserId(new UUID(7, 2));

  private static Caller user(Role... roles) {
    return new Caller.User(OWN, Set.of(roles), new SessionId(new UUID(7, 3)));
  }

  private static ErrorReason refusal(Caller caller, Operation operation, Optional<UserId> target) {
    return assertThrows(UserServiceException.class, () -> Access.require(caller, operation, target))
        .reason();
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void require_letsAdminsAndServicesDoEverything(Operation operation) {
    assertDoesNotThrow(
        () -> {
          Access.require(user(Role.ADMIN), operation, Optional.of(OTHER));
          Access.require(user(Role.ADMIN), operation, Optional.empty());
          Access.require(new Caller.Service("orders"), operation, Optional.of(OTHER));
        });
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void require_asksAnonymousCallersForCredentialsUnlessAnyoneMay(Operation operation) {
    if (operation.who() == Operation.Who.ANYONE) {
      assertDoesNotThrow(() -> Access.require(Caller.ANONYMOUS, operation, Optional.of(OTHER)));
    } else {
      assertEquals(
          ErrorReason.CREDENTIALS_MISSING,
          refusal(Caller.ANONYMOUS, operation, Optional.of(OTHER)));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "UPDATE_USER",
        "UPDATE_USER_PROFILE",
        "ADD_USER_ADDRESS",
        "UPDATE_USER_ADDRESS",
        "DELETE_USER_ADDRESS",
        "SET_DEFAULT_ADDRESS",
        "UPDATE_USER_PREFERENCES",
        "VERIFY_EMAIL",
        "CHANGE_PASSWORD",
        "DEACTIVATE_USER",
        "DELETE_USER",
        "CHANGE_EMAIL",
        "LIST_SESSIONS",
        "REVOKE_SESSION",
        "REVOKE_ALL_SESSIONS",
        "EXPORT_USER",
        "LIST_EVENTS",
        "GET_USER",
        "LIST_USER_ADDRESSES",
        "GET_USER_PREFERENCES"
      })
  void require_letsUsersDoThisForTheirOwnIdOnly(Operation operation) {
    assertDoesNotThrow(() -> Access.require(user(Role.CUSTOMER), operation, Optional.of(OWN)));
    assertEquals(
        ErrorReason.ACCESS_DENIED,
        refusal(user(Role.CUSTOMER, Role.SELLER), operation, Optional.of(OTHER)));
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.CUSTOMER), operation, Optional.empty()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "GET_USER",
        "LIST_USER_ADDRESSES",
        "GET_USER_PREFERENCES",
        "GET_USER_BY_EMAIL",
        "LIST_USERS",
        "SEARCH_USERS",
        "BATCH_GET_USERS"
      })
  void require_letsSupportReadEverybody(Operation operation) {
    assertDoesNotThrow(() -> Access.require(user(Role.SUPPORT), operation, Optional.of(OTHER)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "UPDATE_USER",
        "UPDATE_USER_PROFILE",
        "ADD_USER_ADDRESS",
        "UPDATE_USER_ADDRESS",
        "DELETE_USER_ADDRESS",
        "SET_DEFAULT_ADDRESS",
        "UPDATE_USER_PREFERENCES",
        "VERIFY_EMAIL",
        "CHANGE_PASSWORD",
        "DEACTIVATE_USER",
        "DELETE_USER",
        "CHANGE_EMAIL",
        "LIST_SESSIONS",
        "REVOKE_SESSION",
        "REVOKE_ALL_SESSIONS",
        "EXPORT_USER",
        "IMPORT_USERS",
        "EXPORT_USERS",
        "LIST_EVENTS",
        "WATCH_EVENTS",
        "REACTIVATE_USER",
        "CREATE_USER_WITH_ROLES",
        "UPDATE_ROLES_AND_STATUS",
        "CREATE_WEBHOOK_ENDPOINT",
        "GET_WEBHOOK_ENDPOINT",
        "LIST_WEBHOOK_ENDPOINTS",
        "UPDATE_WEBHOOK_ENDPOINT",
        "DELETE_WEBHOOK_ENDPOINT",
        "ROTATE_WEBHOOK_SECRET",
        "PAUSE_WEBHOOK_ENDPOINT",
        "RESUME_WEBHOOK_ENDPOINT",
        "REDELIVER_WEBHOOK_EVENTS",
        "LIST_WEBHOOK_DELIVERIES",
        "MANAGE_SERVICE_CLIENTS"
      })
  void require_letsSupportChangeNobodyElse(Operation operation) {
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.SUPPORT), operation, Optional.of(OTHER)));
  }

  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "GET_USER_BY_EMAIL",
        "LIST_USERS",
        "SEARCH_USERS",
        "BATCH_GET_USERS",
        "REACTIVATE_USER",
        "CREATE_USER_WITH_ROLES",
        "UPDATE_ROLES_AND_STATUS",
        "CREATE_WEBHOOK_ENDPOINT",
        "GET_WEBHOOK_ENDPOINT",
        "LIST_WEBHOOK_ENDPOINTS",
        "UPDATE_WEBHOOK_ENDPOINT",
        "DELETE_WEBHOOK_ENDPOINT",
        "ROTATE_WEBHOOK_SECRET",
        "PAUSE_WEBHOOK_ENDPOINT",
        "RESUME_WEBHOOK_ENDPOINT",
        "REDELIVER_WEBHOOK_EVENTS",
        "LIST_WEBHOOK_DELIVERIES",
        "MANAGE_SERVICE_CLIENTS"
      })
  void require_refusesUsersThisForTheirOwnIdToo(Operation operation) {
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.CUSTOMER), operation, Optional.of(OWN)));
  }

  @Test
  void requireAlso_deniesAnonymousCallers() {
    var denied =
        assertThrows(
            UserServiceException.class,
            () ->
                Access.requireAlso(
                    Caller.ANONYMOUS, Operation.CREATE_USER_WITH_ROLES, Optional.empty()));

    assertEquals(ErrorReason.ACCESS_DENIED, denied.reason());
  }

  @Test
  void reauthentication_isForWhoeverHasASession() {
    assertDoesNotThrow(
        () -> Access.require(user(Role.CUSTOMER), Operation.REAUTHENTICATE, Optional.empty()));
  }

  @Test
  void recentProof_isNeededForWhatTakesAnAccountOver() {
    assertEquals(
        EnumSet.of(Operation.CHANGE_EMAIL, Operation.DELETE_USER, Operation.REVOKE_ALL_SESSIONS),
        Arrays.stream(Operation.values())
            .filter(Operation::needsRecentProof)
            .collect(Collectors.toSet()));
  }
}
