package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.call.Call;
import com.ecommerce.user.core.session.SignedIn;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Empty;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every method, called by every kind of caller, for users that exist, that do not, and for none.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsGrpcTest {
  private static final String NOBODY = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  /**
   * Done to the user of the test, they would spoil the rest; see {@link
   * #ownUser_mayCloseAndDeleteTheOwnAccount}.
   */
  private static final Set<String> ENDING =
      Set.of("DeleteUser", "DeactivateUser", "RevokeAllSessions");

  private TestDatabase database;
  private TestService service;
  private String target;
  private final Map<Who, UserId> ids = new EnumMap<>(Who.class);
  private final Map<Who, String> tokens = new EnumMap<>(Who.class);

  private enum Who {
    ANONYMOUS,
    OWN_USER,
    OTHER_USER,
    SUPPORT,
    ADMIN,
    SERVICE,
    ENDED_SESSION
  }

  /** What behaviour.md says of each method, apart from the code that keeps it. */
  private enum Rule {
    /** With credentials in the request, so that bad ones beside it do not matter. */
    ANYONE_WITH_OWN_PROOF("Login", "RefreshToken", "Logout", "ValidateToken", "IssueServiceToken"),
    /** Whose credentials are not looked at. */
    EVERYONE("HealthCheck"),
    ANYONE("CreateUser", "ConfirmEmailVerification", "RequestPasswordReset", "ResetPassword"),
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
        "RevokeAllSessions"),
    OWN_OR_SUPPORT("GetUser", "ListUserAddresses", "GetUserPreferences"),
    SUPPORT("GetUserByEmail", "ListUsers", "SearchUsers"),
    ADMIN("ReactivateUser");

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

    /** The code that refuses the caller, or OK for one who gets further. */
    Status.Code refusal(Who who) {
      if (this == ANYONE_WITH_OWN_PROOF || this == EVERYONE) {
        return Status.Code.OK;
      }
      return switch (who) {
        case ENDED_SESSION -> Status.Code.UNAUTHENTICATED;
        case ANONYMOUS -> this == ANYONE ? Status.Code.OK : Status.Code.UNAUTHENTICATED;
        case OWN_USER -> allowedIf(this == ANYONE || this == OWN || this == OWN_OR_SUPPORT);
        case OTHER_USER -> allowedIf(this == ANYONE);
        case SUPPORT -> allowedIf(this == ANYONE || this == OWN_OR_SUPPORT || this == SUPPORT);
        case ADMIN, SERVICE -> Status.Code.OK;
      };
    }

    private static Status.Code allowedIf(boolean allowed) {
      return allowed ? Status.Code.OK : Status.Code.PERMISSION_DENIED;
    }
  }

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.guardedOn(database);
    user(Who.OWN_USER, Role.CUSTOMER);
    user(Who.OTHER_USER, Role.CUSTOMER, Role.SELLER);
    user(Who.SUPPORT, Role.SUPPORT);
    user(Who.ADMIN, Role.ADMIN);
    target = ids.get(Who.OWN_USER).toString();
    var ended = service.core().sessions().signIn(Call.system(), ids.get(Who.OWN_USER), "");
    tokens.put(Who.ENDED_SESSION, ended.tokens().accessToken());
    service.core().sessions().logout(Call.system(), ended.session().id());
    var clients = service.core().serviceClients();
    var client = clients.create(Call.system(), "orders");
    String id = client.client().id().toString();
    tokens.put(Who.SERVICE, clients.issueToken(Call.system(), id, client.secret()).accessToken());
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private SignedIn signIn(String email, Role... roles) {
    var user =
        service
            .core()
            .users()
            .create(Call.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
    return service.core().sessions().signIn(Call.system(), user.id(), "");
  }

  private void user(Who who, Role... roles) {
    var signedIn = signIn(who.name().toLowerCase(Locale.ROOT) + "@example.com", roles);
    ids.put(who, signedIn.user().id());
    tokens.put(who, signedIn.tokens().accessToken());
  }

  private UserServiceGrpc.UserServiceBlockingStub users(Who who) {
    return who == Who.ANONYMOUS
        ? service.users()
        : TestService.with(tokens.get(who), service.users());
  }

  private static Stream<MethodDescriptor<?, ?>> methods() {
    return Stream.of(UserServiceGrpc.getServiceDescriptor(), AuthServiceGrpc.getServiceDescriptor())
        .flatMap(described -> described.getMethods().stream());
  }

  /** Malformed but for the user's id, so that a call that is let in fails at the form. */
  private static Message request(MethodDescriptor<?, ?> method, String userId) {
    var type =
        ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
            .getMethodDescriptor()
            .getInputType();
    var request = DynamicMessage.newBuilder(type);
    type.getFields().stream()
        .filter(field -> field.getName().equals("user_id"))
        .forEach(field -> request.setField(field, userId));
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
      // Nobody but a user has a session to log out of.
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
        who, service.core().sessions().signIn(Call.system(), user, "").tokens().accessToken());
  }

  @Test
  void ownUser_mayCloseAndDeleteTheOwnAccount() {
    var closes = signIn("closes@example.com", Role.CUSTOMER);
    String closed = closes.user().id().toString();
    var closing = TestService.with(closes.tokens().accessToken(), service.users());
    closing.deactivateUser(DeactivateUserRequest.newBuilder().setUserId(closed).build());
    assertSessionEnded(closing, closed);

    var deletes = signIn("deletes@example.com", Role.CUSTOMER);
    String deleted = deletes.user().id().toString();
    var deleting = TestService.with(deletes.tokens().accessToken(), service.users());
    deleting.deleteUser(DeleteUserRequest.newBuilder().setUserId(deleted).build());
    assertSessionEnded(deleting, deleted);
  }

  private static void assertSessionEnded(UserServiceGrpc.UserServiceBlockingStub stub, String id) {
    assertFails(
        Status.Code.UNAUTHENTICATED,
        "SESSION_ENDED",
        () -> stub.getUser(GetUserRequest.newBuilder().setUserId(id).build()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ANONYMOUS", "OWN_USER", "OTHER_USER", "SUPPORT"})
  void createUser_withRoles_isForAdmins(Who who) {
    for (var role : List.of(UserRole.USER_ROLE_ADMIN, UserRole.USER_ROLE_SELLER)) {
      // The rest is malformed: rights come before form.
      var request =
          CreateUserRequest.newBuilder().addRoles(UserRole.USER_ROLE_CUSTOMER).addRoles(role);
      assertFails(
          Status.Code.PERMISSION_DENIED,
          "ACCESS_DENIED",
          () -> users(who).createUser(request.build()));
    }
    String email = "customer-" + who.name().toLowerCase(Locale.ROOT) + "@example.com";
    var plain = TestService.aRequest(email).addRoles(UserRole.USER_ROLE_CUSTOMER);
    assertEquals(email, users(who).createUser(plain.build()).getUser().getEmail());
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ADMIN", "SERVICE"})
  void createUser_withRoles_byWhoMay(Who who) {
    var request =
        TestService.aRequest("seller-" + who.name().toLowerCase(Locale.ROOT) + "@example.com")
            .addRoles(UserRole.USER_ROLE_SELLER);

    var user = users(who).createUser(request.build()).getUser();

    assertEquals(List.of(UserRole.USER_ROLE_SELLER), user.getRolesList());
  }

  @Test
  void updateUser_ofRolesAndStatus_isForAdmins() {
    var values =
        User.newBuilder()
            .setFirstName("Augusta")
            .setStatus(UserStatus.USER_STATUS_ACTIVE)
            .addRoles(UserRole.USER_ROLE_ADMIN);
    for (var mask :
        List.of(
            FieldMask.newBuilder().addPaths("roles"),
            FieldMask.newBuilder().addPaths("first_name").addPaths("status"),
            FieldMask.newBuilder().addPaths("*").addPaths("roles"),
            FieldMask.newBuilder())) {
      var request =
          UpdateUserRequest.newBuilder().setUserId(target).setUser(values).setUpdateMask(mask);
      assertFails(
          Status.Code.PERMISSION_DENIED,
          "ACCESS_DENIED",
          () -> users(Who.OWN_USER).updateUser(request.build()));
    }
    var ownFields =
        UpdateUserRequest.newBuilder()
            .setUserId(target)
            .setUser(values)
            .setUpdateMask(FieldMask.newBuilder().addPaths("first_name"));

    var own = users(Who.OWN_USER).updateUser(ownFields.build()).getUser();
    assertEquals("Augusta", own.getFirstName());
    assertEquals(List.of(UserRole.USER_ROLE_CUSTOMER), own.getRolesList());
    var byAdmin =
        UpdateUserRequest.newBuilder()
            .setUserId(target)
            .setUser(User.newBuilder().setStatus(UserStatus.USER_STATUS_ACTIVE))
            .setUpdateMask(FieldMask.newBuilder().addPaths("status"));
    assertEquals(
        UserStatus.USER_STATUS_ACTIVE,
        users(Who.ADMIN).updateUser(byAdmin.build()).getUser().getStatus());
  }

  @Test
  void another_isDeniedAlikeWhetherOrNotTheUserExists() {
    var existing = Failure.of(() -> get(Who.OTHER_USER, target));
    var missing = Failure.of(() -> get(Who.OTHER_USER, NOBODY));

    assertEquals(existing.withoutCallId(), missing.withoutCallId());
    existing.assertIs(Status.Code.PERMISSION_DENIED, "ACCESS_DENIED");
    assertFails(Status.Code.NOT_FOUND, "USER_NOT_FOUND", () -> get(Who.ADMIN, NOBODY));
  }

  private User get(Who who, String id) {
    return users(who).getUser(GetUserRequest.newBuilder().setUserId(id).build()).getUser();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer not-a-token", "Bearer a b", "", "x"})
  void badCredentials_areRefusedBeforeAnythingElse(String authorization) {
    var stub = TestService.withAuthorization(authorization, service.users());

    assertFails(
        Status.Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> stub.getUser(GetUserRequest.getDefaultInstance()));
    assertFails(
        Status.Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> stub.createUser(CreateUserRequest.getDefaultInstance()));
    var health = stub.healthCheck(Empty.getDefaultInstance());
    assertEquals(HealthStatus.HEALTH_STATUS_HEALTHY, health.getStatus());
  }

  @Test
  void goodCredentials_areReadInAnyLetterCaseOfTheScheme() {
    var stub =
        TestService.withAuthorization("bEARER  " + tokens.get(Who.OWN_USER), service.users());

    var request = GetUserRequest.newBuilder().setUserId(target.toUpperCase(Locale.ROOT)).build();
    assertEquals(target, stub.getUser(request).getUser().getId());
  }

  @Test
  void missingRight_stopsTheServerFromStarting() {
    var unknown =
        UserServiceGrpc.getGetUserMethod().toBuilder()
            .setFullMethodName("user.v1.UserService/Unheard")
            .build();

    assertThrows(
        IllegalStateException.class, () -> MethodRights.table().requireComplete(List.of(unknown)));
  }

  @Test
  void actor_isInTheAuditAndTheEventLog() {
    assertActor(Who.OWN_USER, target);
    assertActor(Who.SERVICE, "service:orders");
  }

  private void assertActor(Who who, String actor) {
    String email = who.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-creates@example.com";
    var created = users(who).createUser(TestService.aRequest(email).build()).getUser();

    assertEquals(actor, created.getAudit().getCreatedBy());
    assertEquals(actor, created.getAudit().getUpdatedBy());
    assertEquals(
        List.of(Map.of("actor", actor)),
        database.query(
            "select actor from events where user_id = ?", UUID.fromString(created.getId())));
  }
}
