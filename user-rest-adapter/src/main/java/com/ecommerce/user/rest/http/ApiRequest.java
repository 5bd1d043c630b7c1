package com.ecommerce.user.rest.http;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.text.WhiteSpace;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.TrustedProxies;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.Json;
import com.ecommerce.user.rest.json.JsonFields;
import com.ecommerce.user.rest.json.UnknownFields;
import com.ecommerce.user.rest.json.UnknownNames;
import com.ecommerce.user.rest.json.UrlEncoded;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A request as handlers see it. Used by one thread at a time. */
public final class ApiRequest {
  static final String USER_ID = "user_id";

  /** The path of the caller's own account. */
  public static final String OWN_USER = "/api/users/me";

  /** The name of the attribute, which the servlet specification defines. */
  private static final String CLIENT_CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  /** The attribute that marks requests whose access token was read. */
  static final String TOKEN_READ = "users.token";

  /** The attribute for the failure of credentials that were ignored. */
  private static final String IGNORED_CREDENTIALS = "users.token.ignored";

  /** The headers by which proxies name the client. */
  private static final List<String> FORWARDING =
      List.of(
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Real-IP",
          "Forwarded",
          "Via");

  /** The attribute that marks requests for which a page shows a denied permission. */
  static final String DENIED = "users.denied";

  private static final String ME = "me";

  private final Context context;
  private final Route route;
  private final RequestContext call;
  private final Caller caller;
  private final UnknownFields unknownFields;
  private @Nullable Map<String, List<String>> query;

  ApiRequest(
      Context context,
      Route route,
      RequestContext call,
      Caller caller,
      UnknownFields unknownFields) {
    this.context = context;
    this.route = route;
    this.call = call;
    this.caller = caller;
    this.unknownFields = unknownFields;
  }

  /** Returns the same request with its caller, who has been identified. */
  public ApiRequest by(Caller known) {
    var identified = known.identify(call);
    context.attribute(RequestEnds.CALL, identified);
    return new ApiRequest(context, route, identified, known, unknownFields);
  }

  /**
   * Returns the same request with its idempotency key, if it has one and the route takes keys.
   *
   * @throws UserServiceException if it is not a key
   */
  ApiRequest keyed() {
    return RequestKeys.of(context, route)
        .map(
            key -> {
              var keyed = call.with(key);
              context.attribute(RequestEnds.CALL, keyed);
              return new ApiRequest(context, route, keyed, caller, unknownFields);
            })
        .orElse(this);
  }

  /** Records that a failure with status 401 is about the access token. */
  void noteToken() {
    context.attribute(TOKEN_READ, true);
  }

  /** Keeps an object for later steps of the same request. */
  public void keep(Object value) {
    context.attribute(value.getClass().getName(), value);
  }

  /** Returns the object of the type that was kept last. */
  public <T> Optional<T> kept(Class<T> type) {
    return Optional.ofNullable(context.attribute(type.getName()));
  }

  /** Keeps the failure of invalid credentials, which the operation does not need. */
  void ignoreCredentials(UserServiceException failure) {
    context.attribute(IGNORED_CREDENTIALS, failure);
  }

  /**
   * Returns the failure of invalid credentials that were ignored, for a handler that needs them
   * after all.
   */
  public Optional<UserServiceException> ignoredCredentials() {
    Optional<UserServiceException> failure =
        Optional.ofNullable(context.attribute(IGNORED_CREDENTIALS));
    failure.ifPresent(noted -> noteToken());
    return failure;
  }

  /**
   * Returns the status of a page about a failure. A denied permission is recorded in the security
   * log, as if the failure were thrown.
   */
  public int status(UserServiceException failure) {
    noteDenial(failure);
    return Problems.status(failure.reason());
  }

  /**
   * Records a failure in the security log if it is a denied permission. A page that reports several
   * denials is recorded once.
   */
  public void noteDenial(UserServiceException failure) {
    if (Problems.isDenial(failure)) {
      context.attribute(DENIED, true);
    }
  }

  public RequestContext call() {
    return call;
  }

  public Caller caller() {
    return caller;
  }

  /** Runs work that may block on a worker, with this request's fields in the log. */
  public <T> CompletionStage<T> supply(Workers workers, Supplier<T> work) {
    return workers.supply(
        call,
        route.operation().kind(),
        () -> {
          try (var attached = call.log().attach()) {
            return work.get();
          }
        });
  }

  public Route route() {
    return route;
  }

  /** Returns the method of the route, which is GET for a HEAD request. */
  public String method() {
    return route.method();
  }

  public String path() {
    return context.path();
  }

  public String parameter(String name) {
    return context.pathParam(name);
  }

  /** Returns the user that the path names; empty if it names none, or not by a valid id. */
  public Optional<UserId> target() {
    if (isAboutMe()) {
      return me();
    }
    return Optional.ofNullable(context.pathParamMap().get(USER_ID))
        .map(id -> new Violations().parse("", id, UserId::parse));
  }

  /** Returns whether the path names the caller by the alias instead of an id. */
  public boolean isAboutMe() {
    return route.path().equals(OWN_USER) || ME.equals(context.pathParamMap().get(USER_ID));
  }

  private Optional<UserId> me() {
    return caller instanceof Caller.User user ? Optional.of(user.id()) : Optional.empty();
  }

  /**
   * Returns the user that the path names.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when the id is malformed, or the
   *     query has parameters that the route does not read
   */
  public UserId user() {
    violations().throwIfAny();
    return target().orElseThrow(() -> new IllegalStateException("the path is about no user"));
  }

  /**
   * Returns another id in the path.
   *
   * @throws com.ecommerce.user.core.error.UserServiceException when that id, or any other in the
   *     path, is malformed
   */
  public <T> T id(String name, Function<String, T> parser) {
    violations().throwIfAny();
    return parser.apply(parameter(name));
  }

  /**
   * Returns a collection for violations of the query. It already contains every malformed id in the
   * path and every parameter that the route does not read.
   */
  public Violations violations() {
    var violations = new Violations();
    checkTarget(violations);
    return violations;
  }

  /**
   * Adds the violations of the path and of the query's names, so that the response lists all of
   * them.
   */
  private void checkTarget(Violations violations) {
    checkParameters(violations);
    var ids = context.pathParamMap();
    boolean isAboutUser = ids.containsKey(USER_ID) || route.path().equals(OWN_USER);
    if (isAboutUser && target().isEmpty()) {
      violations.parse(USER_ID, ids.get(USER_ID), UserId::parse);
    }
    checkOtherIds(violations);
  }

  private void checkParameters(Violations violations) {
    if (!route.isStrict()) {
      return;
    }
    // Empty names are ignored, since some programs send "&&" and "&=".
    var names =
        queryMap().keySet().stream()
            .filter(name -> !name.isEmpty() && !route.parameters().contains(name))
            .toList();
    UnknownNames.add(violations, "", names, route.parameters());
  }

  private void checkOtherIds(Violations violations) {
    context
        .pathParamMap()
        .forEach(
            (name, value) -> {
              if (name.endsWith("_id") && !name.equals(USER_ID)) {
                violations.parse(name, value, Uuids::parse);
              }
            });
  }

  /**
   * Returns the first value of a parameter, if it is not empty.
   *
   * @throws HttpRefusedException when the route is one of the API's and the parameter has other
   *     values
   */
  public Optional<String> query(String name) {
    List<String> values = queryMap().getOrDefault(name, List.of());
    if (route.isStrict() && values.stream().distinct().count() > 1) {
      throw HttpRefusal.QUERY_MALFORMED.because(name + " has several values (expected: one)");
    }
    return values.stream().findFirst().map(WhiteSpace::trim).filter(value -> !value.isEmpty());
  }

  /** Returns every value of a parameter that may be given several times, or once with commas. */
  public List<String> queryList(String name) {
    return queryMap().getOrDefault(name, List.of()).stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(WhiteSpace::trim)
        .filter(value -> !value.isEmpty())
        .toList();
  }

  /**
   * Returns every parameter of the query, which is UTF-8 whatever the type of the body.
   *
   * @throws HttpRefusedException when it is not percent-encoded UTF-8
   */
  public Map<String, List<String>> queryMap() {
    if (query == null) {
      String raw = Optional.ofNullable(context.req().getQueryString()).orElse("");
      query = HttpRefusal.QUERY_MALFORMED.unlessParsed(() -> UrlEncoded.pairs(raw));
    }
    return query;
  }

  /** Adds a header to the response, whether it succeeds or fails. */
  public void answerHeader(String name, String value) {
    context.header(name, value);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(context.header(name));
  }

  /** Returns the client's certificate, which TLS has verified. */
  Optional<X509Certificate> clientCertificate() {
    return context.req().getAttribute(CLIENT_CERTIFICATES) instanceof X509Certificate[] chain
        ? Arrays.stream(chain).findFirst()
        : Optional.empty();
  }

  /**
   * Returns the scheme and host of the request; empty for an HTTP/1.0 request without Host, so that
   * its links are relative and do not reveal the address of this machine.
   */
  public String origin() {
    String host = context.host();
    return host == null ? "" : context.scheme() + "://" + host;
  }

  /**
   * Returns whether the request comes from this machine itself, by the name {@code localhost} or a
   * loopback address, and through no proxy. The name counts because a page on another site can make
   * a browser connect to this machine under that site's name (DNS rebinding).
   */
  public boolean isLocal() {
    boolean isForwarded = FORWARDING.stream().anyMatch(name -> header(name).isPresent());
    return !isForwarded
        && Set.of("127.0.0.1", "0:0:0:0:0:0:0:1", "[0:0:0:0:0:0:0:1]", "::1", "[::1]")
            .contains(context.req().getRemoteAddr())
        && Set.of("localhost", "127.0.0.1", "[::1]").contains(context.req().getServerName());
  }

  /** Returns whether a trusted proxy states that the browser reached it over HTTPS. */
  public boolean isHttpsAt(TrustedProxies proxies) {
    return header("X-Forwarded-Proto")
        .filter(protocol -> proxies.isHttps(peer(context), protocol))
        .isPresent();
  }

  /** Returns the address of the other end of the connection. */
  static InetAddress peer(Context context) {
    try {
      // The address is literal, so no name server is asked.
      return InetAddress.getByName(context.req().getRemoteAddr());
    } catch (UnknownHostException noAddress) {
      throw new IllegalStateException("the peer has no address", noAddress);
    }
  }

  /** Returns whether the request only reads. */
  public boolean isRead() {
    return Set.of("GET", "HEAD").contains(method());
  }

  /** Returns the value of a cookie, if it is not empty. */
  public Optional<String> cookie(String name) {
    return Optional.ofNullable(context.cookie(name)).filter(value -> !value.isEmpty());
  }

  public Conditions conditions() {
    return conditions(context);
  }

  public static Conditions conditions(Context context) {
    var request = context.req();
    return Conditions.parse(
        Collections.list(request.getHeaders("If-Match")),
        Collections.list(request.getHeaders("If-None-Match")));
  }

  /**
   * Returns the JSON object in the body. Its violations include those of the path, of the query's
   * names and of unknown fields.
   *
   * @param known the fields that the operation knows
   * @throws HttpRefusedException when it is too large, of another type or not a JSON object
   */
  public JsonFields body(FieldNames known) {
    return fields(rawBody().json(), known);
  }

  public JsonFields body(String... known) {
    return body(FieldNames.of(known));
  }

  /**
   * Does the same as {@link #body}, but reads an empty body, with or without a type, as an empty
   * object.
   */
  public JsonFields optionalBody(String... known) {
    return fields(rawBody().optionalJson(), FieldNames.of(known));
  }

  /**
   * Returns the first value of each field of a form in the body.
   *
   * @throws HttpRefusedException when it is too large, of another type or not percent-encoded UTF-8
   */
  public Map<String, String> form() {
    return rawBody().form();
  }

  private RequestBody rawBody() {
    return new RequestBody(context, route, call.idempotencyKey().isPresent());
  }

  private JsonFields fields(byte[] body, FieldNames known) {
    JsonNode object = HttpRefusal.BODY_MALFORMED.unlessParsed(() -> Json.readObject(body));
    var fields = JsonFields.of(object, known, unknownFields);
    checkTarget(fields.violations());
    return fields;
  }
}
