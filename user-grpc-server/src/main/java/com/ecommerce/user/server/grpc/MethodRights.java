package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ReactivateUserRequest;
import com.ecommerce.user.v1.RevokeAllSessionsRequest;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.ecommerce.user.v1.VerifyEmailRequest;
import io.grpc.MethodDescriptor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which {@link Operation} each method is, and whom its request is about. Immutable. */
public final class MethodRights {
  private final Map<String, Right<?>> rights;

  private MethodRights(Map<String, Right<?>> rights) {
    this.rights = rights;
  }

  /**
   * The right that a call of one method needs.
   *
   * @param target the id of the user whom the request is about, as the request spells it
   * @param further what the request wants beyond the method's operation
   */
  public record Right<Q>(
      Operation operation, Function<Q, String> target, Function<Q, Optional<Operation>> further) {
    /**
     * Lets pass who may have the right to some such request.
     *
     * @throws com.ecommerce.user.core.error.UserServiceException with {@code CREDENTIALS_MISSING}
     */
    public void requireKnown(Caller caller) {
      if (caller instanceof Caller.Anonymous) {
        Access.require(caller, operation, Optional.empty());
      }
    }

    /**
     * @throws com.ecommerce.user.core.error.UserServiceException with {@code CREDENTIALS_MISSING}
     *     or {@code ACCESS_DENIED}
     */
    public void require(Caller caller, Q request) {
      var user = parse(target.apply(request));
      Access.require(caller, operation, user);
      further.apply(request).ifPresent(more -> Access.requireAlso(caller, more, user));
    }

    /** A malformed id is nobody's own; who may name anyone learns later that it is malformed. */
    private static Optional<UserId> parse(String id) {
      try {
        return id.isEmpty() ? Optional.empty() : Optional.of(UserId.parse(id));
      } catch (InvalidValueException malformed) {
        return Optional.empty();
      }
    }
  }

  /** The right of one of the methods that the table was checked for. */
  @SuppressWarnings("unchecked")
  public <Q> Right<Q> of(MethodDescriptor<Q, ?> method) {
    return (Right<Q>) rights.get(method.getFullMethodName());
  }

  /**
   * @throws IllegalStateException when a method has no right: none is open by oversight
   */
  public void requireComplete(Collection<? extends MethodDescriptor<?, ?>> methods) {
    methods.forEach(
        method -> {
          if (!rights.containsKey(method.getFullMethodName())) {
            throw new IllegalStateException(method.getFullMethodName() + " has no right");
          }
        });
  }

  /** The table. */
  public static MethodRights table() {
    var table = new Table();
    users(table);
    addressesAndPreferences(table);
    sessions(table);
    return new MethodRights(Map.copyOf(table.rights));
  }

  private static void users(Table table) {
    table.general(UserServiceGrpc.getHealthCheckMethod(), Operation.CHECK_HEALTH);
    table.general(
        UserServiceGrpc.getCreateUserMethod(), Operation.CREATE_USER, MethodRights::namedRoles);
    table.general(UserServiceGrpc.getConfirmEmailVerificationMethod(), Operation.CONFIRM_EMAIL);
    table.general(
        UserServiceGrpc.getRequestPasswordResetMethod(), Operation.REQUEST_PASSWORD_RESET);
    table.general(UserServiceGrpc.getResetPasswordMethod(), Operation.RESET_PASSWORD);
    table.general(UserServiceGrpc.getGetUserByEmailMethod(), Operation.FIND_USER_BY_EMAIL);
    table.general(UserServiceGrpc.getListUsersMethod(), Operation.LIST_USERS);
    table.general(UserServiceGrpc.getSearchUsersMethod(), Operation.SEARCH_USERS);
    table.of(UserServiceGrpc.getGetUserMethod(), Operation.READ_USER, GetUserRequest::getUserId);
    table.of(
        UserServiceGrpc.getUpdateUserMethod(),
        Operation.UPDATE_USER,
        UpdateUserRequest::getUserId,
        MethodRights::rolesOrStatus);
    table.of(
        UserServiceGrpc.getUpdateUserProfileMethod(),
        Operation.UPDATE_PROFILE,
        UpdateUserProfileRequest::getUserId);
    table.of(
        UserServiceGrpc.getDeleteUserMethod(), Operation.DELETE_USER, DeleteUserRequest::getUserId);
    table.of(
        UserServiceGrpc.getDeactivateUserMethod(),
        Operation.DEACTIVATE_USER,
        DeactivateUserRequest::getUserId);
    table.of(
        UserServiceGrpc.getReactivateUserMethod(),
        Operation.REACTIVATE_USER,
        ReactivateUserRequest::getUserId);
    table.of(
        UserServiceGrpc.getVerifyEmailMethod(),
        Operation.VERIFY_EMAIL,
        VerifyEmailRequest::getUserId);
    table.of(
        UserServiceGrpc.getChangePasswordMethod(),
        Operation.CHANGE_PASSWORD,
        ChangePasswordRequest::getUserId);
  }

  private static Optional<Operation> namedRoles(CreateUserRequest request) {
    boolean plain =
        request.getRolesList().stream().allMatch(role -> role == UserRole.USER_ROLE_CUSTOMER);
    return plain ? Optional.empty() : Optional.of(Operation.CREATE_USER_WITH_ROLES);
  }

  /** Named in the mask; without a mask, present. */
  private static Optional<Operation> rolesOrStatus(UpdateUserRequest request) {
    var user = request.getUser();
    boolean present =
        user.getRolesCount() > 0 || user.getStatus() != UserStatus.USER_STATUS_UNSPECIFIED;
    boolean named =
        request.getUpdateMask().getPathsList().stream()
            .anyMatch(path -> path.equals("roles") || path.equals("status"));
    boolean masked = request.getUpdateMask().getPathsCount() > 0;
    return named || (!masked && present)
        ? Optional.of(Operation.UPDATE_ROLES_AND_STATUS)
        : Optional.empty();
  }

  private static void addressesAndPreferences(Table table) {
    table.of(
        UserServiceGrpc.getListUserAddressesMethod(),
        Operation.READ_ADDRESSES,
        ListUserAddressesRequest::getUserId);
    table.of(
        UserServiceGrpc.getAddUserAddressMethod(),
        Operation.CHANGE_ADDRESSES,
        AddUserAddressRequest::getUserId);
    table.of(
        UserServiceGrpc.getUpdateUserAddressMethod(),
        Operation.CHANGE_ADDRESSES,
        UpdateUserAddressRequest::getUserId);
    table.of(
        UserServiceGrpc.getDeleteUserAddressMethod(),
        Operation.CHANGE_ADDRESSES,
        DeleteUserAddressRequest::getUserId);
    table.of(
        UserServiceGrpc.getSetDefaultAddressMethod(),
        Operation.CHANGE_ADDRESSES,
        SetDefaultAddressRequest::getUserId);
    table.of(
        UserServiceGrpc.getGetUserPreferencesMethod(),
        Operation.READ_PREFERENCES,
        GetUserPreferencesRequest::getUserId);
    table.of(
        UserServiceGrpc.getUpdateUserPreferencesMethod(),
        Operation.CHANGE_PREFERENCES,
        UpdateUserPreferencesRequest::getUserId);
  }

  private static void sessions(Table table) {
    table.general(AuthServiceGrpc.getLoginMethod(), Operation.LOG_IN);
    table.general(AuthServiceGrpc.getRefreshTokenMethod(), Operation.REFRESH_TOKEN);
    table.general(AuthServiceGrpc.getLogoutMethod(), Operation.LOG_OUT);
    table.general(AuthServiceGrpc.getReauthenticateMethod(), Operation.REAUTHENTICATE);
    table.general(AuthServiceGrpc.getValidateTokenMethod(), Operation.VALIDATE_TOKEN);
    table.general(AuthServiceGrpc.getIssueServiceTokenMethod(), Operation.ISSUE_SERVICE_TOKEN);
    table.of(
        AuthServiceGrpc.getListSessionsMethod(),
        Operation.LIST_SESSIONS,
        ListSessionsRequest::getUserId);
    table.of(
        AuthServiceGrpc.getRevokeSessionMethod(),
        Operation.REVOKE_SESSION,
        RevokeSessionRequest::getUserId);
    table.of(
        AuthServiceGrpc.getRevokeAllSessionsMethod(),
        Operation.REVOKE_ALL_SESSIONS,
        RevokeAllSessionsRequest::getUserId);
  }

  /** Not thread-safe. */
  private static final class Table {
    private final Map<String, Right<?>> rights = new LinkedHashMap<>();

    /** About nobody in particular. */
    <Q> void general(MethodDescriptor<Q, ?> method, Operation operation) {
      of(method, operation, request -> "");
    }

    <Q> void general(
        MethodDescriptor<Q, ?> method,
        Operation operation,
        Function<Q, Optional<Operation>> further) {
      of(method, operation, request -> "", further);
    }

    <Q> void of(MethodDescriptor<Q, ?> method, Operation operation, Function<Q, String> target) {
      of(method, operation, target, request -> Optional.empty());
    }

    <Q> void of(
        MethodDescriptor<Q, ?> method,
        Operation operation,
        Function<Q, String> target,
        Function<Q, Optional<Operation>> further) {
      rights.put(method.getFullMethodName(), new Right<>(operation, target, further));
    }
  }
}
