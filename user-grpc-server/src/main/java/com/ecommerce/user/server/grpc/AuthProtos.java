package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.ServiceToken;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import com.ecommerce.user.v1.IssueServiceTokenResponse;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListSessionsResponse;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LoginResponse;
import com.ecommerce.user.v1.ReauthenticateRequest;
import com.ecommerce.user.v1.ReauthenticateResponse;
import com.ecommerce.user.v1.RefreshTokenResponse;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.Session;
import com.ecommerce.user.v1.ValidateTokenResponse;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import java.util.Optional;

/** Converts between the messages of {@code user.v1} about sessions and types of the core. */
final class AuthProtos {
  private AuthProtos() {}

  /** The credentials of a login, and the name of the device. */
  record Login(Email email, Password password, String deviceName) {}

  static Login login(LoginRequest request) {
    return Violations.parsed(
        violations ->
            new Login(
                violations.parse("email", request.getEmail(), Email::parse),
                violations.parse("password", request.getPassword(), Password::parse),
                violations.parse(
                    "device_name", request.getDeviceName(), TextRule.DEVICE_NAME::parse)));
  }

  static LoginResponse loggedIn(LoginResult signedIn) {
    var tokens = signedIn.tokens();
    return LoginResponse.newBuilder()
        .setUser(UserProtos.user(signedIn.user()))
        .setAccessToken(tokens.accessToken())
        .setRefreshToken(tokens.refreshToken())
        .setAccessTokenLifetime(duration(tokens.accessLifetime()))
        .setRefreshTokenLifetime(duration(tokens.refreshLifetime()))
        .setSession(session(signedIn.session(), Optional.empty()))
        .build();
  }

  static RefreshTokenResponse refreshed(LoginResult signedIn) {
    var tokens = signedIn.tokens();
    return RefreshTokenResponse.newBuilder()
        .setAccessToken(tokens.accessToken())
        .setRefreshToken(tokens.refreshToken())
        .setAccessTokenLifetime(duration(tokens.accessLifetime()))
        .setRefreshTokenLifetime(duration(tokens.refreshLifetime()))
        .build();
  }

  static Password password(ReauthenticateRequest request) {
    return Violations.parsed("password", request.getPassword(), Password::parse);
  }

  static ReauthenticateResponse reauthenticated(ProvenSession proven) {
    return ReauthenticateResponse.newBuilder()
        .setAccessToken(proven.accessToken())
        .setAccessTokenLifetime(duration(proven.accessLifetime()))
        .setProofLifetime(duration(proven.proofLifetime()))
        .build();
  }

  private static Duration duration(java.time.Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }

  private static Session session(
      com.ecommerce.user.core.session.Session session, Optional<SessionId> current) {
    return Session.newBuilder()
        .setId(session.id().toString())
        .setUserId(session.user().toString())
        .setDeviceName(session.deviceName())
        .setClientNetwork(session.clientNetwork())
        .setCreatedAt(CommonProtos.timestamp(session.createdAt()))
        .setLastUsedAt(CommonProtos.timestamp(session.lastUsedAt()))
        .setExpiresAt(CommonProtos.timestamp(session.expiresAt()))
        .setCurrent(current.equals(Optional.of(session.id())))
        .build();
  }

  /** The user whose sessions to list, and the page. */
  record Listing(UserId user, PageRequest page) {}

  /**
   * The default size is the maximum number of sessions, since earlier clients expect all of them.
   */
  static Listing listing(ListSessionsRequest request) {
    return Violations.parsed(
        violations ->
            new Listing(
                violations.parse("user_id", request.getUserId(), UserId::parse),
                CommonProtos.page(violations, request.getPagination(), Sessions.MAX_LIVE)));
  }

  /**
   * @param current the session of the call
   */
  static ListSessionsResponse sessions(
      Page<com.ecommerce.user.core.session.Session> page, Optional<SessionId> current) {
    var response = ListSessionsResponse.newBuilder().setPagination(CommonProtos.page(page));
    page.items().forEach(session -> response.addSessions(session(session, current)));
    return response.build();
  }

  /** The session to end, and its user. */
  record Revocation(UserId user, SessionId session) {}

  static Revocation revocation(RevokeSessionRequest request) {
    return Violations.parsed(
        violations ->
            new Revocation(
                violations.parse("user_id", request.getUserId(), UserId::parse),
                violations.parse("session_id", request.getSessionId(), SessionId::parse)));
  }

  static ValidateTokenResponse validated(TokenInfo info) {
    var response = ValidateTokenResponse.newBuilder().setValid(info.valid());
    info.email().map(Email::address).ifPresent(response::setEmail);
    info.expiresAt().map(CommonProtos::timestamp).ifPresent(response::setExpiresAt);
    if (info.caller() instanceof Caller.User user) {
      response.setUserId(user.id().toString()).setSessionId(user.session().toString());
      Role.highestFirst(user.roles()).map(Role::lowerCase).forEach(response::addRoles);
    } else if (info.caller() instanceof Caller.Service service) {
      response.setClientName(service.name()).addRoles("service");
    }
    return response.build();
  }

  /** The credentials with which a service requests a token. */
  record Client(String id, String secret) {}

  static Client client(IssueServiceTokenRequest request) {
    return Violations.parsed(
        violations ->
            new Client(
                violations.parse("client_id", request.getClientId(), CredentialProtos::required),
                violations.parse(
                    "client_secret", request.getClientSecret(), CredentialProtos::required)));
  }

  static IssueServiceTokenResponse issued(ServiceToken token) {
    return IssueServiceTokenResponse.newBuilder()
        .setAccessToken(token.accessToken())
        .setAccessTokenLifetime(duration(token.lifetime()))
        .build();
  }
}
