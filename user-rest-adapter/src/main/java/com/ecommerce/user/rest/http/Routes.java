package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.request.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;

/**
 * All routes, in the order in which they are tried. They are added at the start, and only read
 * afterwards.
 */
public final class Routes {
  private final List<Route> routes = new ArrayList<>();
  private final Workers workers;
  private final PageHandling pages;

  /**
   * @param workers run the handlers that may block
   * @param pages handles what pages have in common
   */
  public Routes(Workers workers, PageHandling pages) {
    this.workers = workers;
    this.pages = pages;
  }

  /** The handling of pages where it differs from that of resources. */
  public interface PageHandling {
    /**
     * Returns the request by the user whose session the browser has, or unchanged without one.
     *
     * @return fails with {@code ACCESS_DENIED} if a page of another site sent a form
     */
    CompletionStage<ApiRequest> identify(ApiRequest request);

    /**
     * Returns the page about a failed request.
     *
     * @param status the HTTP status
     * @param failure the failure, unwrapped
     */
    ApiResponse failure(ApiRequest request, int status, Throwable failure);
  }

  /** Returns the handling of pages. */
  PageHandling pages() {
    return pages;
  }

  /** Adds a route whose handler may block. */
  public Routes on(String method, String path, Operation operation, Route.BlockingHandler handler) {
    return onAsync(
        method, path, operation, request -> request.supply(workers, () -> handler.handle(request)));
  }

  /** Adds a route whose handler never blocks. */
  public Routes onAsync(String method, String path, Operation operation, Route.Handler handler) {
    return add(Route.Kind.RESOURCE, method, path, operation, handler);
  }

  /** Adds a {@link Route.Kind#PAGE} whose handler never blocks. */
  public Routes onPageAsync(
      String method, String path, Operation operation, Route.Handler handler) {
    return add(Route.Kind.PAGE, method, path, operation, handler);
  }

  /** Adds a {@link Route.Kind#SESSION_PAGE} whose handler may block. */
  public Routes onSessionPage(
      String method, String path, Operation operation, Route.BlockingHandler handler) {
    return onSessionPageAsync(
        method, path, operation, request -> request.supply(workers, () -> handler.handle(request)));
  }

  /** Adds a {@link Route.Kind#SESSION_PAGE} whose handler never blocks. */
  public Routes onSessionPageAsync(
      String method, String path, Operation operation, Route.Handler handler) {
    return add(Route.Kind.SESSION_PAGE, method, path, operation, handler);
  }

  private Routes add(
      Route.Kind kind, String method, String path, Operation operation, Route.Handler handler) {
    routes.add(new Route(kind, method, path, operation, List.of(), handler));
    return this;
  }

  /** Declares the query parameters of the route that was added last. */
  public Routes withParameters(String... names) {
    int last = routes.size() - 1;
    routes.set(last, routes.get(last).withParameters(List.of(names)));
    return this;
  }

  public List<Route> all() {
    return List.copyOf(routes);
  }

  /** Returns the methods of a path for the header Allow; empty for an unknown path. */
  Set<String> methods(String requestPath) {
    var methods = new TreeSet<String>();
    for (Route route : routes) {
      if (route.matches(requestPath)) {
        methods.add(route.method());
      }
    }
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return methods;
  }
}
