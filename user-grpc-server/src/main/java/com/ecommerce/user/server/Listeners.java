package com.ecommerce.user.server;

import java.util.Optional;

/** What takes calls. All stop at the same time, so that each of them has the whole grace. */
final class Listeners implements AutoCloseable {
  private final GrpcEndpoint grpc;
  private final Optional<RestEndpoint> rest;

  Listeners(GrpcEndpoint grpc, Optional<RestEndpoint> rest) {
    this.grpc = grpc;
    this.rest = rest;
  }

  /**
   * @throws StartupException when one cannot listen
   */
  void start() {
    grpc.start();
    rest.ifPresent(RestEndpoint::start);
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
    var restStops = new Thread(() -> rest.ifPresent(RestEndpoint::close), "rest-stop");
    restStops.start();
    try {
      grpc.close();
    } finally {
      restStops.join();
    }
  }
}
