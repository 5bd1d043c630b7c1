package com.ecommerce.user.server.postgres;

import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.process.ShutdownWork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory of PostgreSQL and the process that serves it. It listens on loopback only, and
 * admits one role to one database with a password, and another role to base backups. Nobody can log
 * in as a superuser, which exists only for {@code postgres --single}. Its processes do not inherit
 * the environment. Thread-safe; {@link #stop}, or a stop of this process, ends a start in progress.
 */
public final class PostgresCluster {
  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);

  /** The role of the service. It owns its database and is not a superuser. */
  public static final String ROLE = ClusterAccess.ROLE;

  /** The database of the service. */
  public static final String DATABASE = ClusterAccess.DATABASE;

  private static final String SUPERUSER = "postgres";

  /** The maximum time of a start, which may have to recover from a crash. */
  private static final Duration START_TIMEOUT = Duration.ofMinutes(10);

  /** The time after which a start in progress is logged. */
  private static final Duration LONG_START = Duration.ofSeconds(10);

  private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration COMMAND_POLL = Duration.ofMillis(50);
  private static final int POLL_MILLIS = 5;
  private static final int ATTEMPTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** The number of lines of output that are kept of a server; all output of commands is kept. */
  private static final int KEPT_LINES = 100;

  /**
   * Characters that are special inside the double quotes in which initdb and pg_ctl pass paths to a
   * shell.
   */
  private static final Pattern SPECIAL_IN_SHELL = Pattern.compile("[$`\"\\\\\\p{Cntrl}]");

  private final Path programs;
  private final Path data;
  private final ChildAccount account;
  private final ClusterProcesses processes;
  private Map<String, String> settings = Map.of();
  private int port;
  private volatile Optional<ProcessHandle> postmaster = Optional.empty();
  private volatile boolean isStopped;

  /**
   * @param programs the folder that contains {@code bin}
   * @param data the data directory of PostgreSQL, which need not exist yet
   */
  public PostgresCluster(Path programs, Path data, ChildAccount account) {
    this.programs = programs.toAbsolutePath();
    this.data = data.toAbsolutePath();
    this.account = account;
    this.processes = new ClusterProcesses(this.data, account);
  }

  /**
   * Creates the data directory, with an empty database whose locale knows the letters of all
   * scripts. Nobody can log in yet.
   */
  public void initialize() throws IOException {
    OwnFiles.createDirectory(data, OwnFiles.PRIVATE_DIRECTORY);
    account.own(data);
    if (isSafeInShell(programs)) {
      initialize(programs);
      return;
    }
    // initdb resolves the links in its own path and passes it to a shell.
    Path copy = Files.createTempDirectory("user-service-postgres");
    try {
      OwnFiles.setMode(copy, OwnFiles.READABLE_DIRECTORY);
      if (!isSafeInShell(copy)) {
        throw new IOException(
            "the paths of DATA_DIR and of the directory for temporary files contain characters that"
                + " are special in a shell");
      }
      initialize(PostgresPrograms.unpackInto(copy));
    } finally {
      OwnFiles.deleteRecursively(copy);
    }
  }

  private static boolean isSafeInShell(Path path) {
    return !SPECIAL_IN_SHELL.matcher(path.toString()).find();
  }

  private void initialize(Path from) throws IOException {
    run(
        "",
        from.resolve("bin").resolve("initdb").toString(),
        "--pgdata=" + data,
        "--username=" + SUPERUSER,
        "--auth=reject",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions");
  }

  /** Returns whether {@code pg_hba.conf} admits the roles of this release. */
  public boolean isSecured() throws IOException {
    return ClusterAccess.isCurrent(data);
  }

  /**
   * Admits only the two roles, which are created if they do not exist, with this password. The
   * server must not be running.
   *
   * @param password of letters, digits, minus and underscore
   */
  public void secure(String password) throws IOException {
    own();
    var output =
        run(
            ClusterAccess.rolesStatement(password),
            program("postgres"),
            "--single",
            "-j",
            "-D",
            data.toString(),
            "-c",
            "lc_messages=C",
            "-c",
            "password_encryption=scram-sha-256",
            // The error message would repeat the password.
            "-c",
            "log_min_error_statement=panic",
            DATABASE);
    // The program continues after an error and exits with status 0.
    for (String line : output) {
      if (line.contains("ERROR:") || line.contains("FATAL:")) {
        throw new IOException(line.strip());
      }
    }
    // Run as the account: if the service is root, the directory does not belong to root.
    run(ClusterAccess.lines(data), "sh", "-c", ClusterAccess.command(data));
  }

  /** Makes the directory usable for PostgreSQL, whatever owner and modes a copy has. */
  private void own() throws IOException {
    account.own(data);
    account.closeDirectory(data);
  }

  /**
   * Ends the processes that an earlier service left running in the data directory, which no running
   * service may use.
   *
   * @throws IOException if a process does not end within some seconds
   */
  public static void endEarlierProcesses(Path data, ChildAccount account) throws IOException {
    new ClusterProcesses(data.toAbsolutePath(), account).endAll();
  }

  /**
   * Starts the server on a free port.
   *
   * @return the port
   * @throws IOException with its last output, if it does not accept connections in time
   */
  public synchronized int start(Map<String, String> chosen) throws IOException {
    settings = Map.copyOf(chosen);
    own();
    for (int i = 1; ; i++) {
      try {
        port = freePort();
        startOnPort();
        return port;
      } catch (IOException failed) {
        // For example, another process may have taken the port in the meantime.
        log.debug("PostgreSQL did not start", failed);
        if (i == ATTEMPTS || isStopping()) {
          throw failed;
        }
        sleep(PAUSE);
        processes.endAll();
      }
    }
  }

  /**
   * Starts the server again after it has ended, on the same data, port and settings.
   *
   * @throws IOException with its last output, if it does not accept connections in time, or if it
   *     was stopped
   */
  public synchronized void restart() throws IOException {
    if (isStopped) {
      throw new IOException("it was stopped in the meantime");
    }
    if (!Files.isDirectory(data)) {
      throw new IOException(data + " does not exist any more");
    }
    stopServer();
    processes.endAll();
    startOnPort();
  }

  /**
   * Returns whether the server's process runs and still owns the data directory. PostgreSQL itself
   * checks only once a minute whether its directory was deleted or replaced.
   */
  public boolean isRunning() {
    var process = postmaster;
    if (process.isEmpty() || !ClusterProcesses.isAlive(process.get())) {
      return false;
    }
    try {
      var status = ServerStatus.read(data);
      return status.isPresent() && status.get().pid() == process.get().pid();
    } catch (IOException unreadable) {
      log.debug("The status of PostgreSQL cannot be read", unreadable);
      return true;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void startOnPort() throws IOException {
    var options = new ArrayList<>(List.of("-p", Integer.toString(port)));
    options.addAll(List.of("-c", "listen_addresses=localhost", "-c", "unix_socket_directories="));
    settings.forEach((name, value) -> options.addAll(List.of("-c", name + "=" + value)));
    var before = ServerStatus.read(data);
    // pg_ctl passes both paths to a shell, and runs in the data directory.
    boolean isSafe = isSafeInShell(programs) && isSafeInShell(data);
    // pg_ctl starts the server in a separate session, which an interrupt from the terminal does not
    // reach.
    var control =
        child(
            program("pg_ctl"),
            "start",
            "--pgdata=" + (isSafe ? data : "."),
            "-p",
            (isSafe ? programs : data.relativize(programs)).resolve("bin/postgres").toString(),
            "--timeout=" + START_TIMEOUT.toSeconds(),
            "--options=" + String.join(" ", options));
    // Until it ends, it also passes on the output of the server.
    var output = new ProcessOutput(control.getInputStream(), KEPT_LINES);
    output.start();
    boolean isReady = false;
    try {
      isReady = awaitReady(control, before);
    } finally {
      if (!isReady) {
        stopServer();
      }
    }
    if (!isReady) {
      throw new IOException(output.problem());
    }
  }

  /** Returns whether the server became ready; false if it ended or was not ready in time. */
  private boolean awaitReady(Process control, Optional<ServerStatus> before) throws IOException {
    long begin = System.nanoTime();
    boolean isLong = false;
    boolean isOver = false;
    // To be stopped, a server must be known first.
    while (!isOver && !(isStopping() && postmaster.isPresent())) {
      isOver = !control.isAlive();
      var now = ServerStatus.read(data).filter(found -> !before.equals(Optional.of(found)));
      postmaster = now.flatMap(found -> ProcessHandle.of(found.pid()));
      if (postmaster.isPresent() && now.get().isReadyOn(port)) {
        return true;
      }
      if (!isLong && System.nanoTime() - begin > LONG_START.toNanos()) {
        isLong = true;
        log.info(
            "PostgreSQL is not ready after {} s, probably because it is recovering from a crash; the service waits",
            LONG_START.toSeconds());
      }
      sleep(Duration.ofMillis(POLL_MILLIS));
    }
    return false;
  }

  private boolean isStopping() {
    return isStopped || ShutdownWork.isUnderWay();
  }

  private static void sleep(Duration time) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /** Returns the running server; empty before the start. */
  public Optional<ProcessHandle> postmaster() {
    return postmaster;
  }

  /**
   * Disconnects all clients and stops the server, if there is one, for good.
   *
   * @throws IOException if it does not end within some 40 seconds
   */
  public void stop() throws IOException {
    // Ends a start in progress.
    isStopped = true;
    synchronized (this) {
      stopServer();
    }
  }

  private void stopServer() throws IOException {
    if (postmaster.isPresent()) {
      processes.stop(postmaster.get());
      postmaster = Optional.empty();
    }
  }

  /** Returns the port that a data directory's server listens on; empty if it has none yet. */
  public static Optional<Integer> port(Path data) throws IOException {
    return ServerStatus.read(data).flatMap(ServerStatus::port);
  }

  private String program(String name) {
    return programs.resolve("bin").resolve(name).toString();
  }

  private Process child(String... command) throws IOException {
    var builder = new ProcessBuilder(account.command(List.of(command)));
    // The service's environment contains secrets.
    builder.environment().clear();
    return builder.directory(data.toFile()).redirectErrorStream(true).start();
  }

  private List<String> run(String input, String... command) throws IOException {
    var process = child(command);
    var output = new ProcessOutput(process.getInputStream(), Integer.MAX_VALUE);
    output.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (await(process) != 0) {
        throw new IOException(output.problem());
      }
      return output.lines();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } finally {
      kill(process);
    }
  }

  /** Waits until a command ends, and returns its exit status. Fails if this process has to end. */
  private static int await(Process process) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    while (!process.waitFor(COMMAND_POLL.toMillis(), TimeUnit.MILLISECONDS)) {
      if (ShutdownWork.isUnderWay()) {
        throw new IOException("the service was told to stop");
      }
      if (System.nanoTime() - begin > COMMAND_TIMEOUT.toNanos()) {
        throw new IOException("no end after " + COMMAND_TIMEOUT.toSeconds() + " s");
      }
    }
    return process.exitValue();
  }

  private static void kill(Process process) {
    var descendants = process.descendants().toList();
    process.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }
}
