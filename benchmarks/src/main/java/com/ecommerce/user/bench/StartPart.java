package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.ReadWorkload;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.load.Workload;
import com.ecommerce.user.bench.report.Report.Target;
import com.ecommerce.user.bench.report.Series;
import com.ecommerce.user.bench.server.ChildProcess;
import com.ecommerce.user.bench.server.Servers;
import com.google.protobuf.Empty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.spi.ToolProvider;

/**
 * Measures the time from the start of the process to the first answered call. Calls are repeated
 * until one is answered, since a server logs that it listens only when all of its ports do.
 */
final class StartPart {
  private static final int MAX_SECONDS_EMBEDDED = 3;

  /** The load of a single call. */
  private static final Load ONE = new Load(1, 1, 0, Duration.ZERO, Duration.ofMillis(1));

  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Bench bench;
  private final Path directory;
  private final Path benchJar;

  /** Starts a server on a port. */
  @FunctionalInterface
  private interface Starter {
    ChildProcess start(List<String> javaOptions, int port);
  }

  private StartPart(Bench bench, Path directory, Path benchJar) {
    this.bench = bench;
    this.directory = directory;
    this.benchJar = benchJar;
  }

  static void run(Bench bench) {
    try {
      Path directory = bench.options().directory().resolve("start").toAbsolutePath();
      Files.createDirectories(directory);
      new StartPart(bench, directory, benchJar(directory)).run();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Makes a jar of the benchmark, since class-data archives only contain classes of jars. */
  private static Path benchJar(Path directory) throws IOException {
    Path jar = directory.resolve("bench.jar");
    List<String> arguments = new ArrayList<>(List.of("--create", "--file", jar.toString()));
    for (String path : System.getProperty("java.class.path").split(":")) {
      if (Files.isDirectory(Path.of(path))) {
        arguments.addAll(List.of("-C", path, "com"));
      }
    }
    int status =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, arguments.toArray(String[]::new));
    if (status != 0) {
      throw new IOException("the jar of the benchmark was not made: status " + status);
    }
    return jar;
  }

  private void run() throws IOException {
    Workload read = ReadWorkload.byId(bench.someUsers(10));
    Starter jdbc =
        (options, port) -> bench.servers().startJdbc(bench.data(), options, benchJar, port);
    Starter service = service(bench.data(), Map.of());
    compare("plain", jdbc, service, List.of(), List.of(), read);
    if (!bench.options().classData().isEmpty()) {
      compare(
          "with a class-data archive",
          jdbc,
          service,
          archive(jdbc, read),
          bench.options().classData(),
          read);
    }
    embedded(bench.options().classData());
  }

  private void compare(
      String what,
      Starter jdbc,
      Starter service,
      List<String> jdbcOptions,
      List<String> serviceOptions,
      Workload read) {
    Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
    contestants.put("jdbc", () -> start(jdbc, jdbcOptions, read));
    contestants.put("ours", () -> start(service, serviceOptions, read));
    contestants.values().forEach(Supplier::get);
    var results = bench.compete(contestants);
    var ours = results.get("ours");
    bench.report().add("start", "jdbc server, " + what, results.get("jdbc"));
    bench
        .report()
        .add(
            "start",
            "service, " + what,
            ours,
            "jdbc",
            ours.p50RatioTo(results.get("jdbc")),
            Target.atMost(1.5));
  }

  private void embedded(List<String> options) {
    Starter service =
        service(
            "", Map.of("DATABASE_URL", "", "DATA_DIR", directory.resolve("embedded").toString()));
    Workload health = new HealthWorkload();
    start(service, options, health);
    var series = bench.compete(Map.of("ours", () -> start(service, options, health))).get("ours");
    double seconds = 1_000;
    bench
        .report()
        .add(
            "start",
            "service with its own, initialised database",
            new Series.Spread(
                series.p50().median() / seconds,
                series.p50().min() / seconds,
                series.p50().max() / seconds),
            "s",
            MAX_SECONDS_EMBEDDED);
  }

  private List<String> with(List<String> options) {
    List<String> all = new ArrayList<>(bench.options().javaOptions());
    all.addAll(options);
    return all;
  }

  private Starter service(String databaseName, Map<String, String> settings) {
    return (options, port) -> {
      var all = new HashMap<>(settings);
      all.put("GRPC_PORT", Integer.toString(port));
      return bench.servers().startService(databaseName, all, options);
    };
  }

  private Sample start(Starter server, List<String> options, Workload workload) {
    int port = freePort();
    long start = System.nanoTime();
    try (var process = server.start(with(options), port)) {
      callUntilAnswered(port, workload);
      double milliseconds = (System.nanoTime() - start) / 1e6;
      // Waits until the whole server has started, so that it stops properly.
      process.await(Servers.LISTENING);
      return new Sample(1_000 / milliseconds, milliseconds, milliseconds, 0);
    }
  }

  private static void callUntilAnswered(int port, Workload workload) {
    long lastMoment = System.nanoTime() + TIMEOUT.toNanos();
    var client = new LoadClient(port);
    while (true) {
      try {
        client.run(workload, ONE);
        return;
      } catch (IllegalStateException refused) {
        boolean isTooEarly = refused.getCause() instanceof ConnectException;
        if (!isTooEarly || System.nanoTime() > lastMoment) {
          throw refused;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Returns the option that uses an archive of the classes that a start and a call have loaded. It
   * is the same kind of archive as the service's, see {@code scripts/common.sh}.
   */
  private List<String> archive(Starter server, Workload workload) throws IOException {
    boolean isCache = Runtime.version().feature() >= 25;
    Path archive = directory.resolve(isCache ? "jdbc.aot" : "jdbc.jsa");
    Files.deleteIfExists(archive);
    String written = (isCache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
    start(server, List.of(written), workload);
    if (!Files.exists(archive)) {
      throw new IOException("no archive of the jdbc server; its log has the reason");
    }
    return List.of((isCache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
  }

  /** A workload of HealthCheck, which works with any database. */
  private record HealthWorkload() implements Workload {
    @Override
    public String method() {
      return "user.v1.UserService/HealthCheck";
    }

    @Override
    public int next() {
      return 0;
    }

    @Override
    public byte[] request(int which) {
      return Empty.getDefaultInstance().toByteArray();
    }

    @Override
    public boolean isRight(int which, byte[] answer, int length) {
      return length > 0;
    }
  }
}
