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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AccessTest {
  private static final UserId OWN = new UserId(new UUID(7, 1));
  private static final UserId OTHER = new UserId(new UUID(7, 2));

  /** Operations that users do for their own id. */
  private static final Set<Operation> FOR_OWNERS =
      EnumSet.of(
          Operation.UPDATE_USER,
          Operation.UPDATE_USER_PROFILE,
          Operation.ADD_USER_ADDRESS,
          Operation.UPDATE_USER_ADDRESS,
          Operation.DELETE_USER_ADDRESS,
          Operation.SET_DEFAULT_ADDRESS,
          Operation.UPDATE_USER_PREFERENCES,
          Operation.VERIFY_EMAIL,
          Operation.CHANGE_PASSWORD,
          Operation.DEACTIVATE_USER,
          Operation.DELETE_USER,
          Operation.CHANGE_EMAIL,
          Operation.LIST_SESSIONS,
          Operation.REVOKE_SESSION,
          Operation.REVOKE_ALL_SESSIONS,
          Operation.EXPORT_USER,
          Operation.LIST_EVENTS);

  /** Operations that users do for their own id, and support for every id. */
  private static final Set<Operation> READS_FOR_OWNERS_AND_SUPPORT =
      EnumSet.of(Operation.GET_USER, Operation.LIST_USER_ADDRESSES, Operation.GET_USER_PREFERENCES);

  /** Operations that support does. */
  private static final Set<Operation> READS_FOR_SUPPORT =
      EnumSet.of(
          Operation.GET_USER_BY_EMAIL,
          Operation.LIST_USERS,
          Operation.SEARCH_USERS,
          Operation.BATCH_GET_USERS);

  /** Operations that only admins and services do. */
  private static final Set<Operation> FOR_ADMINS =
      EnumSet.of(
          Operation.IMPORT_USERS,
          Operation.EXPORT_USERS,
          Operation.WATCH_EVENTS,
          Operation.REACTIVATE_USER,
          Operation.CREATE_USER_WITH_ROLES,
          Operation.UPDATE_ROLES_AND_STATUS,
          Operation.CREATE_WEBHOOK_ENDPOINT,
          Operation.GET_WEBHOOK_ENDPOINT,
          Operation.LIST_WEBHOOK_ENDPOINTS,
          Operation.UPDATE_WEBHOOK_ENDPOINT,
          Operation.DELETE_WEBHOOK_ENDPOINT,
          Operation.ROTATE_WEBHOOK_SECRET,
          Operation.PAUSE_WEBHOOK_ENDPOINT,
          Operation.RESUME_WEBHOOK_ENDPOINT,
          Operation.REDELIVER_WEBHOOK_EVENTS,
          Operation.LIST_WEBHOOK_DELIVERIES,
          Operation.MANAGE_SERVICE_CLIENTS);

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

  static Stream<Operation> ofOwners() {
    return Stream.of(FOR_OWNERS, READS_FOR_OWNERS_AND_SUPPORT).flatMap(Set::stream);
  }

  @ParameterizedTest
  @MethodSource("ofOwners")
  void require_letsUsersDoThisForTheirOwnIdOnly(Operation operation) {
    assertDoesNotThrow(() -> Access.require(user(Role.CUSTOMER), operation, Optional.of(OWN)));
    assertEquals(
        ErrorReason.ACCESS_DENIED,
        refusal(user(Role.CUSTOMER, Role.SELLER), operation, Optional.of(OTHER)));
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.CUSTOMER), operation, Optional.empty()));
  }

  static Stream<Operation> ofSupport() {
    return Stream.of(READS_FOR_OWNERS_AND_SUPPORT, READS_FOR_SUPPORT).flatMap(Set::stream);
  }

  @ParameterizedTest
  @MethodSource("ofSupport")
  void require_letsSupportReadEverybody(Operation operation) {
    assertDoesNotThrow(() -> Access.require(user(Role.SUPPORT), operation, Optional.of(OTHER)));
  }

  static Stream<Operation> notOfSupport() {
    return Stream.of(FOR_OWNERS, FOR_ADMINS).flatMap(Set::stream);
  }

  @ParameterizedTest
  @MethodSource("notOfSupport")
  void require_letsSupportChangeNobodyElse(Operation operation) {
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.SUPPORT), operation, Optional.of(OTHER)));
  }

  static Stream<Operation> notOfOwners() {
    return Stream.of(READS_FOR_SUPPORT, FOR_ADMINS).flatMap(Set::stream);
  }

  @ParameterizedTest
  @MethodSource("notOfOwners")
  void require_refusesUsersThisForTheirOwnIdToo(Operation operation) {
    assertEquals(
        ErrorReason.ACCESS_DENIED, refusal(user(Role.CUSTOMER), operation, Optional.of(OWN)));
  }

  @Test
  void groups_haveEveryOperationThatNotAnyoneMayDo() {
    var inGroups = EnumSet.copyOf(FOR_OWNERS);
    inGroups.addAll(READS_FOR_OWNERS_AND_SUPPORT);
    inGroups.addAll(READS_FOR_SUPPORT);
    inGroups.addAll(FOR_ADMINS);
    // Needs a session, and has no target.
    inGroups.add(Operation.REAUTHENTICATE);

    assertEquals(
        inGroups,
        Arrays.stream(Operation.values())
            .filter(operation -> operation.who() != Operation.Who.ANYONE)
            .collect(Collectors.toSet()));
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
