package com.ecommerce.user.server;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.rest.RequestMeter;
import com.ecommerce.user.rest.RestApi;
import com.ecommerce.user.rest.RestSettings;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** The REST API on its port. */
final class RestEndpoint implements AutoCloseable {
  private final String address;
  private final RestApi api;

  /**
   * @param workers runs the handlers that may block; stays the caller's
   * @param random makes call ids; thread-safe
   * @param meter is told of every request that ends
   */
  RestEndpoint(
      int port,
      ServerSettings settings,
      UserCore core,
      Executor workers,
      Clock clock,
      RandomGenerator random,
      RequestMeter meter) {
    var rest = settings.rest();
    address = settings.listenAddress().orElse("*") + ":" + port;
    api =
        new RestApi(
            core,
            new RestSettings(
                settings.listenAddress(),
                port,
                rest.publicBaseUrl(),
                rest.corsOrigins(),
                settings.access().trustedProxies(),
                settings.shutdownGrace(),
                BuildInfo.version()),
            workers,
            clock,
            random,
            meter);
  }

  /**
   * @throws StartupException when the port is in use or the address is not this machine's
   */
  void start() {
    try {
      api.start();
    } catch (IOException failed) {
      throw new StartupException(
          RestOptions.PORT_SETTING
              + ": cannot listen on "
              + address
              + ": "
              + failed.getMessage()
              + " (expected: a free port of this machine)",
          failed);
    }
  }

  int port() {
    return api.port();
  }

  @Override
  public void close() {
    api.close();
  }
}
