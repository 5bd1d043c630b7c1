package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenPair;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.RestSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The sessions of browsers, in a cookie that scripts cannot read and that no other site can make a
 * browser send (HttpOnly, SameSite=Strict). The cookie has the access token, the refresh token and
 * a secret for forms (the CSRF token); the service keeps nothing beyond the session itself. An
 * expired access token is renewed on the way, with the cookie in the response. Thread-safe.
 */
final class BrowserSessions {
  private static final String SEPARATOR = "~";
  private static final int PARTS = 3;

  /** The service ends a session earlier if it is not used. */
  private static final Duration LONGEST = TokenSettings.MAX_SESSION_LIFETIME;

  private static final Duration GONE = Duration.ZERO;
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Sessions sessions;
  private final RateLimits limits;
  private final Workers workers;
  private final String name;
  private final String attributes;
  private final Optional<String> publicOrigin;

  /**
   * @param workers renew expired tokens
   */
  BrowserSessions(Sessions sessions, RateLimits limits, Workers workers, RestSettings settings) {
    this.sessions = sessions;
    this.limits = limits;
    this.workers = workers;
    String path = settings.publicPath() + "/";
    boolean isSecure = settings.isSecure();
    // The prefixes make browsers refuse cookies that an insecure page or a subdomain has set.
    String prefix = path.equals("/") ? "__Host-" : "__Secure-";
    this.name = isSecure ? prefix + "session" : "session";
    this.attributes =
        "; Path=" + path + "; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "");
    this.publicOrigin =
        settings.publicBaseUrl().map(url -> url.getScheme() + "://" + url.getRawAuthority());
  }

  /** The parts of the cookie. */
  private record Cookie(String accessToken, String refreshToken, String formSecret) {
    static Optional<Cookie> parse(String text) {
      String[] parts = text.split(SEPARATOR, -1);
      return parts.length == PARTS
          ? Optional.of(new Cookie(parts[0], parts[1], parts[2]))
          : Optional.empty();
    }

    /** Masked, since records end up in logs. */
    @Override
    public String toString() {
      return "Cookie[masked]";
    }
  }

  private Optional<Cookie> cookie(ApiRequest request) {
    return request.cookie(name).flatMap(Cookie::parse);
  }

  /**
   * Returns the request by the user whose session the cookie has, or unchanged without one.
   *
   * @return fails with {@code ACCESS_DENIED} if a page of another site sent a form
   */
  CompletionStage<ApiRequest> identify(ApiRequest request) {
    // Without a referrer, browsers do not name their own site in Origin either.
    request.answerHeader("Referrer-Policy", "same-origin");
    if (!request.isRead() && !isFromOwnSite(request)) {
      return CompletableFuture.failedStage(
          UserServiceException.of(
              ErrorReason.ACCESS_DENIED,
              "a page of another site sent the form (expected: one of this site)"));
    }
    var cookie = cookie(request);
    if (cookie.isEmpty()) {
      return CompletableFuture.completedStage(request);
    }
    return limits
        .authenticate(
            request.call().clientNetwork(),
            sessions.prepare(request.call(), cookie.get().accessToken()))
        .handle(
            (caller, failure) ->
                failure == null
                    ? CompletableFuture.completedStage(byUser(request, caller))
                    : renewed(request, cookie.get(), failure))
        .thenCompose(Function.identity());
  }

  /**
   * Returns whether a page of this site made the request. Browsers tell so by {@code
   * Sec-Fetch-Site} (W3C, Fetch Metadata Request Headers) to a trustworthy host, and otherwise by
   * {@code Origin}. A request with neither is not one of a browser.
   */
  private boolean isFromOwnSite(ApiRequest request) {
    return request
        .header("Sec-Fetch-Site")
        .map(OWN_SITE::contains)
        .or(() -> request.header("Origin").map(origin -> isOwn(request, origin)))
        .orElse(true);
  }

  /** Compares with the host of the request, too; a proxy may change the scheme. */
  private boolean isOwn(ApiRequest request, String origin) {
    return publicOrigin.filter(origin::equalsIgnoreCase).isPresent()
        || request.header("Host").filter(origin.replaceFirst("^https?://", "")::equals).isPresent();
  }

  private static ApiRequest byUser(ApiRequest request, Caller caller) {
    return caller instanceof Caller.User ? request.by(caller) : request;
  }

  private CompletionStage<ApiRequest> renewed(
      ApiRequest request, Cookie cookie, Throwable failure) {
    if (!isUnauthenticated(failure)) {
      return CompletableFuture.failedStage(failure);
    }
    return request
        .supply(workers, () -> sessions.refresh(request.call(), cookie.refreshToken()))
        .thenApply(
            refreshed -> {
              request.answerHeader("Set-Cookie", header(refreshed.tokens(), cookie.formSecret()));
              return request.by(caller(refreshed));
            })
        .exceptionallyCompose(ended -> withoutSession(request, ended));
  }

  /** Returns the user who has logged in, as the caller of requests. */
  static Caller.User caller(LoginResult result) {
    return new Caller.User(result.user().id(), result.user().roles(), result.session().id());
  }

  private CompletionStage<ApiRequest> withoutSession(ApiRequest request, Throwable failure) {
    if (!isUnauthenticated(failure)) {
      return CompletableFuture.failedStage(failure);
    }
    end(request);
    return CompletableFuture.completedStage(request);
  }

  private static boolean isUnauthenticated(Throwable failure) {
    return Stages.unwrapped(failure) instanceof UserServiceException expected
        && expected.kind() == ErrorKind.UNAUTHENTICATED;
  }

  /** Returns the response with the cookie of a new session. */
  ApiResponse begin(ApiResponse response, TokenPair tokens) {
    return response.header("Set-Cookie", header(tokens, formSecret(tokens)));
  }

  /** Returns the response with another access token in the cookie of the session. */
  ApiResponse proven(ApiRequest request, ApiResponse response, String accessToken) {
    return cookie(request)
        .map(
            known ->
                response.header(
                    "Set-Cookie",
                    header(value(accessToken, known.refreshToken(), known.formSecret()), LONGEST)))
        .orElse(response);
  }

  /** Returns the response without the cookie of the session. */
  ApiResponse end(ApiResponse response) {
    return response.header("Set-Cookie", header("", GONE));
  }

  /** Takes the cookie of the session away with the response, whether it succeeds or fails. */
  void end(ApiRequest request) {
    request.answerHeader("Set-Cookie", header("", GONE));
  }

  /**
   * Returns the secret that the forms of the session have to send back; empty without a session. A
   * page of another site cannot know it.
   */
  String formSecret(ApiRequest request) {
    return cookie(request).map(Cookie::formSecret).orElse("");
  }

  /** Returns whether a form sent the secret of its session back. */
  boolean isFromOwnForm(ApiRequest request, String sent) {
    String known = formSecret(request);
    return !known.isEmpty()
        && MessageDigest.isEqual(
            known.getBytes(StandardCharsets.UTF_8), sent.getBytes(StandardCharsets.UTF_8));
  }

  /** Derives the secret from the first refresh token of the session, which it outlives. */
  private static String formSecret(TokenPair tokens) {
    byte[] text = ("form " + tokens.refreshToken()).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Digests.sha256(text));
  }

  private String header(TokenPair tokens, String formSecret) {
    return header(value(tokens.accessToken(), tokens.refreshToken(), formSecret), LONGEST);
  }

  private static String value(String accessToken, String refreshToken, String formSecret) {
    return String.join(SEPARATOR, accessToken, refreshToken, formSecret);
  }

  private String header(String value, Duration lifetime) {
    return name + "=" + value + attributes + "; Max-Age=" + lifetime.toSeconds();
  }
}
