package com.ecommerce.user.rest;

import com.ecommerce.user.core.access.Operation;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One thing that this API does.
 *
 * @param path with parameters in braces, without a slash at the end
 * @param operation what the caller must have the right to; empty: anyone may, and no token is read
 */
record Route(String method, String path, Optional<Operation> operation, Handler handler) {
  /** Answers without ever blocking the calling thread. */
  @FunctionalInterface
  interface Handler {
    CompletionStage<Reply> handle(RestRequest request);
  }

  /** Answers, and may wait for the database meanwhile. */
  @FunctionalInterface
  interface BlockingHandler {
    Reply handle(RestRequest request);
  }

  /** Whether the path is one of this route's, with or without a slash at the end. */
  boolean matches(String requestPath) {
    String[] wanted = path.split("/", -1);
    String[] found = withoutLastSlash(requestPath).split("/", -1);
    if (wanted.length != found.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      boolean parameter = wanted[i].startsWith("{") && !found[i].isEmpty();
      if (!parameter && !wanted[i].equals(found[i])) {
        return false;
      }
    }
    return true;
  }

  private static String withoutLastSlash(String requestPath) {
    return requestPath.length() > 1 && requestPath.endsWith("/")
        ? requestPath.substring(0, requestPath.length() - 1)
        : requestPath;
  }
}
