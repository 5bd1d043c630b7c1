package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.PaginationResponse;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListSessionsResponse;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LoginResponse;
import com.ecommerce.user.v1.LogoutRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RevokeAllSessionsRequest;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.Session;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import com.ecommerce.user.v1.ValidateTokenRequest;
import com.ecommerce.user.v1.ValidateTokenResponse;
import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests AuthService with AUTH_MODE=off. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthGrpcTest {
  private final AtomicInteger users = new AtomicInteger();
  private TestService service;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
  }

  @AfterAll
  void stop() {
    service.close();
  }

  private User aUser() {
    return service.create("auth" + users.incrementAndGet() + "@example.com");
  }

  private LoginResponse login(User user) {
    return login(user, TestUsers.PASSWORD);
  }

  private LoginResponse login(User user, String password) {
    return service
        .auth()
        .login(
            LoginRequest.newBuilder()
                .setEmail(user.getEmail().toUpperCase(Locale.ROOT))
                .setPassword(password)
                .setDeviceName(" Ada's phone ")
                .build());
  }

  private ValidateTokenResponse validate(String token) {
    return service
        .auth()
        .validateToken(ValidateTokenRequest.newBuilder().setAccessToken(token).build());
  }

  private List<Session> sessions(User user, String token) {
    return TestService.with(token, service.auth())
        .listSessions(ListSessionsRequest.newBuilder().setUserId(user.getId()).build())
        .getSessionsList();
  }

  private ListSessionsResponse page(User user, int size, String pageToken) {
    return service
        .auth()
        .listSessions(
            ListSessionsRequest.newBuilder()
                .setUserId(user.getId())
                .setPagination(
                    PaginationRequest.newBuilder().setPageSize(size).setPageToken(pageToken))
                .build());
  }

  @Test
  void listSessions_hasPages() {
    var user = aUser();
    for (int i = 0; i < 25; i++) {
      service.core().sessions().signIn(RequestContext.system(), UserId.parse(user.getId()), "");
    }

    // This client does not paginate.
    var all = page(user, 0, "");
    assertEquals(25, all.getSessionsCount());
    assertEquals(PaginationResponse.newBuilder().setTotalCount(25).build(), all.getPagination());
    var first = page(user, 20, "");
    assertTrue(first.getPagination().getHasMore());
    String next = first.getPagination().getNextPageToken();
    var second = page(user, 20, next);
    assertFalse(second.getPagination().getHasMore());
    assertEquals(
        all.getSessionsList(),
        Stream.of(first, second).flatMap(part -> part.getSessionsList().stream()).toList());
    assertInvalid(
        () -> page(user, -1, "nonsense"),
        "pagination.page_size NEGATIVE",
        "pagination.page_token INVALID_PAGE_TOKEN");
    assertInvalid(() -> page(aUser(), 20, next), "pagination.page_token INVALID_PAGE_TOKEN");
    assertInvalid(() -> page(user, 20, next + "="), "pagination.page_token INVALID_PAGE_TOKEN");
  }

  private static RefreshTokenRequest refresh(String token) {
    return RefreshTokenRequest.newBuilder().setRefreshToken(token).build();
  }

  @Test
  void login_answersTheUserTheTokensAndTheSession() {
    var user = aUser();

    var answer = login(user);

    var now = CommonProtos.timestamp(service.clock().instant());
    assertEquals(user.toBuilder().setLastLoginAt(now).build(), answer.getUser());
    assertEquals(Durations.fromMinutes(15), answer.getAccessTokenLifetime());
    assertEquals(Durations.fromDays(7), answer.getRefreshTokenLifetime());
    var session = answer.getSession();
    assertEquals(user.getId(), session.getUserId());
    assertEquals("Ada's phone", session.getDeviceName());
    assertEquals("local", session.getClientNetwork());
    assertEquals(now, session.getCreatedAt());
    assertEquals(now, session.getLastUsedAt());
    var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
    assertEquals(answer.getUser(), service.users().getUser(get).getUser());
  }

  @Test
  void login_namesEveryBrokenRule() {
    assertInvalid(
        () ->
            service
                .auth()
                .login(
                    LoginRequest.newBuilder()
                        .setEmail("nobody")
                        .setDeviceName("x".repeat(151))
                        .build()),
        "email INVALID_EMAIL",
        "password REQUIRED",
        "device_name TOO_LONG");
  }

  @Test
  void login_withAWrongPasswordAndOfNobody_failAlike() {
    var nobody = aUser().toBuilder().setEmail("nobody@example.com").build();
    var wrong = Failure.of(() -> login(aUser(), "not the password"));
    var unknown = Failure.of(() -> login(nobody));

    wrong.assertIs(Code.UNAUTHENTICATED, "CREDENTIALS_INVALID");
    assertEquals(wrong.withoutCallId(), unknown.withoutCallId());
  }

  @ParameterizedTest
  @EnumSource(
      value = UserStatus.class,
      names = {"USER_STATUS_DEACTIVATED", "USER_STATUS_SUSPENDED", "USER_STATUS_BANNED"})
  void login_ofAClosedAccount_isDeniedToWhoKnowsThePassword(UserStatus status) {
    var user = aUser();
    service.withStatus(user, status);

    String reason = status.name().replace("USER_STATUS", "ACCOUNT");
    assertFails(Code.PERMISSION_DENIED, reason, () -> login(user));
    assertFails(Code.UNAUTHENTICATED, "CREDENTIALS_INVALID", () -> login(user, "not the password"));
  }

  @Test
  void refreshToken_exchangesThePair() {
    var user = aUser();
    var login = login(user);

    // The call must succeed although the client still sends the expired access token.
    service.clock().advance(Duration.ofMinutes(16));
    var stub = TestService.with(login.getAccessToken(), service.auth());
    var answer = stub.refreshToken(refresh(login.getRefreshToken()));

    assertNotEquals(login.getRefreshToken(), answer.getRefreshToken());
    assertEquals(Durations.fromMinutes(15), answer.getAccessTokenLifetime());
    assertEquals(Durations.fromDays(7), answer.getRefreshTokenLifetime());
    assertTrue(validate(answer.getAccessToken()).getValid());
    assertInvalid(() -> stub.refreshToken(refresh("")), "refresh_token REQUIRED");
    assertFails(Code.UNAUTHENTICATED, "CREDENTIALS_INVALID", () -> stub.refreshToken(refresh("x")));
    service.clock().advance(Duration.ofSeconds(31));
    assertFails(
        Code.UNAUTHENTICATED,
        "SESSION_ENDED",
        () -> stub.refreshToken(refresh(login.getRefreshToken())));
    assertFalse(validate(answer.getAccessToken()).getValid());
  }

  @Test
  void logout_endsTheSessionOfTheCall() {
    var login = login(aUser());
    var stub = TestService.with(login.getAccessToken(), service.auth());

    stub.logout(LogoutRequest.getDefaultInstance());

    assertEquals(ValidateTokenResponse.getDefaultInstance(), validate(login.getAccessToken()));
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () -> service.auth().logout(LogoutRequest.getDefaultInstance()));
    assertFails(
        Code.UNAUTHENTICATED,
        "SESSION_ENDED",
        () ->
            TestService.with(login.getAccessToken(), service.users())
                .getUser(GetUserRequest.getDefaultInstance()));
  }

  @Test
  void logout_endsTheSessionOfTheRefreshToken() {
    var login = login(aUser());
    var request = LogoutRequest.newBuilder().setRefreshToken(login.getRefreshToken()).build();

    service.auth().logout(request);

    assertFalse(validate(login.getAccessToken()).getValid());
    assertEquals(com.google.protobuf.Empty.getDefaultInstance(), service.auth().logout(request));
  }

  @Test
  void validateToken_tellsWhoseItIs() {
    var roles = Set.of(Role.CUSTOMER, Role.SUPPORT, Role.ADMIN);
    var user =
        service
            .core()
            .users()
            .create(
                RequestContext.system(), TestUsers.aUser("staff@example.com", "Ada", "L", roles));
    var signedIn = service.core().sessions().signIn(RequestContext.system(), user.id(), "");

    var answer = validate(signedIn.tokens().accessToken());

    assertEquals(
        ValidateTokenResponse.newBuilder()
            .setValid(true)
            .setUserId(user.id().toString())
            .setEmail("staff@example.com")
            .addAllRoles(List.of("admin", "support", "customer"))
            .setSessionId(signedIn.session().id().toString())
            .setExpiresAt(
                CommonProtos.timestamp(service.clock().instant().plus(Duration.ofMinutes(15))))
            .build(),
        answer);
    assertEquals(ValidateTokenResponse.getDefaultInstance(), validate("nonsense"));
    assertInvalid(() -> validate(""), "access_token REQUIRED");
  }

  @Test
  void sessions_areListedAndRevoked() {
    var user = aUser();
    var own = login(user);
    var others = IntStream.range(0, 3).mapToObj(i -> login(user)).toList();
    var stub = TestService.with(own.getAccessToken(), service.auth());

    var listed = sessions(user, own.getAccessToken());
    assertEquals(4, listed.size());
    assertEquals(
        List.of(own.getSession().getId()),
        listed.stream().filter(Session::getCurrent).map(Session::getId).toList());

    stub.revokeSession(revocation(user, others.get(0).getSession().getId()));
    assertFalse(validate(others.get(0).getAccessToken()).getValid());
    assertFails(
        Code.NOT_FOUND,
        "SESSION_NOT_FOUND",
        () -> stub.revokeSession(revocation(user, others.get(0).getSession().getId())));

    var all = RevokeAllSessionsRequest.newBuilder().setUserId(user.getId());
    assertEquals(2, stub.revokeAllSessions(all.setKeepCurrent(true).build()).getEnded());
    assertTrue(validate(own.getAccessToken()).getValid());
    assertEquals(1, stub.revokeAllSessions(all.setKeepCurrent(false).build()).getEnded());
    assertFalse(validate(own.getAccessToken()).getValid());
  }

  private static RevokeSessionRequest revocation(User user, String session) {
    return RevokeSessionRequest.newBuilder().setUserId(user.getId()).setSessionId(session).build();
  }

  @Test
  void sessions_requestsAreChecked() {
    assertInvalid(
        () -> service.auth().revokeSession(RevokeSessionRequest.getDefaultInstance()),
        "user_id REQUIRED",
        "session_id REQUIRED");
    assertInvalid(
        () -> service.auth().listSessions(ListSessionsRequest.getDefaultInstance()),
        "user_id REQUIRED");
    assertInvalid(
        () -> service.auth().issueServiceToken(IssueServiceTokenRequest.getDefaultInstance()),
        "client_id REQUIRED",
        "client_secret REQUIRED");
  }

  @Test
  void changePassword_endsTheOtherSessions() {
    var user = aUser();
    var own = login(user);
    var other = login(user);

    TestService.with(own.getAccessToken(), service.users())
        .changePassword(
            ChangePasswordRequest.newBuilder()
                .setUserId(user.getId())
                .setCurrentPassword(TestUsers.PASSWORD)
                .setNewPassword("another horse battery")
                .build());

    assertTrue(validate(own.getAccessToken()).getValid());
    assertFalse(validate(other.getAccessToken()).getValid());
    assertTrue(validate(login(user, "another horse battery").getAccessToken()).getValid());
  }

  @Test
  void issueServiceToken_isForClientsWithTheirSecret() {
    var client = service.core().serviceClients().create(RequestContext.system(), "billing");
    var request =
        IssueServiceTokenRequest.newBuilder()
            .setClientId(client.client().id().toString())
            .setClientSecret(client.secret());

    var answer = service.auth().issueServiceToken(request.build());

    assertEquals(Durations.fromMinutes(15), answer.getAccessTokenLifetime());
    var validated = validate(answer.getAccessToken());
    assertEquals(List.of("service"), validated.getRolesList());
    assertEquals("billing", validated.getClientName());
    assertEquals("", validated.getUserId() + validated.getSessionId() + validated.getEmail());
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> service.auth().issueServiceToken(request.setClientSecret("wrong").build()));
  }

  @Test
  void lifetimes_areWholeSeconds_howeverLongTheWorkTook() {
    var user = aUser();
    service.clock().advance(Duration.ofMillis(123));
    var first = login(user);
    service.clock().advance(Duration.ofMillis(1_877));
    var request = RefreshTokenRequest.newBuilder().setRefreshToken(first.getRefreshToken()).build();
    service.auth().refreshToken(request);
    service.clock().advance(Duration.ofMillis(500));

    // Repeats the call as if its response was lost. The session was renewed half a second ago.
    var repeated = service.auth().refreshToken(request);

    assertEquals(Durations.fromDays(7), first.getRefreshTokenLifetime());
    assertEquals(Durations.fromDays(7), repeated.getRefreshTokenLifetime());
    assertEquals(Durations.fromMinutes(15), repeated.getAccessTokenLifetime());
    // Other tests expect times of whole seconds.
    service.clock().advance(Duration.ofMillis(500));
  }

  @Test
  void authModeOff_letsEverybodyIn_butChecksATokenThatIsSent() {
    var user = aUser();
    var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();

    assertEquals(user, service.users().getUser(get).getUser());
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_INVALID",
        () -> TestService.with("x", service.users()).getUser(get));
    var login = login(user);
    var renamed =
        TestService.with(login.getAccessToken(), service.users())
            .updateUser(
                TestService.anUpdate(user, User.newBuilder().setFirstName("Augusta"), "first_name")
                    .build())
            .getUser();
    assertEquals(user.getId(), renamed.getAudit().getUpdatedBy());
    assertEquals(user.getId(), renamed.getAudit().getCreatedBy());
  }

  @Test
  void coldSession_isLookedUpWhileTheCallWaits() {
    var user = aUser();
    var login = login(user);
    var get = GetUserRequest.newBuilder().setUserId(user.getId()).build();
    for (int i = 0; i < 5; i++) {
      service.clock().advance(Duration.ofSeconds(10));
      var stub = TestService.with(login.getAccessToken(), service.users());
      assertEquals(login.getUser(), stub.getUser(get).getUser());
    }
  }
}
