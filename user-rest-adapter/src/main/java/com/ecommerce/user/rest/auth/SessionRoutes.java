package com.ecommerce.user.rest.auth;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.text.Ascii;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.Pages;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The routes of a user's sessions. */
public final class SessionRoutes {
  private static final String SESSIONS = "/api/users/{user_id}/sessions";
  private static final String SESSION_ID = "session_id";
  private static final String KEEP_CURRENT = "keep_current";

  private final Sessions sessions;
  private final Optional<String> publicUrl;

  public SessionRoutes(Sessions sessions, Optional<String> publicUrl) {
    this.sessions = sessions;
    this.publicUrl = publicUrl;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", SESSIONS, Operation.LIST_SESSIONS, this::list)
        .withParameters(Pages.SIZE, Pages.CURSOR)
        .on("DELETE", SESSIONS, Operation.REVOKE_ALL_SESSIONS, this::endAll)
        .withParameters(KEEP_CURRENT)
        .on("DELETE", SESSIONS + "/{session_id}", Operation.REVOKE_SESSION, this::end);
  }

  /**
   * The JSON form of a session.
   *
   * @param current whether it is the session of the caller
   */
  private record SessionJson(
      String id,
      String deviceName,
      String clientNetwork,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      boolean current) {
    static SessionJson of(Session session, Optional<SessionId> own) {
      return new SessionJson(
          session.id().toString(),
          session.deviceName(),
          session.clientNetwork(),
          session.createdAt(),
          session.lastUsedAt(),
          session.expiresAt(),
          own.equals(Optional.of(session.id())));
    }
  }

  /**
   * A page of sessions.
   *
   * @param count the number of all live sessions
   * @param next the URL of the next page; null on the last
   * @param previous always null, since pages can only be read forward
   */
  private record SessionListJson(
      long count, Optional<String> next, Optional<String> previous, List<SessionJson> results) {}

  private record EndedJson(int ended) {}

  private ApiResponse list(ApiRequest request) {
    var own = request.caller().ownSession();
    var violations = request.violations();
    // The default size is the maximum number of sessions, since earlier clients expect all of them.
    var requested = Pages.requested(request, violations, Sessions.MAX_LIVE);
    violations.throwIfAny();
    var page = sessions.list(request.call(), request.user(), requested);
    return ApiResponse.json(
        200,
        new SessionListJson(
            page.totalCount(),
            page.nextToken().map(token -> Pages.next(token, request, publicUrl)),
            Optional.empty(),
            page.items().stream().map(session -> SessionJson.of(session, own)).toList()));
  }

  private ApiResponse end(ApiRequest request) {
    SessionId id = request.id(SESSION_ID, SessionId::parse);
    var user = request.user();
    request.conditions().requireWithoutTag(() -> requireLive(request, user, id));
    sessions.revoke(request.call(), user, id);
    return ApiResponse.nothing();
  }

  private void requireLive(ApiRequest request, UserId user, SessionId id) {
    boolean isLive =
        sessions.list(request.call(), user).stream().anyMatch(session -> session.id().equals(id));
    if (!isLive) {
      throw UserServiceException.notFound(ErrorReason.SESSION_NOT_FOUND, "session", id.toString());
    }
  }

  private ApiResponse endAll(ApiRequest request) {
    var violations = request.violations();
    Boolean keepsOwn =
        violations.parse(
            KEEP_CURRENT, request.query(KEEP_CURRENT).orElse(""), SessionRoutes::isTrue);
    violations.throwIfAny();
    request.conditions().requireWithoutTag(() -> sessions.list(request.call(), request.user()));
    var kept = keepsOwn ? request.caller().ownSession() : Optional.<SessionId>empty();
    return ApiResponse.json(
        200, new EndedJson(sessions.revokeAll(request.call(), request.user(), kept)));
  }

  /** Parses a boolean in any letter case, as for names of enums. An empty text is false. */
  private static boolean isTrue(String text) {
    return switch (Ascii.toLowerCase(text)) {
      case "true" -> true;
      case "false", "" -> false;
      default ->
          throw new InvalidValueException(
              "UNKNOWN_VALUE", "unknown (expected: one of true, false)");
    };
  }
}
