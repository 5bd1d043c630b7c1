package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.protobuf.FieldMask;
import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that call the service continuously until it has stopped, and record the acknowledged
 * changes. Their calls take some milliseconds each.
 */
final class StopLoad implements AutoCloseable {
  private static final int WRITERS = 2;
  private static final int READERS = 3;
  private static final long DEADLINE_SECONDS = 20;

  private final Target target;
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, AtomicLong> acknowledged = new LinkedHashMap<>();
  private final AtomicLong calls = new AtomicLong();
  private final Tally failures = new Tally();
  private volatile boolean isOver;

  /** Creates a user for each writer. */
  StopLoad(Target target) {
    this.target = target;
    for (int i = 0; i < WRITERS; i++) {
      var users = stub();
      String id = create(users);
      var number = new AtomicLong();
      acknowledged.put(id, number);
      add("writer", () -> write(users, id, number));
    }
    for (int i = 0; i < READERS; i++) {
      var users = stub();
      add("reader", () -> read(users));
    }
    if (target.restPort() != 0) {
      var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
      add("rest", () -> readByRest(http));
    }
  }

  /** A call that returns false when the service has stopped. */
  @FunctionalInterface
  private interface Step {
    boolean run() throws IOException, InterruptedException;
  }

  private UserServiceBlockingStub stub() {
    var channel = Network.OTHERS.channelTo(target);
    channels.add(channel);
    return UserServiceGrpc.newBlockingStub(channel);
  }

  private static UserServiceBlockingStub due(UserServiceBlockingStub users) {
    return users.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static String create(UserServiceBlockingStub users) {
    return due(users)
        .withWaitForReady()
        .createUser(
            CreateUserRequest.newBuilder()
                .setEmail("stop" + UUID.randomUUID() + "@example.com")
                .setPassword("correct horse battery")
                .build())
        .getUser()
        .getId();
  }

  private void add(String name, Step step) {
    var thread =
        new Thread(
            () -> {
              try {
                while (!isOver && step.run()) {
                  calls.incrementAndGet();
                }
              } catch (IOException failed) {
                failures.add("REST " + failed);
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
            },
            "stop-" + name);
    thread.setDaemon(true);
    threads.add(thread);
  }

  private boolean write(UserServiceBlockingStub users, String id, AtomicLong number) {
    long next = number.get() + 1;
    boolean isDone =
        succeeds(
            () ->
                due(users)
                    .updateUser(
                        UpdateUserRequest.newBuilder()
                            .setUserId(id)
                            .setUser(User.newBuilder().setFirstName(Long.toString(next)))
                            .setUpdateMask(FieldMask.newBuilder().addPaths("first_name"))
                            .build()),
            Code.OK);
    if (isDone) {
      number.set(next);
    }
    return isDone;
  }

  /** Reads a user that does not exist, and so is in no cache. */
  private boolean read(UserServiceBlockingStub users) {
    var nobody = GetUserRequest.newBuilder().setUserId(UUID.randomUUID().toString()).build();
    return succeeds(() -> due(users).getUser(nobody), Code.NOT_FOUND);
  }

  private boolean succeeds(Runnable call, Code expected) {
    try {
      call.run();
      return expected == Code.OK;
    } catch (StatusRuntimeException failed) {
      Code code = failed.getStatus().getCode();
      if (code != expected && code != Code.UNAVAILABLE) {
        failures.add(Statuses.describe(failed));
      }
      return code == expected;
    }
  }

  private boolean readByRest(HttpClient http) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + target.restPort() + "/api/health"))
            .build();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        failures.add("REST status " + status);
      }
      return true;
    } catch (ConnectException gone) {
      return false;
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Waits until every client has noticed that the service has stopped. */
  void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(DEADLINE_SECONDS + 1));
    }
  }

  long calls() {
    return calls.get();
  }

  /** Returns the failures that a stop does not explain. */
  Tally failures() {
    return failures;
  }

  /** Returns the last acknowledged number of each user, by id; it is the user's first name. */
  Map<String, Long> acknowledged() {
    Map<String, Long> numbers = new LinkedHashMap<>();
    acknowledged.forEach((id, number) -> numbers.put(id, number.get()));
    return numbers;
  }

  @Override
  public void close() {
    isOver = true;
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
