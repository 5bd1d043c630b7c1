package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Makes many more calls than the service can answer. A window of calls in flight is kept full:
 * first one that the service can handle, then one a hundred times as large. Half of the calls have
 * a deadline.
 */
final class OverloadCampaign implements Campaign {
  private static final int CAPACITY = 16;
  private static final int OVERLOAD = 1_600;
  private static final long DEFAULT_SECONDS = 60;
  private static final long DEADLINE_SECONDS = 3;
  private static final int USERS = 200;
  private static final long MAX_MEBIBYTES = 420;

  /** The goodput in overload, as a part of that at capacity. */
  private static final double MIN_GOODPUT = 0.5;

  private static final double MAX_READ_P99_MILLIS = 2_000;
  private static final double MAX_RECOVERY_SECONDS = 6;

  private final List<String> broken = new ArrayList<>();

  @Override
  public String description() {
    return "a hundred times as many calls in flight as the service answers at once";
  }

  /** One kind of call. */
  private interface Kind {
    ListenableFuture<?> begin(UserServiceGrpc.UserServiceFutureStub stub);
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    broken.clear();
    long seconds = options.duration().map(Duration::toSeconds).orElse(DEFAULT_SECONDS);
    var settings = Map.of("RATE_LIMIT_METHODS", "none", "PASSWORD_BCRYPT_COST", "8");
    try (var service = ServiceUnderTest.start(options, settings)) {
      var channel = Network.ATTACKER.channelTo(service.target());
      List<String> users = new ArrayList<>();
      List<String> emails = new ArrayList<>();
      var blocking = UserServiceGrpc.newBlockingStub(channel).withWaitForReady();
      for (int i = 0; i < USERS; i++) {
        var created = blocking.createUser(MixedLoad.newUser("overload")).getUser();
        users.add(created.getId());
        emails.add(created.getEmail());
      }
      var kinds = kinds(channel, users, emails);
      load(channel, kinds, CAPACITY, Math.max(2, seconds / 6));
      var capacity = load(channel, kinds, CAPACITY, Math.max(2, seconds / 6));
      print(out, "capacity", capacity, seconds / 6);
      long memory = service.mebibytes();
      var reads = new HonestReads(service.target(), users.get(0));
      var overload = load(channel, kinds, OVERLOAD, Math.max(4, seconds / 2));
      double p99 = reads.stop();
      print(out, "overload", overload, seconds / 2);
      double recovery = recovery(channel, kinds);
      out.printf(
          Locale.ROOT,
          "  cached reads of others meanwhile: %s, p99 %.1f ms%n"
              + "  all kinds answered again %.2f s after the load%n"
              + "  memory: %d MiB before, %d MiB at most%n",
          reads.failures,
          p99,
          recovery,
          memory,
          service.maxMebibytes());
      double goodput = goodput(overload, seconds / 2) / goodput(capacity, seconds / 6);
      out.printf(Locale.ROOT, "  goodput: %.2f of that at capacity%n", goodput);
      require(goodput >= MIN_GOODPUT, "the goodput collapsed");
      require(p99 <= MAX_READ_P99_MILLIS, "reads from memory took " + p99 + " ms");
      require(reads.failures.countOf("") == reads.failures.count("OK"), "reads failed");
      require(recovery <= MAX_RECOVERY_SECONDS, "the service recovered after " + recovery + " s");
      require(
          service.maxMebibytes() <= MAX_MEBIBYTES,
          "the service used more than " + MAX_MEBIBYTES + " MiB");
      require(service.logLines(".* ERROR .*") == 0, "errors in the log");
      long told =
          overload.countOf("OK")
              + overload.countOf("DEADLINE_EXCEEDED")
              + overload.count("RESOURCE_EXHAUSTED SERVER_BUSY (retry)")
              + overload.count("RESOURCE_EXHAUSTED HASHING_BUSY (retry)")
              + overload.count("UNAVAILABLE DATABASE_UNAVAILABLE (retry)");
      require(told == overload.countOf(""), "failures without a reason to retry: " + overload);
      require(service.isAlive(), "the service has ended");
      channel.shutdownNow();
    }
    return String.join("; ", broken);
  }

  private static List<Kind> kinds(ManagedChannel channel, List<String> users, List<String> emails) {
    var auth = AuthServiceGrpc.newFutureStub(channel);
    return List.of(
        stub -> stub.getUser(GetUserRequest.newBuilder().setUserId(any(users)).build()),
        stub -> stub.listUsers(ListUsersRequest.getDefaultInstance()),
        stub -> stub.searchUsers(SearchUsersRequest.newBuilder().setQuery("overload").build()),
        stub ->
            stub.updateUserProfile(
                UpdateUserProfileRequest.newBuilder()
                    .setUserId(any(users))
                    .setProfile(UserProfile.newBuilder().setCompany("Company " + System.nanoTime()))
                    .build()),
        stub -> stub.createUser(MixedLoad.newUser("more")),
        stub -> {
          var login =
              LoginRequest.newBuilder().setEmail(any(emails)).setPassword("correct horse battery");
          return auth.withDeadline(stub.getCallOptions().getDeadline()).login(login.build());
        });
  }

  private static String any(List<String> of) {
    return of.get(ThreadLocalRandom.current().nextInt(of.size()));
  }

  /** Keeps this many calls in flight for the given time, and returns the outcomes. */
  private static Tally load(ManagedChannel channel, List<Kind> kinds, int window, long seconds)
      throws InterruptedException {
    var outcomes = new Tally();
    var places = new Semaphore(window);
    var stub = UserServiceGrpc.newFutureStub(channel);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (int i = 0; System.nanoTime() < end; i++) {
      places.acquire();
      boolean isHurried = i / kinds.size() % 2 == 0;
      var call =
          kinds
              .get(i % kinds.size())
              .begin(isHurried ? stub.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS) : stub);
      call.addListener(
          () -> {
            outcomes.add(outcome(call));
            places.release();
          },
          MoreExecutors.directExecutor());
    }
    places.acquire(window);
    return outcomes;
  }

  private static String outcome(ListenableFuture<?> call) {
    try {
      call.get();
      return "OK";
    } catch (ExecutionException failed) {
      return Statuses.describe(failed.getCause());
    } catch (InterruptedException | CancellationException interrupted) {
      return "interrupted";
    }
  }

  private static double goodput(Tally outcomes, long seconds) {
    return (double) outcomes.count("OK") / Math.max(1, seconds);
  }

  private static void print(PrintStream out, String name, Tally outcomes, long seconds) {
    out.printf(
        Locale.ROOT,
        "  %s: %.0f answered a second; %s%n",
        name,
        goodput(outcomes, seconds),
        outcomes);
  }

  /** Returns the seconds until each kind of call is answered within a second, twice in a row. */
  private static double recovery(ManagedChannel channel, List<Kind> kinds)
      throws InterruptedException {
    long began = System.nanoTime();
    var stub = UserServiceGrpc.newFutureStub(channel);
    int inARow = 0;
    while (inARow < 2 && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(60)) {
      var calls =
          kinds.stream()
              .map(kind -> kind.begin(stub.withDeadlineAfter(1, TimeUnit.SECONDS)))
              .toList();
      inARow++;
      for (var call : calls) {
        if (!outcome(call).equals("OK")) {
          inARow = 0;
        }
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /** A client in another network that reads one user from the service's memory. */
  private static final class HonestReads {
    private final Tally failures = new Tally();
    private final List<Double> millis = new ArrayList<>();
    private final ManagedChannel channel;
    private final Thread thread;
    private volatile boolean stopped;

    HonestReads(Target target, String user) {
      channel = Network.OTHERS.channelTo(target);
      thread = new Thread(() -> read(user), "reads");
      thread.setDaemon(true);
      thread.start();
    }

    private void read(String user) {
      var stub = UserServiceGrpc.newBlockingStub(channel);
      var get = GetUserRequest.newBuilder().setUserId(user).build();
      while (!stopped) {
        long began = System.nanoTime();
        try {
          stub.withDeadlineAfter(10, TimeUnit.SECONDS).getUser(get);
          failures.add("OK");
        } catch (StatusRuntimeException failed) {
          failures.add(Statuses.describe(failed));
        }
        millis.add((System.nanoTime() - began) / 1e6);
        try {
          TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException interrupted) {
          return;
        }
      }
    }

    double stop() throws InterruptedException {
      stopped = true;
      thread.join(TimeUnit.SECONDS.toMillis(20));
      channel.shutdownNow();
      var sorted = millis.stream().sorted().toList();
      return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1);
    }
  }

  private void require(boolean holds, String promise) {
    if (!holds) {
      broken.add(promise);
    }
  }
}
