package com.ecommerce.user.torture;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Clients that read and write over gRPC and REST without a deadline, each making one call after the
 * other. They record each call, and the acknowledged changes.
 */
final class MixedLoad implements AutoCloseable {
  private static final int READERS = 5;
  private static final int WRITERS = 5;
  private static final long PAUSE_MILLIS = 20;
  private static final long JOIN_SECONDS = 90;
  private static final String PASSWORD = "correct horse battery";
  private static final Pattern TOKEN = Pattern.compile("\"access\" ?: ?\"([^\"]+)\"");
  private static final Pattern REASON = Pattern.compile("\"reason\" ?: ?\"(\\w+)\"");
  private static final String OK = "OK";

  private final Target target;
  private final ManagedChannel channel;
  private final UserServiceBlockingStub users;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Done> calls = new ConcurrentLinkedQueue<>();

  /** The last acknowledged number by user. */
  private final Map<String, Integer> acknowledged = new ConcurrentHashMap<>();

  private final Queue<String> registered = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /** A call that has ended, with times as {@link System#nanoTime}. */
  record Done(String name, long began, long ended, String outcome) {
    boolean isOk() {
      return outcome.equals(OK);
    }

    double seconds() {
      return (ended - began) / 1e9;
    }
  }

  /** A call that returns its outcome. */
  private interface Attempt {
    String run(int number) throws IOException, InterruptedException;
  }

  MixedLoad(Target target) throws IOException, InterruptedException {
    this.target = target;
    channel = Network.OTHERS.channelTo(target);
    users = UserServiceGrpc.newBlockingStub(channel);
    for (int i = 0; i < READERS; i++) {
      String user = register("reader");
      add("GetUser", number -> ok(users.getUser(get(user))));
      add("ListUserAddresses", number -> ok(users.listUserAddresses(addresses(user))));
    }
    for (int i = 0; i < WRITERS; i++) {
      String user = register("writer");
      add("UpdateUserProfile", number -> write(user, number));
    }
    add("CreateUser", number -> createUser());
    add("ListUsers", number -> ok(users.listUsers(ListUsersRequest.getDefaultInstance())));
    var search = SearchUsersRequest.newBuilder().setQuery("writer").build();
    add("SearchUsers", number -> ok(users.searchUsers(search)));
    String token = restToken();
    add("GET /api/users/me", number -> rest(request(token).GET()));
    add("PATCH /api/users/me", number -> rest(patch(token, number)));
  }

  private static String ok(Object answer) {
    return OK;
  }

  private static GetUserRequest get(String user) {
    return GetUserRequest.newBuilder().setUserId(user).build();
  }

  private static ListUserAddressesRequest addresses(String user) {
    return ListUserAddressesRequest.newBuilder().setUserId(user).build();
  }

  private String register(String name) {
    return users.withWaitForReady().createUser(newUser(name)).getUser().getId();
  }

  static CreateUserRequest newUser(String name) {
    return CreateUserRequest.newBuilder()
        .setEmail(name + System.nanoTime() + "@example.com")
        .setPassword(PASSWORD)
        .build();
  }

  private String createUser() {
    var request = newUser("new");
    users.createUser(request);
    registered.add(request.getEmail());
    return OK;
  }

  private String write(String user, int number) {
    users.updateUserProfile(
        UpdateUserProfileRequest.newBuilder()
            .setUserId(user)
            .setProfile(UserProfile.newBuilder().setCompany(Integer.toString(number)))
            .build());
    acknowledged.put(user, number);
    return OK;
  }

  private String restToken() throws IOException, InterruptedException {
    var request = newUser("rest");
    users.createUser(request);
    String body = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(request.getEmail(), PASSWORD);
    var login =
        HttpRequest.newBuilder(uri("/api/auth/login"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    var answer = http.send(login.build(), HttpResponse.BodyHandlers.ofString());
    var token = TOKEN.matcher(answer.body());
    if (!token.find()) {
      throw new IOException("no token in " + answer.statusCode() + " " + answer.body());
    }
    return token.group(1);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + target.restPort() + path);
  }

  private HttpRequest.Builder request(String token) {
    return HttpRequest.newBuilder(uri("/api/users/me")).header("Authorization", "Bearer " + token);
  }

  private HttpRequest.Builder patch(String token, int number) {
    String body = "{\"first_name\":\"Name %d\"}".formatted(number);
    return request(token)
        .header("Content-Type", "application/json")
        .method("PATCH", HttpRequest.BodyPublishers.ofString(body));
  }

  private String rest(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() == 200) {
      return OK;
    }
    var reason = REASON.matcher(answer.body());
    return answer.statusCode()
        + (reason.find() ? " " + reason.group(1) : "")
        + (answer.headers().firstValue("Retry-After").isPresent() ? " (retry)" : "");
  }

  private void add(String name, Attempt attempt) {
    var thread = new Thread(() -> callRepeatedly(name, attempt), "load-" + threads.size());
    thread.setDaemon(true);
    threads.add(thread);
  }

  private void callRepeatedly(String name, Attempt attempt) {
    for (int number = 1; !stopped; number++) {
      long began = System.nanoTime();
      String outcome;
      try {
        outcome = attempt.run(number);
      } catch (StatusRuntimeException failed) {
        outcome = Statuses.describe(failed);
      } catch (IOException failed) {
        outcome = failed.getClass().getSimpleName();
      } catch (InterruptedException interrupted) {
        return;
      }
      calls.add(new Done(name, began, System.nanoTime(), outcome));
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** The calls that have ended. */
  List<Done> calls() {
    return List.copyOf(calls);
  }

  /** Returns whether an outcome is DATABASE_UNAVAILABLE with a time to retry. */
  static boolean isUnavailable(String outcome) {
    return outcome.equals("UNAVAILABLE DATABASE_UNAVAILABLE (retry)")
        || outcome.equals("503 DATABASE_UNAVAILABLE (retry)");
  }

  int acknowledgedCount() {
    return acknowledged.values().stream().mapToInt(number -> number).sum() + registered.size();
  }

  /** Stops the clients, and returns the number of acknowledged changes that are not there. */
  int lostChanges() throws InterruptedException {
    stop();
    int lost = 0;
    for (var last : acknowledged.entrySet()) {
      String found = users.getUser(get(last.getKey())).getUser().getProfile().getCompany();
      // A later write may have been done though its answer was lost.
      lost += Integer.parseInt(found) < last.getValue() ? 1 : 0;
    }
    for (String email : registered) {
      try {
        users.getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(email).build());
      } catch (StatusRuntimeException missing) {
        lost++;
      }
    }
    return lost;
  }

  private void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join(TimeUnit.SECONDS.toMillis(JOIN_SECONDS));
      if (thread.isAlive()) {
        throw new IllegalStateException("a call has no end");
      }
    }
  }

  @Override
  public void close() {
    stopped = true;
    channel.shutdownNow();
  }
}
