package com.ecommerce.user.rest;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A running API on a free port, on a test class's own database. */
final class RestFixture implements AutoCloseable {
  private final TestCore test;
  private final ExecutorService workers = Executors.newFixedThreadPool(10);
  private final RestApi api;

  private RestFixture(TestCore test, RestSettings settings) {
    this.test = test;
    api = new RestApi(test.core(), settings, workers, test.clock(), new Random());
    api.start();
  }

  static RestFixture on(TestDatabase database) {
    return new RestFixture(TestCore.on(database), RestSettings.onPort(0));
  }

  static RestFixture on(TestDatabase database, RestSettings settings) {
    return new RestFixture(TestCore.on(database), settings);
  }

  UserCore core() {
    return test.core();
  }

  MutableClock clock() {
    return test.clock();
  }

  RestApi api() {
    return api;
  }

  RestClient client() {
    return RestClient.on(api.port());
  }

  @Override
  public void close() {
    api.close();
    workers.shutdown();
    test.close();
  }
}
