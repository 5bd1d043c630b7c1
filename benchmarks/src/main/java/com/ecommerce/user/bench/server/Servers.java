package com.ecommerce.user.bench.server;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Starts the service, and the servers that are its limits, each in a process of its own. */
public final class Servers {
  public static final Pattern GRPC = Pattern.compile("gRPC UserService listening on port (\\d+)");
  public static final Pattern REST = Pattern.compile("REST API listening on port (\\d+)");
  public static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)");

  private final BenchOptions options;
  private final BenchDatabase database;

  public Servers(BenchOptions options, BenchDatabase database) {
    this.options = options;
    this.database = database;
  }

  /** A server that listens. */
  public record Running(ChildProcess process, int port) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }

  /**
   * Starts the service on a database, with defaults except for these settings, and waits until it
   * listens.
   */
  public Running service(String databaseName, Map<String, String> settings) {
    var process = startService(databaseName, settings);
    return new Running(process, Integer.parseInt(process.await(GRPC)));
  }

  /** Does the same, but does not wait until it listens. */
  public ChildProcess startService(String databaseName, Map<String, String> settings) {
    List<String> javaOptions = new ArrayList<>(options.javaOptions());
    if (!options.profiles()) {
      // A JVM that records a profile may crash with an archive of one that did not.
      javaOptions.addAll(options.classData());
    }
    return startService(databaseName, settings, javaOptions);
  }

  public ChildProcess startService(
      String databaseName, Map<String, String> settings, List<String> javaOptions) {
    var environment = new HashMap<String, String>();
    environment.put("DATABASE_URL", database.url(databaseName));
    environment.put("DATA_DIR", options.directory().resolve("service").toString());
    environment.put("GRPC_PORT", "0");
    environment.put("REST_PORT", "0");
    // Metrics are on, as by default.
    environment.put("METRICS_PORT", "0");
    environment.put("BIND_ADDRESS", "127.0.0.1");
    environment.put("RATE_LIMIT_METHODS", "none");
    environment.putAll(settings);
    List<String> command = java(javaOptions);
    command.addAll(List.of("-jar", options.jar().toString()));
    return ChildProcess.start(command, environment, log("service"));
  }

  /** Starts another command of the jar, which ends by itself. */
  public ChildProcess command(String databaseName, List<String> arguments) {
    List<String> command = java(List.of());
    command.addAll(List.of("-jar", options.jar().toString()));
    command.addAll(arguments);
    return ChildProcess.start(
        command, Map.of("DATABASE_URL", database.url(databaseName)), log("command"));
  }

  public Running echo() {
    return limit(EchoServer.class);
  }

  public Running jdbc(String databaseName) {
    return limit(JdbcServer.class, database.jdbcUrl(databaseName));
  }

  public Running limit(Class<?> main, String... arguments) {
    var process =
        startLimit(
            options.javaOptions(), System.getProperty("java.class.path"), main, List.of(arguments));
    return new Running(process, Integer.parseInt(process.await(LISTENING)));
  }

  /** Starts the jdbc server from a jar of the benchmark, on a port and with other JVM options. */
  public ChildProcess startJdbc(
      String databaseName, List<String> javaOptions, Path benchJar, int port) {
    String classPath = options.jar() + File.pathSeparator + benchJar;
    return startLimit(
        javaOptions,
        classPath,
        JdbcServer.class,
        List.of(database.jdbcUrl(databaseName), Integer.toString(port)));
  }

  private ChildProcess startLimit(
      List<String> javaOptions, String classPath, Class<?> main, List<String> arguments) {
    List<String> command = java(javaOptions);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return ChildProcess.start(command, Map.of(), log(main.getSimpleName()));
  }

  private static List<String> java(List<String> javaOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(javaOptions);
    return command;
  }

  private Path log(String name) {
    return options.directory().resolve("logs").resolve(name + ".log");
  }
}
