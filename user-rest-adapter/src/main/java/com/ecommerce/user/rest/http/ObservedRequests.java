package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reports each request to an observer. Thread-safe. */
public final class ObservedRequests {
  private static final String OBSERVATION = "observation";

  /**
   * The path parameters that the observer may see: {@code me} and ids, which contain no personal
   * data. Other values come from the client and stay hidden.
   */
  private static final Pattern SHOWN =
      Pattern.compile("me|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final RequestObserver observer;

  public ObservedRequests(RequestObserver observer) {
    this.observer = observer;
  }

  /** Begins the observation of a request. Called before any handler. */
  public void begin(Context context) {
    var observation = observer.begin(context.req().getMethod(), context.scheme(), context::header);
    context.attribute(OBSERVATION, observation);
    observation.answerHeaders().forEach(context::header);
  }

  /** Returns the observer of the work that the request makes. */
  static WorkObserver work(Context context) {
    RequestObserver.Observation observation = context.attribute(OBSERVATION);
    return observation == null ? WorkObserver.NONE : observation.work();
  }

  /** Returns the id of the trace that the request is part of; empty if there is none. */
  static String traceId(Context context) {
    return work(context).traceParent().map(TraceParent::traceId).orElse("");
  }

  /** Ends the observation of a request. Called after the response. */
  public static void end(Context context) {
    RequestObserver.Observation observation = context.attribute(OBSERVATION);
    if (observation == null) {
      return;
    }
    var endpoint = context.endpoints().lastHttpEndpoint();
    var route = Optional.ofNullable(endpoint).map(found -> found.path);
    observation.end(
        context.statusCode(), route, route.map(path -> filled(path, context.pathParamMap())));
  }

  private static String filled(String template, Map<String, String> parameters) {
    String path = template;
    for (var parameter : parameters.entrySet()) {
      if (SHOWN.matcher(parameter.getValue()).matches()) {
        path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
      }
    }
    return path;
  }
}
