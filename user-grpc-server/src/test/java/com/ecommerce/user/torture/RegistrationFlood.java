package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Registers users continuously, which needs costly hashes, while other clients log in. */
final class RegistrationFlood implements Attack {
  private static final int IN_FLIGHT = 150;
  private static final int LOGINS = 12;
  private static final long SECONDS = 60;
  private static final String PASSWORD = "correct horse battery";
  private static final String LOGGED_IN = "others logged in";
  private static final String MEANWHILE = "registered meanwhile";

  private final String email = "login" + System.nanoTime() + "@example.com";

  @Override
  public String description() {
    return IN_FLIGHT + " registrations in flight at bcrypt's cost 12, and 12 logins of others";
  }

  @Override
  public Map<String, String> settings() {
    return Map.of("PASSWORD_BCRYPT_COST", "12");
  }

  @Override
  public void prepare(Target target) {
    var channel = Network.OTHERS.channelTo(target);
    UserServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
        .createUser(request(email));
    channel.shutdownNow();
  }

  private static CreateUserRequest request(String email) {
    return CreateUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build();
  }

  @Override
  public void run(Target target, Tally tally) throws InterruptedException {
    String prefix = "flood" + System.nanoTime() + ".";
    try (var flood =
        CallFlood.start(
            target,
            IN_FLIGHT,
            (channel, number, end) ->
                UserServiceGrpc.newStub(channel)
                    .createUser(request(prefix + number + "@example.com"), Statuses.ending(end)),
            tally)) {
      TimeUnit.SECONDS.sleep(2);
      long registered = tally.count("OK");
      long begin = System.nanoTime();
      logIn(target, tally);
      tally.add("ms until the last login", (System.nanoTime() - begin) / 1_000_000);
      tally.add(MEANWHILE, tally.count("OK") - registered);
    }
  }

  /** Starts all logins at once, and returns when all have succeeded. */
  private void logIn(Target target, Tally tally) throws InterruptedException {
    List<ManagedChannel> channels = new ArrayList<>();
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < LOGINS; i++) {
      var channel = Network.OTHERS.channelTo(target);
      channels.add(channel);
      var client = new Thread(() -> logIn(channel, tally), "login-" + i);
      client.start();
      clients.add(client);
    }
    for (Thread client : clients) {
      client.join();
    }
    channels.forEach(ManagedChannel::shutdownNow);
  }

  /** Logs in, and retries when the answer asks for it, like usual clients. */
  private void logIn(ManagedChannel channel, Tally tally) {
    var stub = AuthServiceGrpc.newBlockingStub(channel);
    var request = LoginRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build();
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < until) {
      try {
        var answer = stub.withDeadlineAfter(SECONDS, TimeUnit.SECONDS).login(request);
        tally.add(answer.getAccessToken().isEmpty() ? "others got no token" : LOGGED_IN);
        return;
      } catch (StatusRuntimeException refused) {
        tally.add("login: " + Statuses.describe(refused));
        if (!pause(Statuses.retryMillis(refused))) {
          return;
        }
      }
    }
  }

  private static boolean pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return millis > 0;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    if (tally.count(LOGGED_IN) < LOGINS) {
      return "not all of the others logged in";
    }
    // The check does not depend on the speed of the machine: most of the started hashes must have
    // been for logins.
    return tally.count(MEANWHILE) > LOGINS ? "registrations went before logins" : "";
  }
}
