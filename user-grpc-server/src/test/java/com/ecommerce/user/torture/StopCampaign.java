package com.ecommerce.user.torture;

import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UserServiceGrpc;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Repeatedly starts and stops the service: while it starts, when it is idle, after a few calls, and
 * under load.
 */
final class StopCampaign implements Campaign {
  private static final Duration DURATION = Duration.ofMinutes(8);

  /** The environment variable with more JDKs, separated by colons. */
  private static final String JDKS = "TORTURE_JDKS";

  private static final long MAX_STOP_MILLIS = 5_000;

  /** A stop during a start waits until a new database has been created. */
  private static final long MAX_CALL_OFF_MILLIS = 10_000;

  private static final long MAX_WAIT_SECONDS = 60;
  private static final int SHOWN = 5;

  /** The exit statuses of a JVM that gets SIGINT or SIGTERM before the service's code runs. */
  private static final List<Integer> NOT_BEGUN = List.of(128 + 2, 128 + 15);

  private static final Pattern STOPS = Pattern.compile(".* INFO .*: User Service is stopping; .*");
  private static final Pattern STOPPED = Pattern.compile(".* INFO .*: User Service stopped .*");

  /** Lines of a start that another thread may write while the stop begins. */
  private static final Pattern OF_START =
      Pattern.compile(".*( StartLog: |The service runs as root|: Redis at ).*");

  /** Lines that are no errors: those of the listeners and of the log. */
  private static final Pattern LOGGED =
      Pattern.compile(".* listening on port \\d+|.* (INFO|WARN) +\\[.*\\] .*");

  private final List<Long> stops = new ArrayList<>();
  private final Tally outcomes = new Tally();
  private final List<String> broken = new ArrayList<>();

  /** The acknowledged writes that have not been looked up yet, by database. */
  private final Map<Optional<Path>, Map<String, Long>> acknowledged = new LinkedHashMap<>();

  private long calls;
  private long lookedUp;
  private long startMillis = 3_000;

  private enum Phase {
    START,
    IDLE,
    READS,
    LOAD
  }

  /**
   * A start and a stop.
   *
   * @param dataDirectory of the embedded database; empty to use the campaign's PostgreSQL
   */
  private record Round(
      int number,
      Phase phase,
      Path java,
      Optional<Path> dataDirectory,
      boolean hasRest,
      boolean hasMetrics,
      boolean hasRedis,
      String signal,
      boolean isToGroup,
      boolean isTwice) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "round %d (%s, %s, Java of %s%s%s%s, SIG%s%s%s)",
          number,
          phase.name().toLowerCase(Locale.ROOT),
          dataDirectory.isPresent() ? "embedded database" : "DATABASE_URL",
          java.getParent().getParent().getFileName(),
          hasRest ? ", REST" : "",
          hasMetrics ? ", metrics" : "",
          hasRedis ? ", Redis" : "",
          signal,
          isToGroup ? " to the process group" : "",
          isTwice ? " twice" : "");
    }
  }

  @Override
  public String description() {
    return "starts and stops in all phases, by SIGTERM and Ctrl-C, on two kinds of databases";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException {
    long seed = new Random().nextLong();
    out.printf("  seed %d%n", seed);
    var random = new Random(seed);
    long end = System.nanoTime() + options.duration().orElse(DURATION).toNanos();
    Files.createDirectories(options.directory());
    var javas = javas();
    try (var postgres = postgres();
        var redis = LocalRedis.start(options.directory())) {
      int number = 0;
      while (System.nanoTime() < end && broken.size() < SHOWN) {
        var round = choose(number, javas, options.directory(), redis.url().isPresent(), random);
        run(round, options, environment(round, postgres, redis), random);
        number++;
      }
      lookUpRest(options, javas.get(0), postgres, redis);
      report(out, number, redis.url().isPresent());
    }
    return broken.isEmpty() ? "" : broken.size() + " times, see above";
  }

  private static List<Path> javas() {
    String more = System.getenv().getOrDefault(JDKS, "");
    return Stream.concat(
            Stream.of(System.getProperty("java.home")),
            Arrays.stream(more.split(File.pathSeparator)).filter(path -> !path.isBlank()))
        .map(home -> Path.of(home, "bin", "java"))
        .toList();
  }

  private static EmbeddedPostgres postgres() throws IOException {
    return TestPostgres.builder().start();
  }

  /** Phases take turns, each on both kinds of databases; the rest is random. */
  private static Round choose(
      int number, List<Path> javas, Path directory, boolean hasRedis, Random random) {
    var phases = Phase.values();
    var phase = phases[number % phases.length];
    boolean isEmbedded = number / phases.length % 2 == 0;
    boolean isNew = phase == Phase.START && random.nextInt(4) == 0;
    Path data = directory.resolve(isNew ? "data-new" : "data");
    boolean isInterrupt = random.nextBoolean();
    return new Round(
        number,
        phase,
        javas.get(random.nextInt(javas.size())),
        isEmbedded ? Optional.of(data) : Optional.empty(),
        random.nextInt(4) > 0,
        random.nextInt(4) > 0,
        hasRedis && random.nextInt(3) == 0,
        isInterrupt ? "INT" : "TERM",
        isInterrupt && random.nextBoolean(),
        random.nextInt(4) == 0);
  }

  private static Map<String, String> environment(
      Round round, EmbeddedPostgres postgres, LocalRedis redis) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("GRPC_PORT", "0");
    environment.put("REST_PORT", round.hasRest() ? "0" : "-1");
    environment.put("METRICS_PORT", round.hasMetrics() ? "0" : "-1");
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("AUTH_MODE", "off");
    environment.put("PASSWORD_BCRYPT_COST", "4");
    if (round.dataDirectory().isEmpty()) {
      environment.put(
          "DATABASE_URL",
          "postgresql://postgres@localhost:" + postgres.getPort() + "/postgres?sslmode=disable");
    }
    if (round.hasRedis()) {
      redis.url().ifPresent(url -> environment.put("REDIS_URL", url));
    }
    return environment;
  }

  private void run(
      Round round, CampaignOptions options, Map<String, String> environment, Random random)
      throws IOException, InterruptedException {
    Path data = round.dataDirectory().orElse(options.directory().resolve("mails"));
    if (data.endsWith("data-new")) {
      delete(data);
    }
    long begin = System.nanoTime();
    try (var service = StoppableService.start(round.java(), options, data, environment)) {
      if (round.phase() == Phase.START) {
        TimeUnit.MILLISECONDS.sleep(random.nextLong(startMillis * 5 / 4));
        stop(round, service, random);
        return;
      }
      var target = service.awaitReady(round.hasRest());
      startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      lookUp(round.dataDirectory(), target);
      switch (round.phase()) {
        case IDLE -> {
          TimeUnit.MILLISECONDS.sleep(random.nextLong(1_500));
          stop(round, service, random);
        }
        case READS -> stopAfterReads(round, service, target, random);
        default -> stopUnderLoad(round, service, target, random);
      }
    }
  }

  /** The second read opens connections of event loops, a second later. */
  private void stopAfterReads(Round round, StoppableService service, Target target, Random random)
      throws IOException, InterruptedException {
    try (var load = new StopLoad(target)) {
      load.start();
      TimeUnit.MILLISECONDS.sleep(random.nextLong(100));
      load.close();
      load.awaitEnd();
    }
    TimeUnit.MILLISECONDS.sleep(500 + random.nextLong(1_500));
    stop(round, service, random);
  }

  private void stopUnderLoad(Round round, StoppableService service, Target target, Random random)
      throws IOException, InterruptedException {
    try (var load = new StopLoad(target)) {
      load.start();
      TimeUnit.MILLISECONDS.sleep(1_000 + random.nextLong(1_500));
      stop(round, service, random);
      load.awaitEnd();
      calls += load.calls();
      String failed = load.failures().toString();
      if (!failed.isEmpty()) {
        note(round, "failed calls: " + failed);
      }
      acknowledged
          .computeIfAbsent(round.dataDirectory(), unknown -> new LinkedHashMap<>())
          .putAll(load.acknowledged());
    }
  }

  private void stop(Round round, StoppableService service, Random random)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    service.signal(round.signal(), round.isToGroup());
    if (round.isTwice()) {
      TimeUnit.MILLISECONDS.sleep(random.nextLong(200));
      service.signal(round.signal(), round.isToGroup());
    }
    if (!service.hasEndedWithin(MAX_WAIT_SECONDS)) {
      note(round, "still runs after " + MAX_WAIT_SECONDS + " s");
      return;
    }
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    if (service.hasDatabase()) {
      note(round, "its PostgreSQL still runs");
    }
    if (service.lines().isEmpty() && NOT_BEGUN.contains(service.exitStatus())) {
      outcomes.add("before the service's code");
      return;
    }
    outcomes.add(round.phase().name().toLowerCase(Locale.ROOT));
    stops.add(millis);
    check(round, service, millis);
  }

  private void check(Round round, StoppableService service, long millis) {
    if (service.exitStatus() != 0) {
      note(round, "exit status " + service.exitStatus() + " after " + last(service));
    }
    // On a busy machine all takes longer.
    long most =
        Math.max(round.phase() == Phase.START ? MAX_CALL_OFF_MILLIS : MAX_STOP_MILLIS, startMillis);
    if (millis > most) {
      note(round, "took " + millis + " ms");
    }
    unexpected(service.lines())
        .ifPresent(line -> note(round, "printed: " + line + "; the last lines: " + last(service)));
  }

  /**
   * Returns the first error before the stop, or line of the stop that is not expected. Other lines
   * of a start are not checked.
   */
  private static Optional<String> unexpected(List<String> lines) {
    boolean isStopping = false;
    boolean isStopped = false;
    for (String line : lines) {
      boolean isExpected =
          isStopping
              ? !isStopped && (STOPPED.matcher(line).matches() || OF_START.matcher(line).matches())
              : LOGGED.matcher(line).matches();
      if (!isExpected) {
        return Optional.of(line);
      }
      isStopping |= STOPS.matcher(line).matches();
      isStopped |= STOPPED.matcher(line).matches();
    }
    return isStopped ? Optional.empty() : Optional.of("no line that it stopped");
  }

  private static List<String> last(StoppableService service) {
    var lines = service.lines();
    return lines.subList(Math.max(0, lines.size() - SHOWN), lines.size());
  }

  private void note(Round round, String what) {
    broken.add(round + ": " + what);
  }

  /** Checks that the database still has the changes that were acknowledged before the last stop. */
  private void lookUp(Optional<Path> database, Target target) {
    var expected = acknowledged.remove(database);
    if (expected == null) {
      return;
    }
    var channel = Network.OTHERS.channelTo(target);
    try {
      var users = UserServiceGrpc.newBlockingStub(channel).withWaitForReady();
      expected.forEach(
          (id, number) -> {
            var found =
                users
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .getUser(GetUserRequest.newBuilder().setUserId(id).build())
                    .getUser();
            long kept = Long.parseLong("0" + found.getFirstName());
            lookedUp++;
            if (kept < number || kept > number + 1) {
              broken.add(
                  "user " + UUID.fromString(id) + " has " + kept + ", acknowledged: " + number);
            }
          });
    } finally {
      channel.shutdownNow();
    }
  }

  private void lookUpRest(
      CampaignOptions options, Path java, EmbeddedPostgres postgres, LocalRedis redis)
      throws IOException, InterruptedException {
    for (var database : List.copyOf(acknowledged.keySet())) {
      var round =
          new Round(-1, Phase.IDLE, java, database, false, false, false, "TERM", false, false);
      run(round, options, environment(round, postgres, redis), new Random(0));
    }
  }

  private void report(PrintStream out, int rounds, boolean hasRedis) {
    stops.sort(Comparator.naturalOrder());
    out.printf("  %d rounds, stopped in: %s%s%n", rounds, outcomes, hasRedis ? "" : " (no Redis)");
    if (!stops.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "  time of a stop: p50 %d ms, p95 %d ms, longest %d ms%n",
          stops.get(stops.size() / 2),
          stops.get(stops.size() * 95 / 100),
          stops.get(stops.size() - 1));
    }
    out.printf("  %d calls under load; %d users had what was acknowledged last%n", calls, lookedUp);
    broken.forEach(one -> out.println("  broken: " + one));
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (var paths = Files.walk(directory)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
