package com.ecommerce.user.server;

import com.ecommerce.user.server.config.StartupException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The listeners that take calls. gRPC starts first, since REST takes longer; all stop at the same
 * time, so that each of them has the whole grace.
 */
final class Listeners implements AutoCloseable {
  private final GrpcEndpoint grpc;
  private final Optional<Supplier<RestEndpoint>> restMaker;
  private final Duration delay;
  private Optional<RestEndpoint> rest = Optional.empty();
  private boolean started;

  /**
   * @param rest makes it when its time has come
   * @param delay how long calls are still taken after health turned NOT_SERVING
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
