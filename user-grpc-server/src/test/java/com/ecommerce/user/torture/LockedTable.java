package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.PrivacyPreferences;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Makes calls that need a table which another session has locked. */
final class LockedTable implements Attack {
  private static final int IN_FLIGHT = 1_000;
  private static final long SECONDS = 15;

  private String userId = "";

  @Override
  public String description() {
    return IN_FLIGHT + " calls in flight that wait for the locked table of preferences";
  }

  @Override
  public void prepare(Target target) {
    var channel = Network.ATTACKER.channelTo(target);
    userId =
        UserServiceGrpc.newBlockingStub(channel)
            .createUser(
                CreateUserRequest.newBuilder()
                    .setEmail("preferences" + System.nanoTime() + "@example.com")
                    .setPassword("correct horse battery")
                    .build())
            .getUser()
            .getId();
    channel.shutdownNow();
  }

  @Override
  public void run(Target target, Tally tally)
      throws IOException, InterruptedException, SQLException {
    try (var connection = target.database().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table preferences in access exclusive mode");
      try (var flood = CallFlood.start(target, IN_FLIGHT, this::begin, tally)) {
        TimeUnit.SECONDS.sleep(SECONDS);
      }
      connection.rollback();
    }
  }

  private void begin(Channel channel, int number, StreamObserver<Object> end) {
    var stub = UserServiceGrpc.newStub(channel);
    if (number % 2 == 0) {
      stub.getUserPreferences(
          GetUserPreferencesRequest.newBuilder().setUserId(userId).build(), Statuses.ending(end));
    } else {
      stub.updateUserPreferences(
          UpdateUserPreferencesRequest.newBuilder()
              .setUserId(userId)
              .setPreferences(
                  UserPreferences.newBuilder()
                      .setPrivacy(PrivacyPreferences.newBuilder().setSearchable(number % 4 == 1)))
              .build(),
          Statuses.ending(end));
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    return tally.countOf("") > 0 ? "" : "all calls waited for ever";
  }
}
