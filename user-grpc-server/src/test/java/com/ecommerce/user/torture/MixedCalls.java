package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A steady load of all kinds of calls over gRPC and REST. Each of its threads has a pace that it
 * keeps however slow the service is. Some threads read and change a fixed population; others run
 * users through their whole life, from the registration to the deletion.
 */
final class MixedCalls implements AutoCloseable {
  static final String PASSWORD = "correct horse battery";

  private static final int POPULATION = 400;
  private static final int GRPC_THREADS = 4;
  private static final int GRPC_CALLS_PER_SECOND = 55;
  private static final int REST_CALLS_PER_SECOND = 40;
  private static final int JOURNEY_CALLS_PER_SECOND = 20;
  private static final long DEADLINE_SECONDS = 30;

  private final Target target;
  private final LoadRecord log;
  private final List<Thread> threads = new ArrayList<>();
  private final List<ManagedChannel> closed = new ArrayList<>();

  private final Mailbox mailbox;

  private volatile ManagedChannel channel;
  private volatile boolean stopped;

  /** A user of the population. */
  record Member(String id, String email) {}

  /** A call, which fails with a {@link StatusRuntimeException} or {@link RestFailure}. */
  interface Step {
    void call();
  }

  /** A failed call over REST. */
  static final class RestFailure extends RuntimeException {
    RestFailure(JsonClient.Answer answer) {
      super(answer.describe());
    }
  }

  /** Creates the population and starts the load. */
  MixedCalls(Target target, Mailbox mailbox, LoadRecord log) {
    this.target = target;
    this.mailbox = mailbox;
    this.log = log;
    channel = Network.OTHERS.channelTo(target);
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < POPULATION; i++) {
      members.add(create("member" + i + "@example.com"));
    }
    for (int i = 0; i < GRPC_THREADS; i++) {
      var own = members.subList(i * POPULATION / 8, (i + 1) * POPULATION / 8);
      var actions = new GrpcActions(this, own, i);
      start("grpc-" + i, new Pace(GRPC_CALLS_PER_SECOND), actions::next);
    }
    var others = members.subList(POPULATION / 2, POPULATION);
    start("rest", new Pace(REST_CALLS_PER_SECOND), new RestActions(this, others)::next);
    start("grpc-journey", new Pace(JOURNEY_CALLS_PER_SECOND), new GrpcJourney(this)::next);
    start("rest-journey", new Pace(JOURNEY_CALLS_PER_SECOND), new RestJourney(this)::next);
  }

  private Member create(String email) {
    var user =
        users()
            .createUser(
                CreateUserRequest.newBuilder().setEmail(email).setPassword(PASSWORD).build())
            .getUser();
    return new Member(user.getId(), email);
  }

  private void start(String name, Pace pace, Runnable action) {
    var thread =
        new Thread(
            () -> {
              while (!stopped) {
                pace.await();
                action.run();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  AuthServiceBlockingStub sessions() {
    return AuthServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  JsonClient rest() {
    return new JsonClient(target.rest());
  }

  /**
   * Makes a call and records its outcome.
   *
   * @return whether it was answered as expected
   */
  boolean make(String name, Step step) {
    long began = System.nanoTime();
    try {
      step.call();
      log.ok(began);
      return true;
    } catch (StatusRuntimeException failed) {
      log.failed(name, began, Statuses.describe(failed));
    } catch (RestFailure failed) {
      log.failed(name, began, failed.getMessage());
    }
    return false;
  }

  /** Throws unless the answer is a success. */
  static JsonClient.Answer require(JsonClient.Answer answer) {
    if (!answer.isOk()) {
      throw new RestFailure(answer);
    }
    return answer;
  }

  /** Returns the token of the last such link that was mailed, once. */
  Optional<String> takeToken(String recipient, String path) {
    return mailbox.take(recipient, path);
  }

  /** Makes the following calls over a new connection; calls on the old one end as they would. */
  void reconnect() {
    var old = channel;
    channel = Network.OTHERS.channelTo(target);
    old.shutdown();
    closed.add(old);
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS + 1));
    }
    channel.shutdownNow();
    closed.forEach(ManagedChannel::shutdownNow);
  }

  /** The times at which a thread makes its calls. A late one does not delay the next ones. */
  private static final class Pace {
    private final long nanos;
    private long next = System.nanoTime();

    Pace(int callsPerSecond) {
      nanos = TimeUnit.SECONDS.toNanos(1) / callsPerSecond;
    }

    void await() {
      long now = System.nanoTime();
      // After an outage, the missed calls are not made up for.
      next = Math.max(next + nanos, now - TimeUnit.SECONDS.toNanos(1));
      try {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, next - now));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
