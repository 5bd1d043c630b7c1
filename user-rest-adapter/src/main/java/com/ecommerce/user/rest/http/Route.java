package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.access.Operation;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A route of this API: a method, a path and their handler.
 *
 * @param kind how the caller is known, and how a failure is shown
 * @param path with parameters in braces, without a slash at the end
 * @param operation the operation that the route does
 * @param parameters the query parameters that the route reads
 */
public record Route(
    Kind kind,
    String method,
    String path,
    Operation operation,
    List<String> parameters,
    Handler handler) {
  private static final String API = "/api/";

  /** The kinds of routes, which differ in how they know the caller and how they show a failure. */
  public enum Kind {
    /** A resource: the caller has an access token, and a failure is a problem document. */
    RESOURCE,
    /** A page for readers in a browser, who are not known; a failure is a page, too. */
    PAGE,
    /**
     * A page of an application in the browser. The cookie of a session names the caller, and forms
     * of other sites are refused. The handler checks the rights, since it asks a visitor without a
     * session to sign in.
     */
    SESSION_PAGE
  }

  public Route {
    parameters = List.copyOf(parameters);
  }

  /** Returns the same route with these query parameters. */
  Route withParameters(List<String> read) {
    return new Route(kind, method, path, operation, read, handler);
  }

  /**
   * Returns whether query parameters that the route does not read are refused. Pages and
   * descriptions accept any parameter, since mail programs and caches add some.
   */
  public boolean isStrict() {
    return path.startsWith(API);
  }

  /** A handler that never blocks the calling thread. */
  @FunctionalInterface
  public interface Handler {
    CompletionStage<ApiResponse> handle(ApiRequest request);
  }

  /** A handler that may block, for example on the database. */
  @FunctionalInterface
  public interface BlockingHandler {
    ApiResponse handle(ApiRequest request);
  }

  /** Returns whether the path is one of this route's, with or without a slash at the end. */
  public boolean matches(String requestPath) {
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
