package com.ecommerce.user.bench;

import com.ecommerce.user.bench.Report.Target;
import com.google.protobuf.Empty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** From the start of the process to the first answered call. */
final class StartPart {
  private static final int MAX_SECONDS_EMBEDDED = 3;

  /** Just one call. */
  private static final Load ONE = new Load(1, 1, 0, Duration.ZERO, Duration.ofMillis(1));

  private final Bench bench;
  private final Path directory;
  private final Path benchJar;

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

  /** Class-data archives know classes of jars only. */
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
      throw new IOException("no jar of the measurement: status " + status);
    }
    return jar;
  }

  private void run() throws IOException {
    Workload read = ReadWorkload.byId(bench.someUsers(10));
    Function<List<String>, ChildProcess> jdbc =
        options -> bench.servers().startJdbc(bench.data(), options, benchJar);
    Function<List<String>, ChildProcess> service =
        options -> bench.servers().startService(bench.data(), Map.of(), options);
    compare("plain", jdbc, service, List.of(), List.of(), read);
    if (!bench.options().classData().isEmpty()) {
      compare(
          "with a class-data archive",
          jdbc,
          service,
          archive(jdbc, Servers.LISTENING, read),
          bench.options().classData(),
          read);
    }
    embedded(bench.options().classData());
  }

  private void compare(
      String what,
      Function<List<String>, ChildProcess> jdbc,
      Function<List<String>, ChildProcess> service,
      List<String> jdbcOptions,
      List<String> serviceOptions,
      Workload read) {
    Map<String, Supplier<Sample>> contestants = new LinkedHashMap<>();
    contestants.put("jdbc", () -> start(jdbc, jdbcOptions, Servers.LISTENING, read));
    contestants.put("ours", () -> start(service, serviceOptions, Servers.GRPC, read));
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
    var settings = Map.of("DATABASE_URL", "", "DATA_DIR", directory.resolve("embedded").toString());
    Function<List<String>, ChildProcess> service =
        javaOptions -> bench.servers().startService("", settings, javaOptions);
    Workload health = new HealthWorkload();
    start(service, options, Servers.GRPC, health);
    var series =
        bench
            .compete(Map.of("ours", () -> start(service, options, Servers.GRPC, health)))
            .get("ours");
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

  private Sample start(
      Function<List<String>, ChildProcess> server,
      List<String> options,
      Pattern port,
      Workload workload) {
    long start = System.nanoTime();
    try (var process = server.apply(with(options))) {
      int listening = Integer.parseInt(process.await(port));
      new LoadClient(listening).run(workload, ONE);
      double milliseconds = (System.nanoTime() - start) / 1e6;
      return new Sample(1_000 / milliseconds, milliseconds, milliseconds, 0);
    }
  }

  /**
   * The option that uses an archive of what a start and a call have loaded, of the kind that the
   * service has: see {@code scripts/common.sh}.
   */
  private List<String> archive(
      Function<List<String>, ChildProcess> server, Pattern port, Workload workload)
      throws IOException {
    boolean isCache = Runtime.version().feature() >= 25;
    Path archive = directory.resolve(isCache ? "jdbc.aot" : "jdbc.jsa");
    Files.deleteIfExists(archive);
    String written = (isCache ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive;
    start(server, List.of(written), port, workload);
    if (!Files.exists(archive)) {
      throw new IOException("no archive of the jdbc server: its log says why");
    }
    return List.of((isCache ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
  }

  /** HealthCheck, which any database can answer. */
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
