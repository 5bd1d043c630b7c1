package com.ecommerce.user.torture;

import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Changes passwords, which ends very many sessions, as a release without a limit may have created.
 */
final class ManySessions implements Attack {
  private static final int SESSIONS = 20_000;
  private static final int CHANGES = 3;

  /**
   * The maximum time of a change. It may be longer, up to a multiple of the time in which the
   * database inserted the rows.
   */
  private static final long MAX_MILLIS = 2_000;

  private static final long MAX_RATIO = 4;
  private static final long DEADLINE_SECONDS = 30;
  private static final String SLOWEST = "ms for the slowest change";
  private static final String INSERTED = "ms for the slowest insert of the rows";

  @Override
  public String description() {
    return CHANGES + " changes of a password that end " + SESSIONS + " sessions each";
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, SQLException {
    var channel = Network.ATTACKER.channelTo(target);
    var stub = UserServiceGrpc.newBlockingStub(channel);
    String userId =
        stub.createUser(
                CreateUserRequest.newBuilder()
                    .setEmail("sessions" + System.nanoTime() + "@example.com")
                    .setPassword(password(0))
                    .build())
            .getUser()
            .getId();
    long slowest = 0;
    long inserted = 0;
    for (int i = 0; i < CHANGES; i++) {
      long begin = System.nanoTime();
      insertSessions(target, userId);
      inserted = Math.max(inserted, millisSince(begin));
      begin = System.nanoTime();
      try {
        stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .changePassword(
                ChangePasswordRequest.newBuilder()
                    .setUserId(userId)
                    .setCurrentPassword(password(i))
                    .setNewPassword(password(i + 1))
                    .build());
        tally.add("OK");
      } catch (StatusRuntimeException failed) {
        tally.add(Statuses.describe(failed));
      }
      slowest = Math.max(slowest, millisSince(begin));
    }
    tally.add(SLOWEST, slowest);
    tally.add(INSERTED, inserted);
    channel.shutdownNow();
  }

  private static long millisSince(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1_000_000;
  }

  private static String password(int number) {
    return "correct horse battery " + number;
  }

  private static void insertSessions(Target target, String userId)
      throws IOException, SQLException {
    try (var connection = target.database().getConnection();
        var insert =
            connection.prepareStatement(
                """
                insert into sessions (id, user_id, device_name, client_network, created_at, last_used_at,
                  expires_at, refresh_digest, generation)
                select gen_random_uuid(), ?, '', '127.0.0.1', now(), now(), now() + interval '7 days',
                  decode(repeat('ab', 32), 'hex'), 0
                from generate_series(1, ?)
                """)) {
      insert.setObject(1, UUID.fromString(userId));
      insert.setInt(2, SESSIONS);
      insert.executeUpdate();
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    if (tally.count("OK") < CHANGES) {
      return "not all changes were made";
    }
    long most = Math.max(MAX_MILLIS, MAX_RATIO * tally.count(INSERTED));
    return tally.count(SLOWEST) > most ? "a change took too long" : "";
  }
}
