package com.ecommerce.user.torture;

import com.ecommerce.user.core.testing.GeneratedUsers;
import com.ecommerce.user.core.testing.UserLoader;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Makes lists and searches of many users, as many as one client can have in flight. */
final class ListFlood implements Attack {
  private static final int IN_FLIGHT = 1_000;
  private static final int USERS = 20_000;
  private static final long SECONDS = 15;

  @Override
  public String description() {
    return IN_FLIGHT + " lists and searches in flight, of " + USERS + " users";
  }

  @Override
  public void prepare(Target target) throws IOException, SQLException {
    var database = target.database();
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var counts = statement.executeQuery("select count(*) from users")) {
      counts.next();
      if (counts.getLong(1) >= USERS) {
        return;
      }
    }
    UserLoader.load(database, new GeneratedUsers(1), USERS);
  }

  @Override
  public void run(Target target, Tally tally) throws InterruptedException {
    try (var flood = CallFlood.start(target, IN_FLIGHT, ListFlood::begin, tally)) {
      TimeUnit.SECONDS.sleep(SECONDS);
    }
  }

  private static void begin(Channel channel, int number, StreamObserver<Object> end) {
    var stub = UserServiceGrpc.newStub(channel);
    if (number % 2 == 0) {
      stub.listUsers(ListUsersRequest.getDefaultInstance(), Statuses.ending(end));
    } else {
      stub.searchUsers(
          SearchUsersRequest.newBuilder().setQuery(GeneratedUsers.COMMON_WORD).build(),
          Statuses.ending(end));
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    return tally.count("OK") > 0 ? "" : "no list was answered";
  }
}
