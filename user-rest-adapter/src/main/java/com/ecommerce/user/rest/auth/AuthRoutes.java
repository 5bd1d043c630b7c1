package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.ProvenSession;
import com.ecommerce.user.core.session.ServiceClients;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.MessageJson;
import com.ecommerce.user.rest.resource.NewUsers;
import java.util.concurrent.CompletionStage;

/** The routes for registration, login, logout and tokens. */
public final class AuthRoutes {
  private final Users users;
  private final Sessions sessions;
  private final ServiceClients serviceClients;

  public AuthRoutes(UserCore core) {
    this.users = core.users();
    this.sessions = core.sessions();
    this.serviceClients = core.serviceClients();
  }

  public void addTo(Routes routes) {
    routes
        .onAsync("POST", "/api/auth/register", Operation.CREATE_USER, this::register)
        .onAsync("POST", "/api/auth/login", Operation.LOGIN, this::login)
        .on("POST", "/api/auth/refresh", Operation.REFRESH_TOKEN, this::refresh)
        .on("POST", "/api/auth/logout", Operation.LOGOUT, this::logout)
        .onAsync("POST", "/api/auth/reauthenticate", Operation.REAUTHENTICATE, this::reauthenticate)
        .on(
            "POST",
            "/api/auth/service-token",
            Operation.ISSUE_SERVICE_TOKEN,
            this::issueServiceToken);
  }

  private CompletionStage<ApiResponse> register(ApiRequest request) {
    var fields = request.body(NewUsers.REGISTERED);
    String device = fields.parse("device_name", TextRule.DEVICE_NAME::parse);
    var newUser = NewUsers.registered(fields, request.header("Accept-Language"));
    return users
        .registerAsync(request.call(), newUser)
        .thenCompose(
            user ->
                user.map(created -> welcome(request, newUser, created, device))
                    .orElseGet(
                        () ->
                            ApiResponse.completed(
                                ApiResponse.json(202, RegisteredJson.of(newUser)))));
  }

  private CompletionStage<ApiResponse> welcome(
      ApiRequest request, NewUser newUser, User created, String device) {
    var call = request.call().withoutKey();
    // A repeated registration must have the right password. The key alone is no proof.
    return request.call().isReplayed()
        ? sessions
            .loginAsync(call, newUser.email(), newUser.password(), device)
            .thenApply(signedIn -> welcome(created, signedIn))
        // The login runs on the worker that created the account, since another one may not be free.
        : ApiResponse.completed(welcome(created, sessions.signIn(call, created.id(), device)));
  }

  private static ApiResponse welcome(User created, LoginResult signedIn) {
    return ApiResponse.json(
            201,
            LoginJson.of(
                "Welcome. A mail with a link to verify the email is on its way.", signedIn))
        .header("Location", "/api/users/" + created.id());
  }

  private CompletionStage<ApiResponse> login(ApiRequest request) {
    var fields = request.body("email", "password", "device_name");
    Email email = fields.parse("email", Email::parse);
    Password password = fields.parse("password", Password::parse);
    String device = fields.parse("device_name", TextRule.DEVICE_NAME::parse);
    fields.violations().throwIfAny();
    return sessions
        .loginAsync(request.call(), email, password, device)
        .thenApply(signedIn -> ApiResponse.json(200, LoginJson.of("Logged in.", signedIn)));
  }

  private ApiResponse refresh(ApiRequest request) {
    var fields = request.body("refresh");
    String token = fields.parse("refresh", AuthRoutes::required);
    fields.violations().throwIfAny();
    var renewed = sessions.refresh(request.call(), token);
    return ApiResponse.json(200, TokensJson.of(renewed.tokens()));
  }

  /**
   * Ends the session of the refresh token if there is one, since the access token may have expired.
   */
  private ApiResponse logout(ApiRequest request) {
    var fields = request.optionalBody("refresh");
    String token = fields.parse("refresh", text -> text);
    fields.violations().throwIfAny();
    if (token.isEmpty()) {
      var own = request.caller().ownSession().orElseThrow(() -> noSession(request));
      sessions.logout(request.call(), own);
    } else {
      sessions.logout(request.call(), token);
    }
    return ApiResponse.json(200, new MessageJson("Logged out."));
  }

  /** Returns the failure of a caller without a session: a service, or one with a bad token. */
  private static UserServiceException noSession(ApiRequest request) {
    return request.ignoredCredentials().orElseGet(Sessions::noSessionToEnd);
  }

  /**
   * The response to a reauthentication. Secret: {@link #toString} masks it.
   *
   * @param accessExpiresIn seconds from now
   * @param proofExpiresIn seconds from now
   */
  private record ProvenJson(String access, long accessExpiresIn, long proofExpiresIn) {
    static ProvenJson of(ProvenSession proven) {
      return new ProvenJson(
          proven.accessToken(),
          proven.accessLifetime().toSeconds(),
          proven.proofLifetime().toSeconds());
    }

    @Override
    public String toString() {
      return "ProvenJson[masked]";
    }
  }

  private CompletionStage<ApiResponse> reauthenticate(ApiRequest request) {
    var fields = request.body("password");
    Password password = fields.parse("password", Password::parse);
    fields.violations().throwIfAny();
    if (request.caller() instanceof Caller.User user) {
      return sessions
          .reauthenticateAsync(request.call(), user, password)
          .thenApply(proven -> ApiResponse.json(200, ProvenJson.of(proven)));
    }
    throw Sessions.noSessionToReauthenticate();
  }

  /** Returns the failure of a caller without a session, such as a service. */

  /** The response to a service client. */
  private record ServiceTokenJson(String access, long accessExpiresIn) {}

  private ApiResponse issueServiceToken(ApiRequest request) {
    var fields = request.body("client_id", "client_secret");
    String clientId = fields.parse("client_id", AuthRoutes::required);
    String secret = fields.parse("client_secret", AuthRoutes::required);
    fields.violations().throwIfAny();
    var token = serviceClients.issueToken(request.call(), clientId, secret);
    return ApiResponse.json(
        200, new ServiceTokenJson(token.accessToken(), token.lifetime().toSeconds()));
  }

  /** Returns the secret, which is not trimmed and appears in no message. */
  static String required(String secret) {
    if (secret.isEmpty()) {
      throw InvalidValueException.required();
    }
    return secret;
  }
}
