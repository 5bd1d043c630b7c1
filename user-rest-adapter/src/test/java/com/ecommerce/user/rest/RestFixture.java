package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.rest.http.RequestListeners;
import com.ecommerce.user.rest.http.RestSettings;
import com.ecommerce.user.rest.page.OpenApi;
import com.ecommerce.user.rest.page.PageSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A running API on a free port, on a test class's own database. */
final class RestFixture implements AutoCloseable {
  private final TestCore test;
  private final TestMailbox mailbox;
  private final ExecutorService workers = Executors.newFixedThreadPool(10);
  private final RestApi api;
  private final ApiDescription description =
      new ApiDescription(new OpenApi("1.2.3", Optional.empty()).json());
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Set<String> called = new ConcurrentSkipListSet<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

  private RestFixture(
      TestDatabase database,
      RestSettings settings,
      PageSettings pages,
      UnaryOperator<UserCore.Builder> choices) {
    test = TestCore.on(database, builder -> choices.apply(builder.workers(Workers.on(workers))));
    mailbox = TestMailbox.of(database, test.clock());
    api =
        new RestApi(
            test.core(),
            settings,
            pages,
            Workers.on(workers),
            test.clock(),
            new Random(),
            new RequestListeners(
                Optional.empty(),
                (method, route, status, nanoseconds) ->
                    ended.add(new Ended(method, route, status, nanoseconds))));
    try {
      api.start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static RestFixture on(TestDatabase database) {
    return on(database, RestSettings.onPort(0));
  }

  /** Starts an API with other settings of the core. */
  static RestFixture on(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return new RestFixture(database, RestSettings.onPort(0), PageSettings.DEFAULT, choices);
  }

  static RestFixture on(TestDatabase database, RestSettings settings) {
    return new RestFixture(database, settings, PageSettings.DEFAULT, UnaryOperator.identity());
  }

  static RestFixture on(TestDatabase database, PageSettings pages) {
    return on(database, RestSettings.onPort(0), pages, UnaryOperator.identity());
  }

  static RestFixture on(
      TestDatabase database,
      RestSettings settings,
      PageSettings pages,
      UnaryOperator<UserCore.Builder> choices) {
    return new RestFixture(database, settings, pages, choices);
  }

  UserCore core() {
    return test.core();
  }

  MutableClock clock() {
    return test.clock();
  }

  TestMailbox mailbox() {
    return mailbox;
  }

  RestApi api() {
    return api;
  }

  ApiDescription description() {
    return description;
  }

  /** Returns the names of the operations that were called. */
  Set<String> called() {
    return called;
  }

  /** A request that was reported to the observer. */
  record Ended(String method, String route, int status, long nanoseconds) {
    String name() {
      return method + " " + route + " " + status;
    }
  }

  /** Waits for the next request that ends, and returns it. */
  Ended nextEnded() throws InterruptedException {
    return Objects.requireNonNull(ended.poll(30, TimeUnit.SECONDS), "no request ended");
  }

  /** Returns an anonymous client. */
  RestClient client() {
    return new RestClient(http, api.port(), description, called, List.of());
  }

  /** A user who is logged in. */
  record Member(User user, RestClient client) {
    String path() {
      return "/api/users/" + user.id();
    }

    String email() {
      return user.email().address();
    }
  }

  /** Returns a new user with a new email, who is logged in. */
  Member member(Role... roles) {
    String email = "user-" + UUID.randomUUID() + "@example.com";
    var user =
        core()
            .users()
            .create(
                RequestContext.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
    var signedIn = core().sessions().signIn(RequestContext.system(), user.id(), "test");
    return new Member(signedIn.user(), client().as(signedIn.tokens().accessToken()));
  }

  /** Returns a new user with a new email, which is verified. */
  User verified(Role... roles) {
    return verified("user-" + UUID.randomUUID() + "@example.com", roles);
  }

  /** Returns a new user with a verified email. */
  User verified(String email, Role... roles) {
    return core()
        .users()
        .createVerified(
            RequestContext.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
  }

  /** Returns a browser in which the user has signed in to the account. */
  Browser inAccount(User user) {
    var browser = new Browser(this);
    browser.signIn(user.email().address(), TestUsers.PASSWORD);
    return browser;
  }

  /** Returns a browser in which the user has signed in to the console. */
  Browser inConsole(User user) {
    var browser = new Browser(this);
    var page = browser.signInToConsole(user).as(200);
    assertTrue(page.text().contains("<title>"), page.text());
    return browser;
  }

  @Override
  public void close() {
    api.close();
    workers.shutdown();
    mailbox.close();
    test.close();
  }
}
