import com.ecommerce.user.core.internal.event.EventFeed;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.google.protobuf.FieldMask;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls the User Service continuously through a load balancer, with reads and writes over gRPC and
 * REST, which are repeated after failures, as {@code scripts/load-balancer} describes. Each line of standard input begins the phase
 * that it names. The end of the input ends the last phase, and a table is printed.
 */
final class LoadBalancerLoad {
  private static final int GRPC_READERS = 6;
  private static final int GRPC_WRITERS = 4;
  private static final int REST_READERS = 2;
  private static final int REST_WRITERS = 1;
  private static final long TIMEOUT_SECONDS = 30;
  private static final int MAX_ATTEMPTS = 4;
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** The statuses of a request that is running elsewhere, and of an instance that has gone. */
  private static final Set<Integer> RETRYABLE = Set.of(409, 502, 503, 504);

  private static final Metadata.Key<String> IDEMPOTENCY_KEY =
      Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final Pattern ACCESS = Pattern.compile("\"access\":\"([^\"]+)\"");

  private final String host;
  private final int grpcPort;
  private final int restPort;
  private final Map<String, ?> serviceConfig;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Map<String, Tally>> phases = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Callable<Boolean>> lastLooks = new ArrayList<>();
  private volatile String phase;
  private volatile boolean isOver;

  /** Counts the calls of one kind in one phase. */
  private static final class Tally {
    long calls;
    long failed;
    final Map<String, Long> reasons = new TreeMap<>();
  }

  private LoadBalancerLoad(String host, int grpcPort, int restPort, Map<String, ?> serviceConfig) {
    this.host = host;
    this.grpcPort = grpcPort;
    this.restPort = restPort;
    this.serviceConfig = serviceConfig;
  }

  /** Takes the arguments of the shell script: host, gRPC port, REST port, service config. */
  public static void main(String[] arguments) throws Exception {
    // Libraries log only warnings and errors.
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    Map<String, ?> serviceConfig =
        new Gson()
            .fromJson(
                Files.readString(Path.of(arguments[3])),
                new TypeToken<Map<String, Object>>() {}.getType());
    var load =
        new LoadBalancerLoad(
            arguments[0],
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            serviceConfig);
    try {
      System.exit(load.run() ? 0 : 1);
    } catch (Exception failed) {
      System.err.println("FAILED: " + failed);
      // Threads that still make calls would keep the process alive.
      System.exit(1);
    }
  }

  private boolean run() throws Exception {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    phase = lines.readLine();
    start();
    System.err.println("loading");
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      phase = line;
    }
    isOver = true;
    for (Thread thread : threads) {
      thread.join();
    }
    return report();
  }

  private void start() throws Exception {
    for (int i = 0; i < GRPC_READERS; i++) {
      var users = UserServiceGrpc.newBlockingStub(channel());
      User user = create(users);
      boolean byId = i % 2 == 0;
      repeat("gRPC read", () -> readOf(users, user, byId).getId().equals(user.getId()));
    }
    for (int i = 0; i < GRPC_WRITERS; i++) {
      repeat("gRPC write", grpcWriter(UserServiceGrpc.newBlockingStub(channel())));
    }
    for (int i = 0; i < REST_READERS; i++) {
      String access = register();
      repeat("REST read", () -> requireOk(me(access)));
    }
    for (int i = 0; i < REST_WRITERS; i++) {
      String access = register();
      repeat("REST write", restWriter(access));
    }
  }

  /** Returns a channel for one thread, so that there are several connections. */
  private ManagedChannel channel() {
    return Grpc.newChannelBuilderForAddress(host, grpcPort, InsecureChannelCredentials.create())
        .defaultServiceConfig(serviceConfig)
        .build();
  }

  private static UserServiceBlockingStub soon(UserServiceBlockingStub users) {
    return users.withDeadlineAfter(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static User create(UserServiceBlockingStub users) {
    return soon(users)
        .createUser(
            CreateUserRequest.newBuilder()
                .setEmail("load-" + UUID.randomUUID() + "@example.com")
                .setPassword(UUID.randomUUID().toString())
                .build())
        .getUser();
  }

  private static User readOf(UserServiceBlockingStub users, User user, boolean byId) {
    return byId
        ? soon(users).getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build()).getUser()
        : soon(users)
            .getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(user.getEmail()).build())
            .getUser();
  }

  /**
   * Returns a writer of increasing numbers. Each write has an idempotency key and is repeated by
   * the service config. In the end, the last number must be stored, and each must have been written
   * once.
   */
  private Callable<Boolean> grpcWriter(UserServiceBlockingStub users) {
    User user = create(users);
    int[] sent = {0};
    lastLooks.add(
        () -> {
          User kept = readOf(users, user, true);
          long writes = kept.getAudit().getVersion() - user.getAudit().getVersion();
          return kept.getFirstName().equals(Integer.toString(sent[0])) && writes == sent[0];
        });
    return () -> {
      int number = ++sent[0];
      var headers = new Metadata();
      headers.put(IDEMPOTENCY_KEY, UUID.randomUUID().toString());
      User.Builder values = User.newBuilder().setFirstName(Integer.toString(number));
      soon(users)
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .updateUser(
              UpdateUserRequest.newBuilder()
                  .setUserId(user.getId())
                  .setUser(values)
                  .setUpdateMask(FieldMask.newBuilder().addPaths("first_name"))
                  .build());
      return true;
    };
  }

  /** Registers a user, and returns the access token. */
  private String register() throws IOException, InterruptedException {
    String body =
        "{\"email\":\"load-%s@example.com\",\"password\":\"%s\"}"
            .formatted(UUID.randomUUID(), UUID.randomUUID());
    var answer = send(request("/api/auth/register").POST(BodyPublishers.ofString(body)));
    Matcher access = ACCESS.matcher(answer.body());
    if (!access.find()) {
      throw new IllegalStateException("no user registered: " + answer.statusCode());
    }
    return access.group(1);
  }

  private static boolean requireOk(HttpResponse<String> answer) {
    if (answer.statusCode() != 200) {
      throw new IllegalStateException("status " + answer.statusCode());
    }
    return true;
  }

  private HttpResponse<String> me(String access) throws IOException, InterruptedException {
    return send(request("/api/users/me").header("Authorization", "Bearer " + access));
  }

  /** Returns a writer like that of gRPC, which repeats its requests itself. */
  private Callable<Boolean> restWriter(String access) throws IOException, InterruptedException {
    int[] sent = {0};
    long before = version(access);
    lastLooks.add(() -> version(access) - before == sent[0]);
    return () -> requireOk(patch(access, "Name " + ++sent[0]));
  }

  private long version(String access) throws IOException, InterruptedException {
    String tag = me(access).headers().firstValue("ETag").orElseThrow();
    return Long.parseLong(tag.replace("\"", ""));
  }

  private HttpResponse<String> patch(String access, String name)
      throws IOException, InterruptedException {
    var request =
        request("/api/users/me")
            .header("Authorization", "Bearer " + access)
            .header("Idempotency-Key", "\"" + UUID.randomUUID() + "\"")
            .method("PATCH", BodyPublishers.ofString("{\"first_name\":\"" + name + "\"}"));
    for (int attempt = 1; ; attempt++) {
      try {
        var answer = send(request);
        if (attempt == MAX_ATTEMPTS || !RETRYABLE.contains(answer.statusCode())) {
          return answer;
        }
      } catch (IOException lost) {
        if (attempt == MAX_ATTEMPTS) {
          throw lost;
        }
      }
      Thread.sleep(PAUSE.toMillis() << attempt);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + host + ":" + restPort + path))
        .timeout(Duration.ofSeconds(TIMEOUT_SECONDS))
        .header("Content-Type", "application/json");
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private void repeat(String kind, Callable<Boolean> call) {
    var thread =
        new Thread(
            () -> {
              while (!isOver) {
                // A call counts in the phase in which it ends, since a kill affects the calls that
                // are running.
                String failure = failureOf(call);
                count(phase, kind, failure);
              }
            },
            kind);
    thread.start();
    threads.add(thread);
  }

  /** Returns the failure of a call; null if there is none. */
  private static String failureOf(Callable<Boolean> call) {
    try {
      return call.call() ? null : "wrong answer";
    } catch (Exception failed) {
      return String.valueOf(failed.getMessage()).replaceAll("\\s+", " ");
    }
  }

  private synchronized void count(String phaseName, String kind, String failure) {
    var tally =
        phases
            .computeIfAbsent(phaseName, name -> new TreeMap<>())
            .computeIfAbsent(kind, name -> new Tally());
    tally.calls++;
    if (failure != null) {
      tally.failed++;
      tally.reasons.merge(failure, 1L, Long::sum);
    }
  }

  /** Prints the report, and returns whether no call failed. */
  private boolean report() throws Exception {
    boolean passed = true;
    System.out.printf("%-16s %-12s %8s %7s%n", "phase", "calls of", "number", "failed");
    for (var ofPhase : phases.entrySet()) {
      for (var ofKind : ofPhase.getValue().entrySet()) {
        var tally = ofKind.getValue();
        System.out.printf(
            "%-16s %-12s %8d %7d%n", ofPhase.getKey(), ofKind.getKey(), tally.calls, tally.failed);
        tally.reasons.forEach(
            (reason, count) -> System.out.println("    " + count + " × " + reason));
        passed &= tally.failed == 0;
      }
    }
    // After this time, every instance has read the changes of the other one.
    Thread.sleep(EventFeed.MAX_AGE.toMillis());
    for (Callable<Boolean> look : lastLooks) {
      // The second call is likely to reach the other instance.
      if (!look.call() || !look.call()) {
        System.out.println("A write was lost or made twice");
        passed = false;
      }
    }
    return passed;
  }
}
