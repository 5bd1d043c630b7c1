package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.rest.RestApi;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.PageSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The REST API of a {@link TestService}, on a free port. */
public final class TestRest implements AutoCloseable {
  private final ExecutorService workers = Executors.newFixedThreadPool(4);
  private final RestApi api;

  private TestRest(TestService service) {
    api =
        new RestApi(
            service.core(),
            RestSettings.onPort(0),
            PageSettings.DEFAULT,
            Workers.on(workers),
            service.clock(),
            new SecureRandom(),
            RequestListeners.NONE);
  }

  public static TestRest of(TestService service) throws IOException {
    var rest = new TestRest(service);
    rest.api.start();
    return rest;
  }

  public int port() {
    return api.port();
  }

  @Override
  public void close() {
    api.close();
    workers.shutdownNow();
  }
}
