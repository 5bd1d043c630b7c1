package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Clients of the service that do no harm: some that read and one that writes, at most 40 calls a
 * second each, with a deadline of 10 seconds.
 */
final class HonestCalls implements AutoCloseable {
  private static final long PAUSE_MILLIS = 25;
  private static final int ADDRESSES_EVERY = 4;
  private static final long DEADLINE_SECONDS = 10;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Long> latencies = new ArrayList<>();
  private double quietMillis;
  private final Tally failures = new Tally();
  private final String userId;
  private volatile boolean stopped;

  /**
   * @param network the network of the clients
   * @param readers the number of clients that read
   */
  HonestCalls(Target target, Network network, int readers) {
    for (int i = 0; i <= readers; i++) {
      channels.add(network.channelTo(target));
    }
    userId =
        UserServiceGrpc.newBlockingStub(channels.get(0))
            .withWaitForReady()
            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
            .createUser(
                CreateUserRequest.newBuilder()
                    .setEmail("honest" + System.nanoTime() + "@example.com")
                    .setPassword("correct horse battery")
                    .build())
            .getUser()
            .getId();
    for (int i = 0; i <= readers; i++) {
      boolean writes = i == readers;
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
        } else if (i % ADDRESSES_EVERY == 0) {
          // No cache answers this call.
          due.listUserAddresses(ListUserAddressesRequest.newBuilder().setUserId(userId).build());
        } else {
          due.getUser(GetUserRequest.newBuilder().setUserId(userId).build());
        }
      } catch (StatusRuntimeException failed) {
        failures.add(Statuses.describe(failed));
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

  /** Ends the time without an attack, whose measurements are the baseline. */
  void beginAttack() {
    synchronized (latencies) {
      quietMillis = percentile(99);
      latencies.clear();
    }
  }

  /** Returns the 99th percentile without an attack, in milliseconds. */
  double quietMillis() {
    return quietMillis;
  }

  int calls() {
    synchronized (latencies) {
      return latencies.size();
    }
  }

  /** Returns a percentile in milliseconds. Failed calls also count. */
  double percentile(double percent) {
    synchronized (latencies) {
      long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
      int rank = (int) Math.ceil(sorted.length * percent / 100);
      return sorted.length == 0 ? 0 : sorted[Math.max(0, rank - 1)] / 1e6;
    }
  }

  /** Returns a summary of the calls in one line. */
  String summary() {
    String failed = failures.toString();
    return String.format(
        Locale.ROOT,
        "%d calls, p50 %.1f ms, p99 %.1f ms (quiet: %.1f ms), failed: %s",
        calls(),
        percentile(50),
        percentile(99),
        quietMillis,
        failed.isEmpty() ? "none" : failed);
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
