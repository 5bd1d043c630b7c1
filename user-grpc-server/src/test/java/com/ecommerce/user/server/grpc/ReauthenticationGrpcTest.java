package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LoginResponse;
import com.ecommerce.user.v1.ReauthenticateRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RevokeAllSessionsRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import com.google.protobuf.util.Durations;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Tests the operations that a stolen access token allows, with AUTH_MODE=required. */
class ReauthenticationGrpcTest extends RightsGrpcTesting {
  private static final String THIEF = "thief@example.com";

  private static UpdateUserRequest emailChange(String user, String email) {
    return UpdateUserRequest.newBuilder()
        .setUserId(user)
        .setUser(User.newBuilder().setEmail(email))
        .setUpdateMask(FieldMask.newBuilder().addPaths("email"))
        .build();
  }

  private static DeleteUserRequest deletion(String user) {
    return DeleteUserRequest.newBuilder().setUserId(user).build();
  }

  private static RevokeAllSessionsRequest revocation(String user) {
    return RevokeAllSessionsRequest.newBuilder().setUserId(user).setKeepCurrent(true).build();
  }

  private static ReauthenticateRequest proof(String password) {
    return ReauthenticateRequest.newBuilder().setPassword(password).build();
  }

  /** Returns all operations that could take over the account, with one token. */
  private List<Executable> takeovers(String token, String user, String email) {
    var users = TestService.with(token, service.users());
    var auth = TestService.with(token, service.auth());
    return List.of(
        () -> users.updateUser(emailChange(user, email)),
        () -> auth.revokeAllSessions(revocation(user)),
        () -> users.deleteUser(deletion(user)));
  }

  @Test
  void stolenAccessToken_doesNotTakeTheAccountOver() throws Throwable {
    String email = "stolen@example.com";
    var login = loginOf(signIn(email, Role.CUSTOMER));
    String user = login.getUser().getId();
    service.clock().advance(Duration.ofMinutes(5).plusSeconds(1));
    var refreshed =
        service
            .auth()
            .refreshToken(
                RefreshTokenRequest.newBuilder().setRefreshToken(login.getRefreshToken()).build());

    for (String stolen : List.of(login.getAccessToken(), refreshed.getAccessToken())) {
      for (var takeover : takeovers(stolen, user, THIEF)) {
        assertFails(Code.FAILED_PRECONDITION, "REAUTHENTICATION_REQUIRED", takeover);
      }
    }
    assertEquals(List.of(), service.mailsTo(THIEF));

    var owner = TestService.with(refreshed.getAccessToken(), service.auth());
    var proven = owner.reauthenticate(proof(TestUsers.PASSWORD));
    assertEquals(Durations.fromMinutes(15), proven.getAccessTokenLifetime());
    assertEquals(Durations.fromMinutes(5), proven.getProofLifetime());
    // The verification belongs to the session, so the old token works, too.
    for (var own : takeovers(login.getAccessToken(), user, "own-" + email)) {
      own.execute();
    }
  }

  private LoginResponse loginOf(LoginResult signedIn) {
    return service
        .auth()
        .login(
            LoginRequest.newBuilder()
                .setEmail(signedIn.user().email().address())
                .setPassword(TestUsers.PASSWORD)
                .build());
  }

  @Test
  void requirement_isStateAndSoComesLast() {
    var signedIn = signIn("order@example.com", Role.CUSTOMER);
    String token = signedIn.tokens().accessToken();
    service.clock().advance(Duration.ofMinutes(6));
    var users = TestService.with(token, service.users());
    String own = signedIn.user().id().toString();

    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () -> service.users().updateUser(emailChange(own, THIEF)));
    assertFails(
        Code.PERMISSION_DENIED,
        "ACCESS_DENIED",
        () -> users.updateUser(emailChange(target, THIEF)));
    assertInvalid(
        () -> users.updateUser(emailChange(own, "no address")), "user.email INVALID_EMAIL");
    // The answer must not reveal whether the address is taken.
    assertFails(
        Code.FAILED_PRECONDITION,
        "REAUTHENTICATION_REQUIRED",
        () -> users.updateUser(emailChange(own, "own_user@example.com")));
    assertFails(
        Code.FAILED_PRECONDITION,
        "REAUTHENTICATION_REQUIRED",
        () -> users.updateUser(emailChange(own, "free@example.com")));
  }

  @Test
  void adminsAndServices_needNoProof() throws Throwable {
    service.clock().advance(Duration.ofMinutes(6));
    for (Who who : List.of(Who.ADMIN, Who.SERVICE)) {
      var other = signIn("other-of-" + who.name().toLowerCase(Locale.ROOT) + "@example.com");
      String id = other.user().id().toString();
      for (var action : takeovers(tokens.get(who), id, "moved-" + other.user().email().address())) {
        action.execute();
      }
    }
  }

  @Test
  void closingTheOwnAccount_needsNoProof() {
    var signedIn = signIn("closing@example.com", Role.CUSTOMER);
    service.clock().advance(Duration.ofMinutes(6));
    var closing =
        DeactivateUserRequest.newBuilder().setUserId(signedIn.user().id().toString()).build();

    var closed =
        TestService.with(signedIn.tokens().accessToken(), service.users()).deactivateUser(closing);

    assertEquals(UserStatus.USER_STATUS_DEACTIVATED, closed.getUser().getStatus());
  }

  @Test
  void reauthenticate_needsAUsersSessionAndItsPassword() {
    var signedIn = signIn("proves@example.com", Role.CUSTOMER);
    var stub = TestService.with(signedIn.tokens().accessToken(), service.auth());

    assertTrue(stub.reauthenticate(proof(TestUsers.PASSWORD)).getAccessToken().length() > 100);
    assertInvalid(() -> stub.reauthenticate(proof("")), "password REQUIRED");
    assertFails(
        Code.INVALID_ARGUMENT,
        "PASSWORD_MISMATCH",
        () -> stub.reauthenticate(proof("a wrong password")));
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () -> service.auth().reauthenticate(proof(TestUsers.PASSWORD)));
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () ->
            TestService.with(serviceToken(), service.auth())
                .reauthenticate(proof(TestUsers.PASSWORD)));
    service.core().sessions().logout(RequestContext.system(), signedIn.session().id());
    assertFails(
        Code.UNAUTHENTICATED,
        "SESSION_ENDED",
        () -> stub.reauthenticate(proof(TestUsers.PASSWORD)));
  }

  /** Returns a current token, since those of the set-up expire when the clock advances. */
  private String serviceToken() {
    var clients = service.core().serviceClients();
    var client = clients.create(RequestContext.system(), "billing");
    String id = client.client().id().toString();
    return clients.issueToken(RequestContext.system(), id, client.secret()).accessToken();
  }
}
