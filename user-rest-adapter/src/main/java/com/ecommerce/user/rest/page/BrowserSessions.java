package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.limit.RateLimits;
import com.ecommerce.user.core.request.TrustedProxies;
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
 * token, a secret for forms (the CSRF token), and the times of the sign-in, of the last renewal and
 * of the last entry of the password. It is encrypted, so nobody can use its tokens for the APIs or
 * for another area, or change its times. The service keeps nothing beyond the session itself. The
 * tokens are renewed on the way, with the cookie in the response. A cookie that cannot be opened is
 * deleted. Thread-safe.
 */
final class BrowserSessions {
  private static final String SEPARATOR = "~";
  private static final int PARTS = 6;

  /**
   * The time after which the tokens of a used session are renewed, even if the access token is
   * valid for longer. The time of the last use is known only to this precision.
   */
  private static final Duration RENEWAL = Duration.ofMinutes(15);

  /** The maximum by which a time may be in the future, since the clocks of instances may differ. */
  private static final Duration MAX_AHEAD = Duration.ofMinutes(1);

  private static final String SET_COOKIE = "Set-Cookie";
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final Sessions sessions;
  private final CookieSeal seal;
  private final RateLimits limits;
  private final Workers workers;
  private final Clock clock;
  private final BrowserArea area;
  private final boolean isAlwaysSecure;
  private final TrustedProxies proxies;
  private final String path;
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
    this.isAlwaysSecure = settings.isSecure();
    this.proxies = settings.proxies();
    this.path = settings.publicPath() + "/";
    this.publicOrigin =
        settings.publicBaseUrl().map(url -> url.getScheme() + "://" + url.getRawAuthority());
  }

  /** Returns whether the browser reached the service over HTTPS, as far as is known. */
  private boolean isSecure(ApiRequest request) {
    return isAlwaysSecure || request.isHttpsAt(proxies);
  }

  /**
   * Returns the name of the cookie. With {@code __Host-} and {@code __Secure-}, browsers refuse a
   * cookie that an insecure page or a subdomain has set. Without TLS, the name has to differ from
   * those of other programs on the same host, since cookies do not distinguish ports.
   */
  private String name(ApiRequest request) {
    if (!isSecure(request)) {
      return "user-" + area.cookie();
    }
    return (path.equals("/") ? "__Host-" : "__Secure-") + area.cookie();
  }

  /**
   * The parts of the cookie.
   *
   * @param provenAt the last time at which the password was entered with this cookie
   */
  private record Cookie(
      String accessToken,
      String refreshToken,
      String formSecret,
      Instant begunAt,
      Instant renewedAt,
      Instant provenAt) {
    static Optional<Cookie> parse(String text) {
      String[] parts = text.split(SEPARATOR, -1);
      return parts.length == PARTS
          ? Optional.of(
              new Cookie(
                  parts[0],
                  parts[1],
                  parts[2],
                  Instant.parse(parts[3]),
                  Instant.parse(parts[4]),
                  Instant.parse(parts[5])))
          : Optional.empty();
    }

    Cookie renewed(TokenPair tokens, Instant now) {
      return new Cookie(
          tokens.accessToken(), tokens.refreshToken(), formSecret, begunAt, now, provenAt);
    }

    Cookie proven(Instant now) {
      return new Cookie(accessToken, refreshToken, formSecret, begunAt, renewedAt, now);
    }

    String text() {
      return String.join(
          SEPARATOR,
          accessToken,
          refreshToken,
          formSecret,
          begunAt.toString(),
          renewedAt.toString(),
          provenAt.toString());
    }

    /** Masks the secrets, since records end up in logs. */
    @Override
    public String toString() {
      return "Cookie[masked]";
    }
  }

  /** Returns the cookie of the session that {@link #identify} found, as it is after a renewal. */
  private static Optional<Cookie> cookie(ApiRequest request) {
    return request.kept(Cookie.class);
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
    if (request.isRead() && request.cookie(name(request)).isEmpty()) {
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
    String name = name(request);
    var sent = request.cookie(name);
    var found = sent.flatMap(value -> seal.open(name, value)).flatMap(Cookie::parse);
    if (found.isEmpty()) {
      sent.ifPresent(foreign -> end(request));
      return CompletableFuture.completedStage(request);
    }
    var cookie = found.get();
    Instant now = clock.instant();
    boolean isAhead = isAhead(cookie.begunAt(), now) || isAhead(cookie.renewedAt(), now);
    if (isAhead || !now.isBefore(end(cookie))) {
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
                return CompletableFuture.completedStage(byUser(request, caller, cookie));
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

  private static boolean isAhead(Instant time, Instant now) {
    return time.isAfter(now.plus(MAX_AHEAD));
  }

  private CompletionStage<ApiRequest> ended(ApiRequest request, Cookie cookie) {
    return request.supply(
        workers,
        () -> {
          logout(request, cookie);
          end(request);
          return request;
        });
  }

  /** Ends the session by its refresh token, so that the use of a stolen copy is noticed. */
  private void logout(ApiRequest request, Cookie cookie) {
    try {
      sessions.logout(request.call(), cookie.refreshToken());
    } catch (UserServiceException failure) {
      // A session that has been deleted has ended.
      if (failure.kind() != ErrorKind.UNAUTHENTICATED) {
        throw failure;
      }
    }
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

  private static ApiRequest byUser(ApiRequest request, Caller caller, Cookie cookie) {
    if (!(caller instanceof Caller.User)) {
      return request;
    }
    request.keep(cookie);
    return request.by(caller);
  }

  private CompletionStage<ApiRequest> renewed(ApiRequest request, Cookie cookie) {
    return request
        .supply(workers, () -> sessions.refresh(request.call(), cookie.refreshToken()))
        .thenApply(
            refreshed -> {
              replace(request, cookie.renewed(refreshed.tokens(), clock.instant()));
              return request.by(caller(refreshed));
            })
        .exceptionallyCompose(ended -> withoutSession(request, ended));
  }

  private void replace(ApiRequest request, Cookie cookie) {
    request.keep(cookie);
    request.answerHeader(SET_COOKIE, header(request, cookie));
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

  /**
   * Returns the response with the cookie of a new session, which the user has begun with the
   * password. Ends the session that it replaces, for which it may block.
   */
  ApiResponse begin(ApiRequest request, ApiResponse response, TokenPair tokens) {
    cookie(request).ifPresent(replaced -> logout(request, replaced));
    Instant now = clock.instant();
    var cookie =
        new Cookie(tokens.accessToken(), tokens.refreshToken(), formSecret(tokens), now, now, now);
    return response.header(SET_COOKIE, header(request, cookie));
  }

  /** Ends the session. The browser forgets the cookie even if the service cannot end it. */
  void signOut(ApiRequest request) {
    end(request);
    cookie(request).ifPresent(cookie -> logout(request, cookie));
  }

  /** Takes the cookie of the session away with the response, whether it succeeds or fails. */
  void end(ApiRequest request) {
    request.answerHeader(SET_COOKIE, header(request, "", Duration.ZERO));
  }

  /**
   * Records in the cookie that the user has just entered the password. Earlier copies of the cookie
   * do not have this time, even after their tokens are renewed.
   */
  void prove(ApiRequest request) {
    cookie(request).ifPresent(cookie -> replace(request, cookie.proven(clock.instant())));
  }

  /** Returns whether the user entered the password with this cookie within the time. */
  boolean isProven(ApiRequest request, Duration maxAge) {
    Instant now = clock.instant();
    return cookie(request)
        .map(Cookie::provenAt)
        .filter(at -> !isAhead(at, now) && !now.isAfter(at.plus(maxAge)))
        .isPresent();
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

  private String header(ApiRequest request, Cookie cookie) {
    var rest = Duration.between(clock.instant(), end(cookie));
    return header(request, seal.seal(name(request), cookie.text()), rest);
  }

  private String header(ApiRequest request, String value, Duration lifetime) {
    String attributes = "; Path=" + path + "; HttpOnly; SameSite=Strict";
    return name(request)
        + "="
        + value
        + attributes
        + (isSecure(request) ? "; Secure" : "")
        + "; Max-Age="
        + lifetime.toSeconds();
  }
}
