package com.ecommerce.user.server.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests every method with every kind of caller, for existing and missing users, and for none. */
class MethodRightsGrpcTest extends RightsGrpcTesting {
  /**
   * The methods that are not called for the user of the test, who would be closed or deleted by
   * them; see {@link RightsGrpcTest#ownUser_mayCloseAndDeleteTheOwnAccount}.
   */
  private static final Set<String> ENDING =
      Set.of("DeleteUser", "DeactivateUser", "RevokeAllSessions");

  /** The callers that may call each method, defined independently of the code that enforces it. */
  private enum Rule {
    /** All callers. The requests contain credentials, so that an invalid token does not matter. */
    ANYONE_WITH_OWN_PROOF("Login", "RefreshToken", "Logout", "ValidateToken", "IssueServiceToken"),
    /** All callers, whose credentials are ignored. */
    EVERYONE("HealthCheck"),
    ANYONE("CreateUser", "ConfirmEmailVerification", "RequestPasswordReset", "ResetPassword"),
    SIGNED_IN("Reauthenticate"),
    OWN(
        "UpdateUser",
        "UpdateUserProfile",
        "DeactivateUser",
        "DeleteUser",
        "VerifyEmail",
        "ChangePassword",
        "AddUserAddress",
        "UpdateUserAddress",
        "DeleteUserAddress",
        "SetDefaultAddress",
        "UpdateUserPreferences",
        "ListSessions",
        "RevokeSession",
        "RevokeAllSessions",
        "ExportUser",
        "ListEvents"),
    OWN_OR_SUPPORT("GetUser", "ListUserAddresses", "GetUserPreferences"),
    SUPPORT("GetUserByEmail", "ListUsers", "SearchUsers", "BatchGetUsers"),
    ADMIN(
        "ReactivateUser",
        "ImportUsers",
        "ExportUsers",
        "WatchEvents",
        "CreateWebhookEndpoint",
        "GetWebhookEndpoint",
        "ListWebhookEndpoints",
        "UpdateWebhookEndpoint",
        "DeleteWebhookEndpoint",
        "RotateWebhookSecret",
        "PauseWebhookEndpoint",
        "ResumeWebhookEndpoint",
        "RedeliverWebhookEvents",
        "ListWebhookDeliveries");

    private final List<String> methods;

    Rule(String... methods) {
      this.methods = List.of(methods);
    }

    static Rule of(String method) {
      return Arrays.stream(values())
          .filter(rule -> rule.methods.contains(method))
          .findFirst()
          .orElseThrow();
    }

    /** Returns the code with which the caller is refused, or OK if the caller has the right. */
    Status.Code refusal(Who who) {
      if (this == ANYONE_WITH_OWN_PROOF || this == EVERYONE) {
        return Status.Code.OK;
      }
      return switch (who) {
        case ENDED_SESSION, EXPIRED, FOREIGN -> Status.Code.UNAUTHENTICATED;
        case ANONYMOUS -> this == ANYONE ? Status.Code.OK : Status.Code.UNAUTHENTICATED;
        case OWN_USER ->
            allowedIf(this == ANYONE || this == SIGNED_IN || this == OWN || this == OWN_OR_SUPPORT);
        case OTHER_USER -> allowedIf(this == ANYONE || this == SIGNED_IN);
        case SUPPORT ->
            allowedIf(
                this == ANYONE || this == SIGNED_IN || this == OWN_OR_SUPPORT || this == SUPPORT);
        case ADMIN, SERVICE -> Status.Code.OK;
      };
    }

    private static Status.Code allowedIf(boolean allowed) {
      return allowed ? Status.Code.OK : Status.Code.PERMISSION_DENIED;
    }
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(
            UserServiceGrpc.getServiceDescriptor(),
            AuthServiceGrpc.getServiceDescriptor(),
            UserAdminServiceGrpc.getServiceDescriptor(),
            UserEventServiceGrpc.getServiceDescriptor())
        .flatMap(described -> described.getMethods().stream());
  }

  /**
   * Returns a request that is malformed except for the user's id, so that a call with the right
   * fails because of its form.
   */
  private static Message request(MethodDescriptor<?, ?> method, String userId) {
    var type =
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .getMethodDescriptor()
            .getInputType();
    var request = DynamicMessage.newBuilder(type);
    type.getFields().stream()
        .filter(field -> field.getName().equals("user_id"))
        .forEach(field -> request.setField(field, userId));
    type.getFields().stream()
        .filter(field -> field.getName().equals("position"))
        .forEach(field -> request.setField(field, "malformed"));
    return request.build();
  }

  @SuppressWarnings("unchecked")
  private StatusRuntimeException call(Who who, MethodDescriptor<?, ?> method, Message request)
      throws Exception {
    var typed = (MethodDescriptor<Object, Object>) method;
    Object message =
        ((MethodDescriptor<Object, Object>) method).parseRequest(request.toByteString().newInput());
    try {
      ClientCalls.blockingUnaryCall(users(who).getChannel(), typed, CallOptions.DEFAULT, message);
      return null;
    } catch (StatusRuntimeException failed) {
      return failed;
    }
  }

  @Test
  void rules_areOfEveryMethod() {
    var named =
        Arrays.stream(Rule.values()).flatMap(rule -> rule.methods.stream()).sorted().toList();
    var existing = methods().map(MethodDescriptor::getBareMethodName).sorted().toList();

    assertEquals(existing, named);
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void everyMethod_refusesWhoMayNot(Who who) throws Exception {
    for (var method : methods().toList()) {
      var refusal = Rule.of(method.getBareMethodName()).refusal(who);
      if (refusal == Status.Code.OK) {
        continue;
      }
      for (String id : List.of(target, NOBODY, "malformed", "")) {
        boolean own = id.equals(target);
        var expected = who == Who.OWN_USER && !own ? Status.Code.PERMISSION_DENIED : refusal;
        var failure = Failure.of(call(who, method, request(method, id)));
        assertEquals(expected, failure.code(), who + " " + method.getBareMethodName() + " " + id);
        assertTrue(failure.violations().isEmpty() && failure.resource().isEmpty());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Who.class)
  void everyMethod_letsWhoMayGetFurther(Who who) throws Exception {
    for (var method : methods().toList()) {
      String name = method.getBareMethodName();
      boolean mayDoItToAnyone = who != Who.OWN_USER;
      if (Rule.of(name).refusal(who) != Status.Code.OK
          || (ENDING.contains(name) && !mayDoItToAnyone)) {
        continue;
      }
      var failed = call(who, method, request(method, ENDING.contains(name) ? NOBODY : target));
      var code = failed == null ? Status.Code.OK : failed.getStatus().getCode();
      // Only a user has a session to log out of.
      boolean noSession = name.equals("Logout") && code == Status.Code.UNAUTHENTICATED;
      boolean passed = code != Status.Code.PERMISSION_DENIED && code != Status.Code.UNAUTHENTICATED;
      assertTrue(passed || noSession, who + " " + name + " " + code);
      if (name.equals("Logout") && passed) {
        signInAgain(who);
      }
    }
  }

  private void signInAgain(Who who) {
    var user = ids.get(who);
    tokens.put(
        who,
        service.core().sessions().signIn(RequestContext.system(), user, "").tokens().accessToken());
  }

  @Test
  void missingRight_stopsTheServerFromStarting() {
    var unknown =
        UserServiceGrpc.getGetUserMethod().toBuilder()
            .setFullMethodName("user.v1.UserService/Unheard")
            .build();

    assertThrows(IllegalStateException.class, () -> new MethodRights(List.of(unknown)));
  }
}
