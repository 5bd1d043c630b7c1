package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenInfo;
import com.ecommerce.user.core.session.TokenLook;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Implements {@link Sessions}. Each group of use cases has a class of its own. */
public final class JdbiSessions implements Sessions {
  private final Logins logins;
  private final UserSessions sessions;
  private final Authentication authentication;

  public JdbiSessions(Logins logins, UserSessions sessions, Authentication authentication) {
    this.logins = logins;
    this.sessions = sessions;
    this.authentication = authentication;
  }

  @Override
  public CompletionStage<LoginResult> loginAsync(
      RequestContext call, Email email, Password password, String deviceName) {
    return logins.loginAsync(call, email, password, deviceName);
  }

  @Override
  public LoginResult login(RequestContext call, Email email, Password password, String deviceName) {
    return Stages.join(loginAsync(call, email, password, deviceName));
  }

  @Override
  public LoginResult signIn(RequestContext call, UserId user, String deviceName) {
    return logins.signIn(call, user, deviceName);
  }

  @Override
  public LoginResult refresh(RequestContext call, String refreshToken) {
    return logins.refresh(call, refreshToken);
  }

  @Override
  public CompletionStage<ProvenSession> reauthenticateAsync(
      RequestContext call, Caller.User caller, Password password) {
    return logins.reauthenticateAsync(call, caller, password);
  }

  @Override
  public ProvenSession reauthenticate(RequestContext call, Caller.User caller, Password password) {
    return Stages.join(reauthenticateAsync(call, caller, password));
  }

  @Override
  public void logout(RequestContext call, SessionId session) {
    sessions.logout(call, session);
  }

  @Override
  public void logout(RequestContext call, String refreshToken) {
    sessions.logout(call, refreshToken);
  }

  @Override
  public CompletionStage<Caller> authenticateAsync(RequestContext call, String accessToken) {
    return authentication.authenticateAsync(call, accessToken);
  }

  @Override
  public TokenLook look(RequestContext call, String accessToken) {
    return authentication.look(call, accessToken);
  }

  @Override
  public Caller authenticate(String accessToken) {
    return authentication.authenticate(accessToken);
  }

  @Override
  public CompletionStage<TokenInfo> validateAsync(RequestContext call, String accessToken) {
    return authentication.validateAsync(call, accessToken);
  }

  @Override
  public TokenInfo validate(String accessToken) {
    return authentication.validate(accessToken);
  }

  @Override
  public Page<Session> list(RequestContext call, UserId user, PageRequest request) {
    return sessions.list(call, user, request);
  }

  @Override
  public List<Session> list(RequestContext call, UserId user) {
    return sessions.list(call, user);
  }

  @Override
  public void revoke(RequestContext call, UserId user, SessionId session) {
    sessions.revoke(call, user, session);
  }

  @Override
  public int revokeAll(RequestContext call, UserId user, Optional<SessionId> but) {
    return sessions.revokeAll(call, user, but);
  }

  @Override
  public String jwkSetJson() {
    return authentication.jwkSetJson();
  }
}
