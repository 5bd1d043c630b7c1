package com.ecommerce.user.server.testing;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;

/**
 * Checks that every failure that a client sees has the details of the contract, and nothing that
 * must not be shown. Thread-safe.
 */
public final class ConformanceInterceptor implements ClientInterceptor {
  private static final Set<Status.Code> WITH_RESOURCE =
      Set.of(Status.Code.NOT_FOUND, Status.Code.ALREADY_EXISTS);
  private static final Set<Status.Code> WITH_RETRY =
      Set.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE);

  /** The codes that the client's own library may generate without the server. */
  private static final Set<Status.Code> MAY_BE_LOCAL =
      Set.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED);

  private static final Pattern NEVER_SHOWN =
      Pattern.compile(
          "(?i)exception|\\bjava\\b|com\\.ecommerce|org\\.|\\bselect\\b|\\binsert\\b|\\bsql|postgres|jdbc|localhost|\\$2[ab]\\$");

  private final List<String> problems = new CopyOnWriteArrayList<>();

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                check(method.getFullMethodName(), status, trailers);
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  private void check(String method, Status status, Metadata trailers) {
    if (status.isOk()) {
      return;
    }
    var failure = Failure.of(status, trailers);
    if (MAY_BE_LOCAL.contains(status.getCode()) && failure.info().isEmpty()) {
      return;
    }
    problemsOf(failure, method)
        .forEach(problem -> problems.add(method + ": " + problem + ": " + failure));
  }

  private static List<String> problemsOf(Failure failure, String method) {
    List<String> found = new ArrayList<>();
    if (!failure.info().map(info -> info.getDomain().equals("users.ecommerce")).orElse(false)) {
      found.add("no ErrorInfo of the domain");
    }
    if (!failure.reason().matches("[A-Z][A-Z0-9_]+")) {
      found.add("no reason in UPPER_SNAKE_CASE");
    }
    if (failure.reason().equals("INVALID_REQUEST") && failure.violations().isEmpty()) {
      found.add("no violation");
    }
    boolean ours = method.startsWith("user.v1.");
    if (ours && WITH_RESOURCE.contains(failure.code()) && failure.resource().isEmpty()) {
      found.add("no ResourceInfo");
    }
    if (WITH_RETRY.contains(failure.code()) && failure.retry().isEmpty()) {
      found.add("no RetryInfo");
    }
    if (NEVER_SHOWN.matcher(failure.toString().replaceAll("com\\.google\\.\\S+", "")).find()) {
      found.add("something that must not be shown");
    }
    return found;
  }

  /**
   * Checks the calls so far.
   *
   * @throws AssertionError if a call broke the contract
   */
  public void assertNoProblem() {
    if (!problems.isEmpty()) {
      throw new AssertionError(String.join(System.lineSeparator(), problems));
    }
  }
}
