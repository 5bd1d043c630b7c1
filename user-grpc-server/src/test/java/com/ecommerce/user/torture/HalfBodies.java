package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends bodies of REST requests without their last byte, while other clients log in over REST. */
final class HalfBodies implements Attack {
  private static final int CONNECTIONS = 250;
  private static final int BYTES = 1 << 20;
  private static final int SECONDS = 45;
  private static final int LOGINS = 20;
  private static final String PATH = "/api/auth/login";
  private static final String PASSWORD = "correct horse battery";
  private static final String LOGGED_IN = "login of others: 200";

  private final String email = "rest" + System.nanoTime() + "@example.com";

  @Override
  public String description() {
    return CONNECTIONS + " bodies of 1 MiB over REST, all but the last byte sent";
  }

  @Override
  public void prepare(Target target) {
    var channel = Network.OTHERS.channelTo(target);
    UserServiceGrpc.newBlockingStub(channel)
        .createUser(CreateUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build());
    channel.shutdownNow();
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      var sender = new Thread(() -> sendHalf(target, tally), "half-body");
      sender.start();
      senders.add(sender);
    }
    for (int i = 0; i < LOGINS; i++) {
      TimeUnit.SECONDS.sleep(1);
      logIn(target, tally);
    }
    for (Thread sender : senders) {
      sender.join();
    }
  }

  private void sendHalf(Target target, Tally tally) {
    try (var connection = RestConnection.open(target, Network.ATTACKER, SECONDS)) {
      connection.post(PATH, new byte[BYTES], BYTES - 1);
      tally.add(connection.answer());
    } catch (IOException cutOff) {
      tally.add("connection cut off");
    }
  }

  private void logIn(Target target, Tally tally) throws IOException {
    byte[] body =
        "{\"email\":\"%s\",\"password\":\"%s\"}"
            .formatted(email, PASSWORD)
            .getBytes(StandardCharsets.UTF_8);
    try (var connection = RestConnection.open(target, Network.OTHERS, SECONDS)) {
      connection.post(PATH, body, body.length);
      tally.add("login of others: " + connection.answer());
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    if (tally.count("no answer") > 0) {
      return "some bodies were kept";
    }
    return tally.count(LOGGED_IN) == LOGINS ? "" : "logins of others over REST failed";
  }
}
