package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.request.IdempotencyKey;
import com.ecommerce.user.rest.json.Json;
import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the idempotency keys of requests (draft-ietf-httpapi-idempotency-key-header). The draft
 * defines the header as a string in quotes (RFC 9651, section 3.3.3); a key without quotes is
 * accepted as well. Stateless.
 */
final class RequestKeys {
  /** The header with the key. */
  static final String HEADER = "Idempotency-Key";

  /** The header of responses that repeat an earlier one. */
  static final String REPLAYED = "Idempotent-Replayed";

  /** The context attribute that holds the body of a request with a key. */
  static final String BODY = "users.body";

  /** The fields that are left out, since a digest of a password could be found by guessing. */
  private static final Set<String> PASSWORDS =
      Set.of(
          "password", "password_confirm", "old_password", "new_password", "new_password_confirm");

  private RequestKeys() {}

  /**
   * Returns the key of a request, if its route takes one.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException if it is not a key
   */
  static Optional<IdempotencyKey> of(Context context, Route route) {
    if (context.header(HEADER) == null || !areTakenBy(route)) {
      return Optional.empty();
    }
    List<String> lines = Collections.list(context.req().getHeaders(HEADER));
    String text = lines.size() == 1 ? unquoted(lines.get(0).strip()) : "";
    String method = route.method() + " " + route.path();
    return Optional.of(
        Violations.parsed(
            HEADER, text, key -> new IdempotencyKey(key, method, () -> bytes(context))));
  }

  private static boolean areTakenBy(Route route) {
    return route.kind() == Route.Kind.RESOURCE
        && !route.method().equals("GET")
        && route.operation().takesIdempotencyKey();
  }

  private static String unquoted(String text) {
    boolean isQuoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    return isQuoted
        ? text.substring(1, text.length() - 1).replaceAll("\\\\([\"\\\\])", "$1")
        : text;
  }

  /** Returns the path, the query, the condition and the body, which the handler has read. */
  private static byte[] bytes(Context context) {
    var request = context.req();
    var bytes = new ByteArrayOutputStream();
    for (String part :
        List.of(
            request.getRequestURI(),
            Optional.ofNullable(request.getQueryString()).orElse(""),
            String.join(", ", Collections.list(request.getHeaders("If-Match"))),
            String.join(", ", Collections.list(request.getHeaders("If-None-Match"))))) {
      bytes.writeBytes((part + '\n').getBytes(StandardCharsets.UTF_8));
    }
    byte[] body = context.attribute(BODY);
    if (body != null && body.length > 0) {
      bytes.writeBytes(Json.without(body, PASSWORDS));
    }
    return bytes.toByteArray();
  }
}
