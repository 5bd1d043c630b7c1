package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.CookieSeal;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.session.TokenPair;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.RestSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The sessions of browsers in one area, in a cookie that scripts cannot read and that no other site
 * can make a browser send (HttpOnly, SameSite=Strict). The cookie has the access token, the refresh
 * token, a secret for forms (the CSRF token), and the times of the sign-in and of the last renewal.
 * It is encrypted, so nobody can use its tokens for the APIs or for another area, or change its
 * times. The service keeps nothing beyond the session itself. The tokens are renewed on the way,
 * with the cookie in the response. Thread-safe.
 */
final class BrowserSessions {
  private static final String SEPARATOR = "~";
  private static final int PARTS = 5;

  /**
   * The time after which the tokens of a used session are renewed, even if the access token is
   * valid for longer. The time of the last use is known only to this precision.
   */
  private static final Duration RENEWAL = Duration.ofMinutes(15);

  private static final String SET_COOKIE = "Set-Cookie";
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Sessions sessions;
  private final CookieSeal seal;
  private final RateLimits limits;
  private final Workers workers;
  private final Clock clock;
  private final BrowserArea area;
  private final String name;
  private final String attributes;
  private final Optional<String> publicOrigin;

  /**
   * @param workers renew tokens
   */
  BrowserSessions(
      UserCore core, Workers workers, Clock clock, RestSettings settings, BrowserArea area) {
    this.sessions = core.sessions();
    this.seal = core.cookieSeal();
    this.limits = core.rateLimits();
    this.workers = workers;
    this.clock = clock;
    this.area = area;
    String path = settings.publicPath() + "/";
    boolean isSecure = settings.isSecure();
    this.name = prefix(isSecure, path) + area.cookie();
    this.attributes =
        "; Path=" + path + "; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "");
    this.publicOrigin =
        settings.publicBaseUrl().map(url -> url.getScheme() + "://" + url.getRawAuthority());
  }

  /**
   * Returns the prefix of the cookie's name. With {@code __Host-} and {@code __Secure-}, browsers
   * refuse a cookie that an insecure page or a subdomain has set. Without TLS, the name has to
   * differ from those of other programs on the same host, since cookies do not distinguish ports.
   */
  private static String prefix(boolean isSecure, String path) {
    if (!isSecure) {
      return "user-";
    }
    return path.equals("/") ? "__Host-" : "__Secure-";
  }

  /** The parts of the cookie. */
  private record Cookie(
      String accessToken,
      String refreshToken,
      String formSecret,
      Instant begunAt,
      Instant renewedAt) {
    static Optional<Cookie> parse(String text) {
      String[] parts = text.split(SEPARATOR, -1);
      return parts.length == PARTS
          ? Optional.of(
              new Cookie(
                  parts[0], parts[1], parts[2], Instant.parse(parts[3]), Instant.parse(parts[4])))
          : Optional.empty();
    }

    String text() {
      return String.join(
          SEPARATOR,
          accessToken,
          refreshToken,
          formSecret,
          begunAt.toString(),
          renewedAt.toString());
    }

    /** Masked, since records end up in logs. */
    @Override
    public String toString() {
      return "Cookie[masked]";
    }
  }

  private Optional<Cookie> cookie(ApiRequest request) {
    return request.cookie(name).flatMap(value -> seal.open(name, value)).flatMap(Cookie::parse);
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
    if (request.isRead() && request.cookie(name).isEmpty()) {
      return CompletableFuture.completedStage(request);
    }
    return ready(request).thenCompose(ready -> identified(request));
  }

  /** Returns a stage that completes when cookies can be read and made without blocking. */
  private CompletionStage<Boolean> ready(ApiRequest request) {
    if (seal.isReady()) {
      return CompletableFuture.completedStage(true);
    }
    return request.supply(
        workers,
        () -> {
          seal.load();
          return true;
        });
  }

  private CompletionStage<ApiRequest> identified(ApiRequest request) {
    var found = cookie(request);
    if (found.isEmpty()) {
      return CompletableFuture.completedStage(request);
    }
    var cookie = found.get();
    Instant now = clock.instant();
    if (!now.isBefore(end(cookie))) {
      return ended(request, cookie);
    }
    if (!now.isBefore(cookie.renewedAt().plus(RENEWAL))) {
      return renewed(request, cookie);
    }
    return limits
        .authenticate(
            request.call().clientNetwork(), sessions.prepare(request.call(), cookie.accessToken()))
        .handle(
            (caller, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedStage(byUser(request, caller));
              }
              return isUnauthenticated(failure)
                  ? renewed(request, cookie)
                  : CompletableFuture.<ApiRequest>failedStage(failure);
            })
        .thenCompose(Function.identity());
  }

  /** Returns the time at which the sign-in ends unless it is used again. */
  private Instant end(Cookie cookie) {
    Instant idle = cookie.renewedAt().plus(area.maxIdle());
    Instant latest = cookie.begunAt().plus(area.maxAge());
    return idle.isBefore(latest) ? idle : latest;
  }

  private CompletionStage<ApiRequest> ended(ApiRequest request, Cookie cookie) {
    return request
        .supply(
            workers,
            () -> {
              sessions.logout(request.call(), cookie.refreshToken());
              end(request);
              return request;
            })
        .exceptionallyCompose(failure -> withoutSession(request, failure));
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

  private CompletionStage<ApiRequest> renewed(ApiRequest request, Cookie cookie) {
    return request
        .supply(workers, () -> sessions.refresh(request.call(), cookie.refreshToken()))
        .thenApply(
            refreshed -> {
              var tokens = refreshed.tokens();
              request.answerHeader(
                  SET_COOKIE,
                  header(
                      new Cookie(
                          tokens.accessToken(),
                          tokens.refreshToken(),
                          cookie.formSecret(),
                          cookie.begunAt(),
                          clock.instant())));
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
    Instant now = clock.instant();
    var cookie =
        new Cookie(tokens.accessToken(), tokens.refreshToken(), formSecret(tokens), now, now);
    return response.header(SET_COOKIE, header(cookie));
  }

  /** Returns the response without the cookie of the session. */
  ApiResponse end(ApiResponse response) {
    return response.header(SET_COOKIE, header("", Duration.ZERO));
  }

  /** Takes the cookie of the session away with the response, whether it succeeds or fails. */
  void end(ApiRequest request) {
    request.answerHeader(SET_COOKIE, header("", Duration.ZERO));
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

  private String header(Cookie cookie) {
    var rest = Duration.between(clock.instant(), end(cookie));
    return header(seal.seal(name, cookie.text()), rest);
  }

  private String header(String value, Duration lifetime) {
    return name + "=" + value + attributes + "; Max-Age=" + lifetime.toSeconds();
  }
}
