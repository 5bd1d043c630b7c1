package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write, and record the writes that the service acknowledged. Each has a user of its
 * own whose profile it numbers, and creates another user with every tenth write. Later, a user must
 * have the last acknowledged number, or a greater one whose answer was lost.
 */
final class AcknowledgedWrites {
  private static final int CREATE_EVERY = 10;
  private static final long PAUSE_MILLIS = 2;
  private static final long DEADLINE_SECONDS = 10;

  private final List<Client> clients = new ArrayList<>();
  private final Tally failures = new Tally();
  private final AtomicLong lastSuccess = new AtomicLong();
  private final AtomicLong count = new AtomicLong();
  private List<Thread> threads = List.of();
  private ManagedChannel channel;
  private volatile boolean stopped;

  AcknowledgedWrites(int clients) {
    for (int i = 0; i < clients; i++) {
      this.clients.add(new Client());
    }
  }

  /** Starts to write to a service. All calls to an earlier one have ended. */
  void start(Target target) {
    stopped = false;
    channel = Network.OTHERS.channelTo(target);
    var stub = UserServiceGrpc.newBlockingStub(channel);
    threads = clients.stream().map(client -> new Thread(() -> client.write(stub))).toList();
    threads.forEach(
        thread -> {
          thread.setDaemon(true);
          thread.start();
        });
  }

  /** Stops writing, and waits for the end of running calls. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS + 1));
    }
    channel.shutdownNow();
  }

  /** Returns the number of writes that were acknowledged. */
  long count() {
    return count.get();
  }

  /** Returns when the last write was acknowledged, as {@link System#nanoTime} counts. */
  long lastSuccess() {
    return lastSuccess.get();
  }

  Tally failures() {
    return failures;
  }

  /** Reads everything that was acknowledged, and returns what is missing. */
  List<String> missing(Target target) {
    var reading = Network.OTHERS.channelTo(target);
    try {
      var stub = UserServiceGrpc.newBlockingStub(reading);
      return clients.stream().flatMap(client -> client.missing(stub).stream()).toList();
    } finally {
      reading.shutdownNow();
    }
  }

  private final class Client {
    private final List<String> created = new ArrayList<>();
    private long acknowledged;
    private long number;

    private void write(UserServiceBlockingStub stub) {
      while (!stopped) {
        try {
          var due = stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
          if (created.isEmpty() || number % CREATE_EVERY == 0) {
            created.add(due.createUser(newUser()).getUser().getId());
          } else {
            due.updateUserProfile(update());
            acknowledged = number;
          }
          lastSuccess.set(System.nanoTime());
          count.incrementAndGet();
        } catch (StatusRuntimeException failed) {
          failures.add(Statuses.describe(failed));
        }
        number++;
        pause();
      }
    }

    private CreateUserRequest newUser() {
      return CreateUserRequest.newBuilder()
          .setEmail(
              "writer" + System.identityHashCode(this) + "-" + System.nanoTime() + "@example.com")
          .setPassword("correct horse battery")
          .build();
    }

    private UpdateUserProfileRequest update() {
      return UpdateUserProfileRequest.newBuilder()
          .setUserId(created.get(0))
          .setProfile(UserProfile.newBuilder().setCompany(Long.toString(number)))
          .build();
    }

    private List<String> missing(UserServiceBlockingStub stub) {
      List<String> missing = new ArrayList<>();
      for (String id : created) {
        try {
          var profile =
              stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                  .getUser(GetUserRequest.newBuilder().setUserId(id).build())
                  .getUser()
                  .getProfile();
          if (id.equals(created.get(0)) && number(profile) < acknowledged) {
            missing.add("number " + acknowledged + ", found " + number(profile));
          }
        } catch (StatusRuntimeException failed) {
          boolean isLost = failed.getStatus().getCode() == Status.Code.NOT_FOUND;
          missing.add("user " + id + (isLost ? "" : ": " + Statuses.describe(failed)));
        }
      }
      return missing;
    }

    private static long number(UserProfile profile) {
      return profile.getCompany().isEmpty() ? 0 : Long.parseLong(profile.getCompany());
    }

    private static void pause() {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
