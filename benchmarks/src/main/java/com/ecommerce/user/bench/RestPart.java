package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.BenchUsers;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.server.BareRestServer;
import com.ecommerce.user.bench.server.Servers;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Measures GET of cached users over REST, against a bare handler that answers as many bytes. */
final class RestPart {
  private static final int HOT = 10_000;
  private static final int LOOKED_AT = 100;

  private RestPart() {}

  static void run(Bench bench) {
    int[] users = bench.someUsers(HOT);
    var profile = Profile.of(bench, "rest");
    try (var process =
        bench
            .servers()
            .startService(bench.data(), profile.settings("JWT_ACCESS_TOKEN_LIFETIME", "1440"))) {
      var service = new Servers.Running(process, Integer.parseInt(process.await(Servers.GRPC)));
      int port = Integer.parseInt(process.await(Servers.REST));
      String header = "authorization: Bearer " + token(bench, service);
      int size = lookAtAnswers(port, header, users);
      Path answer = Files.write(bench.options().directory().resolve("answer.json"), json(size));
      try (var bare = bench.servers().limit(BareRestServer.class, answer.toString())) {
        compete(bench, service, port, header, bare.port(), paths(users));
      }
      profile.finish(service);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static void compete(
      Bench bench,
      Servers.Running service,
      int port,
      String header,
      int barePort,
      List<String> paths) {
    var h2load = new H2load(bench.options());
    var warmUp = Load.of(32, 1, bench.options().measured().multipliedBy(2));
    h2load.get(barePort, paths, List.of(header), warmUp);
    h2load.get(port, paths, List.of(header), warmUp);
    for (int connections : new int[] {32, 1}) {
      var load = bench.load(connections, 1);
      Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
      contestants.put("javalin", () -> h2load.get(barePort, paths, List.of(header), load));
      contestants.put("ours", () -> h2load.get(port, paths, List.of(header), load));
      var results = bench.compete(contestants);
      var limit = results.get("javalin");
      String what = ", " + connections + " connections";
      bench.report().add("rest", "bare Javalin handler" + what, limit);
      bench
          .report()
          .add(
              "rest",
              "GET /api/users/{user_id}" + what,
              results.get("ours"),
              "Javalin",
              results.get("ours").ratioTo(limit),
              Target.atLeast(0.6));
    }
  }

  private static List<String> paths(int[] users) {
    return Arrays.stream(users).mapToObj(RestPart::path).toList();
  }

  private static String path(int user) {
    return "/api/users/" + BenchUsers.ALL.get(user).id();
  }

  private static String token(Bench bench, Servers.Running service) {
    String name = "bench " + Long.toHexString(System.currentTimeMillis());
    try (var command =
            bench.servers().command(bench.data(), List.of("create-client", "--name", name));
        var calls = new Calls(service)) {
      var request =
          IssueServiceTokenRequest.newBuilder()
              .setClientId(command.await(Pattern.compile("client_id (\\S+)")))
              .setClientSecret(command.await(Pattern.compile("client_secret (\\S+)")))
              .build();
      return AuthServiceGrpc.newBlockingStub(calls.channel())
          .issueServiceToken(request)
          .getAccessToken();
    }
  }

  /**
   * Checks a sample of the answers, since h2load only checks statuses. Returns the length of the
   * answers.
   */
  private static int lookAtAnswers(int port, String header, int[] users) throws IOException {
    var client = HttpClient.newHttpClient();
    int length = 0;
    for (int user : Arrays.copyOf(users, Math.min(LOOKED_AT, users.length))) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path(user)))
              .header("authorization", header.substring(header.indexOf(' ') + 1))
              .build();
      try {
        String body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        var expected = BenchUsers.ALL.get(user);
        if (!body.contains('"' + expected.id().toString() + '"')
            || !body.contains('"' + expected.email() + '"')) {
          throw new IllegalStateException("a wrong answer to " + path(user) + ": " + body);
        }
        length = body.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
    return length;
  }

  private static byte[] json(int size) {
    byte[] json = new byte[size];
    Arrays.fill(json, (byte) 'a');
    json[0] = '"';
    json[size - 1] = '"';
    return json;
  }
}
