package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.server.config.ServerSettings;
import com.ecommerce.user.server.grpc.StatusMapper;
import com.google.rpc.ErrorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that the image, the compose file, the manifests and the proxy use valid settings of the
 * service.
 */
class DeploymentFilesTest {
  private static final Path ROOT = Path.of("..");
  private static final Set<String> OF_THE_PLATFORM = Set.of("MALLOC_ARENA_MAX");

  private static String text(String file) throws IOException {
    return Files.readString(ROOT.resolve(file));
  }

  private static Set<String> matches(String text, String pattern) {
    return Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the variables in the table of settings, which is where the operator looks. */
  private static Set<String> settings() throws IOException {
    var rows =
        matches(text("docs/configuration.md"), "^\\| (?:`--\\S+`)? ?\\| ([A-Z][A-Z0-9_, ]+) \\|");
    return rows.stream()
        .flatMap(row -> Pattern.compile(", ").splitAsStream(row))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Dockerfile ; ^(?:ENV|   ) ([A-Z][A-Z_]+)=",
        "docker-compose.grpc.yml ; ^      ((?!POSTGRES)[A-Z][A-Z_]+):",
        "scripts/kubernetes/deployment.yaml ; - name: ([A-Z][A-Z_]+)"
      })
  void variables_areSettings(String file, String pattern) throws IOException {
    var variables = matches(text(file), pattern);
    assertTrue(variables.size() >= 2, variables.toString());
    variables.removeAll(OF_THE_PLATFORM);

    variables.removeAll(settings());

    assertEquals(Set.of(), variables);
  }

  @Test
  void values_areUnderstood() throws IOException {
    var environment =
        Pattern.compile("- name: ([A-Z_]+)\\s+value: \"?([^\"\n]+)")
            .matcher(text("scripts/kubernetes/deployment.yaml"))
            .results()
            .collect(Collectors.toMap(match -> match.group(1), DeploymentFilesTest::value));

    var settings = ServerSettings.read(Map.of(), environment);

    assertEquals(AuthMode.REQUIRED, settings.access().mode());
    assertTrue(settings.connections().maxAge().isPresent());
  }

  private static String value(MatchResult match) {
    return match.group(2).strip();
  }

  @Test
  void terminationGrace_coversThePreStopHookAndRunningCalls() throws IOException {
    String deployment = text("scripts/kubernetes/deployment.yaml");
    int all = number(deployment, "terminationGracePeriodSeconds: (\\d+)");
    int hook = number(deployment, "\"sleep\", \"(\\d+)\"");
    int calls = number(deployment, "SHUTDOWN_GRACE_SECONDS\\s+value: \"(\\d+)\"");
    int composeStop = number(text("docker-compose.grpc.yml"), "stop_grace_period: (\\d+)s");
    int defaultCalls =
        (int) ServerSettings.read(Map.of(), Map.of()).connections().shutdownGrace().toSeconds();

    assertTrue(all > hook + calls, all + " > " + hook + " + " + calls);
    assertTrue(composeStop > defaultCalls);
  }

  private static int number(String text, String pattern) {
    return Integer.parseInt(matches(text, pattern).iterator().next());
  }

  @Test
  void ports_areTheDefaultOnes() throws IOException {
    var settings = ServerSettings.read(Map.of(), Map.of());
    int rest = settings.rest().port().orElseThrow();
    String grpc = Integer.toString(settings.port());
    String compose = text("docker-compose.grpc.yml");
    String deployment = text("scripts/kubernetes/deployment.yaml");
    String nginx = text("scripts/nginx/user-service.conf");

    assertTrue(text("Dockerfile").contains("EXPOSE " + grpc + " " + rest + " 9464"));
    for (String port : List.of(grpc, Integer.toString(rest), "9464")) {
      assertTrue(compose.contains("\"127.0.0.1:" + port + ":" + port + "\""), port);
      assertTrue(deployment.contains("containerPort: " + port), port);
    }
    assertEquals(Set.of(grpc), matches(deployment, "readinessProbe:\\s+grpc:\\s+port: (\\d+)"));
    assertTrue(nginx.contains("listen " + grpc + " http2;"));
    assertTrue(nginx.contains("listen " + rest + ";"));
  }

  @Test
  void answersOfNginx_haveDetailsAsThoseOfTheService() throws IOException {
    String nginx = text("scripts/nginx/user-service.conf");
    var details = matches(nginx, "grpc-status-details-bin \"([^\"]+)\"");

    assertEquals(3, details.size());
    for (String encoded : details) {
      var status = com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(encoded));
      var info = status.getDetails(0).unpack(ErrorInfo.class);
      assertEquals(StatusMapper.DOMAIN, info.getDomain());
      assertTrue(nginx.contains("grpc-status " + status.getCode() + ";"), status.toString());
      assertTrue(nginx.contains("grpc-message \"" + status.getMessage()), status.toString());
    }
  }

  /**
   * PostgreSQL's default limit is 100, of which 3 are reserved for administrators. Each pod has one
   * connection for the event feed and one for the health check beside the others.
   */
  @Test
  void pods_findEnoughConnections() throws IOException {
    int pods = number(text("scripts/kubernetes/scaling.yaml"), "maxReplicas: (\\d+)") + 2;
    int ofLoops =
        number(
            text("scripts/kubernetes/deployment.yaml"),
            "DATABASE_LOOP_CONNECTIONS\\s+value: \"(\\d+)\"");
    int connections = ServerSettings.read(Map.of(), Map.of()).databasePoolSize() + ofLoops + 2;

    assertTrue(pods * connections <= 97, pods + " pods with " + connections + " connections each");
  }

  /**
   * A migration may take longer than any limit, so probes may only use a port that is open during
   * it.
   */
  @Test
  void aStartOfAnyLength_isNotKilled() throws IOException {
    String deployment = text("scripts/kubernetes/deployment.yaml");

    assertEquals(
        Set.of("/livez"),
        matches(deployment, "livenessProbe:\\s+httpGet:\\s+path: (\\S+)\\s+port: metrics"));
    assertEquals(Set.of("readiness", "liveness"), matches(deployment, "(\\w+)Probe:"));
  }

  @Test
  void theImage_runsAsTheUserOfTheManifests() throws IOException {
    var user = matches(text("Dockerfile"), "^USER (\\d+):");

    assertEquals(Set.of("10001"), user);
    assertEquals(user, matches(text("scripts/kubernetes/deployment.yaml"), "runAsUser: (\\d+)"));
  }
}
