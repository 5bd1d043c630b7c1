package com.ecommerce.user.server;

import java.time.Duration;
import java.util.Optional;

/**
 * What takes calls. All start at the same time, and stop at the same time, so that each of them has
 * the whole grace.
 */
final class Listeners implements AutoCloseable {
  private final GrpcEndpoint grpc;
  private final Optional<RestEndpoint> rest;
  private final Duration delay;
  private boolean started;

  /**
   * @param delay how long calls are still taken after health turned NOT_SERVING
   */
  Listeners(GrpcEndpoint grpc, Optional<RestEndpoint> rest, Duration delay) {
    this.grpc = grpc;
    this.rest = rest;
    this.delay = delay;
  }

  /**
   * @throws StartupException when one cannot listen
   */
  void start() {
    try (var restStarts =
        Background.start("rest-start", () -> rest.ifPresent(RestEndpoint::start))) {
      grpc.start();
    }
    started = true;
  }

  int grpcPort() {
    return grpc.port();
  }

  /** Empty when REST is off. */
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
