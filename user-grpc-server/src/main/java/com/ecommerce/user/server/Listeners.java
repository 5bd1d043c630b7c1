package com.ecommerce.user.server;

import com.ecommerce.user.server.config.StartupException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The listeners that accept calls. gRPC starts first, since REST takes longer. All stop at the same
 * time, so that each of them has the whole grace period.
 */
final class Listeners implements AutoCloseable {
  private final GrpcEndpoint grpc;
  private final Optional<Supplier<RestEndpoint>> restMaker;
  private final Duration delay;
  private Optional<RestEndpoint> rest = Optional.empty();
  private boolean started;

  /**
   * @param rest creates the REST endpoint when it is needed
   * @param delay the time for which calls are still accepted after health turned NOT_SERVING
   */
  Listeners(GrpcEndpoint grpc, Optional<Supplier<RestEndpoint>> rest, Duration delay) {
    this.grpc = grpc;
    this.restMaker = rest;
    this.delay = delay;
  }

  /**
   * @throws StartupException when one cannot listen
   */
  void start() {
    grpc.start();
    rest = restMaker.map(Supplier::get);
    rest.ifPresent(RestEndpoint::start);
    started = true;
  }

  int grpcPort() {
    return grpc.port();
  }

  /** Returns the REST port; empty if REST is off. */
  Optional<Integer> restPort() {
    return rest.map(RestEndpoint::port);
  }

  @Override
  public void close() throws InterruptedException {
    grpc.drain();
    if (started && !delay.isZero()) {
      rest.ifPresent(RestEndpoint::drain);
      Thread.sleep(delay.toMillis());
    }
    try (var restStops = Background.start("rest-stop", () -> rest.ifPresent(RestEndpoint::close))) {
      grpc.close();
    }
  }
}
