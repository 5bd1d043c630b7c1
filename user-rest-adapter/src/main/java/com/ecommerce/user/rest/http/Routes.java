package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.request.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * All routes, in the order in which they are tried. They are added at the start, and only read
 * afterwards.
 */
public final class Routes {
  private final List<Route> routes = new ArrayList<>();
  private final Workers workers;

  /**
   * @param workers run the handlers that may block
   */
  public Routes(Workers workers) {
    this.workers = workers;
  }

  /** Adds a route whose handler may block. */
  public Routes on(String method, String path, Operation operation, Route.BlockingHandler handler) {
    return onAsync(
        method, path, operation, request -> request.supply(workers, () -> handler.handle(request)));
  }

  /** Adds a route whose handler never blocks. */
  public Routes onAsync(String method, String path, Operation operation, Route.Handler handler) {
    routes.add(new Route(method, path, operation, List.of(), handler));
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
