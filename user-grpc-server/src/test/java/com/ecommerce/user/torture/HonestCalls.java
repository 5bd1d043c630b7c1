package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Other clients of the service: four that read and one that writes, 200 calls a second in all, each
 * with a deadline of 10 seconds. They come from the address of the attacker, the hardest case.
 */
final class HonestCalls implements AutoCloseable {
  private static final int READERS = 4;
  private static final long PAUSE_MILLIS = 25;
  private static final long DEADLINE_SECONDS = 10;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Long> latencies = new ArrayList<>();
  private final Tally failures = new Tally();
  private final String userId;
  private volatile boolean stopped;

  HonestCalls(Target target, String email) {
    for (int i = 0; i <= READERS; i++) {
      channels.add(
          NettyChannelBuilder.forAddress("127.0.0.1", target.grpcPort()).usePlaintext().build());
    }
    userId =
        UserServiceGrpc.newBlockingStub(channels.get(0))
            .withWaitForReady()
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .createUser(
                CreateUserRequest.newBuilder()
                    .setEmail(email)
                    .setPassword("correct horse battery")
                    .build())
            .getUser()
            .getId();
    for (int i = 0; i <= READERS; i++) {
      boolean writes = i == READERS;
      var stub = UserServiceGrpc.newBlockingStub(channels.get(i));
      var thread = new Thread(() -> callOnAndOn(stub, writes), "honest-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  private void callOnAndOn(UserServiceBlockingStub stub, boolean writes) {
    for (int i = 0; !stopped; i++) {
      long begin = System.nanoTime();
      try {
        var due = stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        if (writes) {
          due.updateUserProfile(update(i));
        } else {
          due.getUser(GetUserRequest.newBuilder().setUserId(userId).build());
        }
      } catch (StatusRuntimeException failed) {
        failures.add(failed.getStatus().getCode().name());
      }
      synchronized (latencies) {
        latencies.add(System.nanoTime() - begin);
      }
      pause();
    }
  }

  private UpdateUserProfileRequest update(int i) {
    return UpdateUserProfileRequest.newBuilder()
        .setUserId(userId)
        .setProfile(UserProfile.newBuilder().setCompany("Company " + i))
        .build();
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  int calls() {
    synchronized (latencies) {
      return latencies.size();
    }
  }

  /** In milliseconds; failed calls count, too. */
  double percentile(double percent) {
    synchronized (latencies) {
      long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
      int rank = (int) Math.ceil(sorted.length * percent / 100);
      return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)] / 1e6;
    }
  }

  Tally failures() {
    return failures;
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS + 1));
    }
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
