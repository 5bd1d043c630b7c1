package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import com.ecommerce.user.v1.IssueServiceTokenResponse;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListSessionsResponse;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LoginResponse;
import com.ecommerce.user.v1.LogoutRequest;
import com.ecommerce.user.v1.ReauthenticateRequest;
import com.ecommerce.user.v1.ReauthenticateResponse;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RefreshTokenResponse;
import com.ecommerce.user.v1.RevokeAllSessionsRequest;
import com.ecommerce.user.v1.RevokeAllSessionsResponse;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.ValidateTokenRequest;
import com.ecommerce.user.v1.ValidateTokenResponse;
import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;

/**
 * Implements {@code user.v1.AuthService}: each method converts its request, calls one use case and
 * replies. Thread-safe.
 */
public final class AuthGrpcService extends AuthServiceGrpc.AuthServiceImplBase {
  private final Sessions sessions;
  private final ServiceClients clients;

  public AuthGrpcService(UserCore core) {
    this.sessions = core.sessions();
    this.clients = core.serviceClients();
  }

  @Override
  public void login(LoginRequest request, StreamObserver<LoginResponse> observer) {
    var login = AuthProtos.login(request);
    reply(
        observer,
        sessions.loginAsync(call(), login.email(), login.password(), login.deviceName()),
        AuthProtos::loggedIn);
  }

  @Override
  public void refreshToken(
      RefreshTokenRequest request, StreamObserver<RefreshTokenResponse> observer) {
    String token = CredentialProtos.required("refresh_token", request.getRefreshToken());
    reply(observer, AuthProtos.refreshed(sessions.refresh(call(), token)));
  }

  @Override
  public void logout(LogoutRequest request, StreamObserver<Empty> observer) {
    if (request.getRefreshToken().isEmpty()) {
      sessions.logout(call(), call().session().orElseThrow(Sessions::noSessionToEnd));
    } else {
      sessions.logout(call(), request.getRefreshToken());
    }
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void reauthenticate(
      ReauthenticateRequest request, StreamObserver<ReauthenticateResponse> observer) {
    var password = AuthProtos.password(request);
    var caller = CallContext.user().orElseThrow(Sessions::noSessionToReauthenticate);
    reply(
        observer,
        sessions.reauthenticateAsync(call(), caller, password),
        AuthProtos::reauthenticated);
  }

  @Override
  public void validateToken(
      ValidateTokenRequest request, StreamObserver<ValidateTokenResponse> observer) {
    String token = CredentialProtos.required("access_token", request.getAccessToken());
    reply(observer, sessions.validateAsync(CallContext.call(), token), AuthProtos::validated);
  }

  @Override
  public void listSessions(
      ListSessionsRequest request, StreamObserver<ListSessionsResponse> observer) {
    var listing = AuthProtos.listing(request);
    var page = sessions.list(call(), listing.user(), listing.page());
    reply(observer, AuthProtos.sessions(page, call().session()));
  }

  @Override
  public void revokeSession(RevokeSessionRequest request, StreamObserver<Empty> observer) {
    var revocation = AuthProtos.revocation(request);
    sessions.revoke(call(), revocation.user(), revocation.session());
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void revokeAllSessions(
      RevokeAllSessionsRequest request, StreamObserver<RevokeAllSessionsResponse> observer) {
    var user = UserProtos.userId(request.getUserId());
    var kept = call().session().filter(own -> request.getKeepCurrent());
    int ended = sessions.revokeAll(call(), user, kept);
    reply(observer, RevokeAllSessionsResponse.newBuilder().setEnded(ended).build());
  }

  @Override
  public void issueServiceToken(
      IssueServiceTokenRequest request, StreamObserver<IssueServiceTokenResponse> observer) {
    var client = AuthProtos.client(request);
    var token = clients.issueToken(call(), client.id(), client.secret());
    reply(observer, AuthProtos.issued(token));
  }
}
