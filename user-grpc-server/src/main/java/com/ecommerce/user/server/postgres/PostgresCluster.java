package com.ecommerce.user.server.postgres;

import com.ecommerce.user.server.file.OwnFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A data directory of PostgreSQL and the process that serves it. It listens on loopback only, and
 * admits one role to one database with a password. Nobody can log in as a superuser, which exists
 * only for {@code postgres --single}. Its processes do not inherit the environment. Not
 * thread-safe.
 */
public final class PostgresCluster {
  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);

  /** The role of the service. It owns its database and is not a superuser. */
  public static final String ROLE = "user_service";

  /** The database of the service. */
  public static final String DATABASE = "postgres";

  private static final String SUPERUSER = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(120);
  private static final int POLL_MILLIS = 5;
  private static final int ATTEMPTS = 3;

  /** The number of lines of output that are kept of a server; all output of commands is kept. */
  private static final int KEPT_LINES = 5;

  private static final String PID_FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  private static final String ACCESS =
      String.format(
          Locale.ROOT,
          """
      # Written by the User Service: nobody else, and no superuser, is let in.
      host %1$s %2$s 127.0.0.1/32 scram-sha-256
      host %1$s %2$s ::1/128 scram-sha-256
      """,
          DATABASE,
          ROLE);

  /**
   * Creates the role or changes its password, and makes it the owner of the superuser's objects in
   * the database, which exist in databases of earlier releases. A single statement, so that it
   * takes effect completely or not at all.
   */
  private static final String SECURE =
      """
      do $secure$
      declare
        command text;
      begin
        if not exists (select from pg_roles where rolname = '%1$s') then
          create role %1$s;
        end if;
        alter role %1$s with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
          password '%3$s';
        alter database %2$s owner to %1$s;
        for command in
          with extension_members as (
            select classid, objid from pg_depend where deptype = 'e'
          ), own_schemas as (
            select oid, nspname from pg_namespace
            where nspname !~ '^pg_' and nspname <> 'information_schema'
          )
          select format('alter schema %%I owner to %1$s', nspname) from own_schemas
          union all
          select format('alter table %%s owner to %1$s', oid::regclass) from pg_class
          where relnamespace in (select oid from own_schemas)
            and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
            and ('pg_class'::regclass, oid) not in (select classid, objid from extension_members)
            -- A sequence of a column follows its table.
            and not exists (
              select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
                and deptype in ('a', 'i') and relkind = 'S')
          union all
          select format('alter routine %%s owner to %1$s', oid::regprocedure) from pg_proc
          where pronamespace in (select oid from own_schemas)
            and ('pg_proc'::regclass, oid) not in (select classid, objid from extension_members)
          union all
          select format('alter type %%s owner to %1$s', oid::regtype) from pg_type
          where typnamespace in (select oid from own_schemas) and typtype in ('d', 'e', 'r')
            and ('pg_type'::regclass, oid) not in (select classid, objid from extension_members)
        loop
          execute command;
        end loop;
      end
      $secure$;

      """;

  /**
   * Characters that are special inside the double quotes in which initdb and pg_ctl pass paths to a
   * shell.
   */
  private static final Pattern SPECIAL_IN_SHELL = Pattern.compile("[$`\"\\\\\\p{Cntrl}]");

  private final Path programs;
  private final Path data;
  private final ChildAccount account;
  private Optional<ProcessHandle> postmaster = Optional.empty();

  /**
   * @param programs the folder that contains {@code bin}
   * @param data the data directory of PostgreSQL, which need not exist yet
   */
  public PostgresCluster(Path programs, Path data, ChildAccount account) {
    this.programs = programs.toAbsolutePath();
    this.data = data.toAbsolutePath();
    this.account = account;
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

  /**
   * Admits only the role, which is created if it does not exist, with this password. The server
   * must not be running.
   *
   * @param password of letters, digits, minus and underscore
   */
  public void secure(String password) throws IOException {
    account.own(data);
    var output =
        run(
            String.format(Locale.ROOT, SECURE, ROLE, DATABASE, password),
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
    run(ACCESS, "sh", "-c", "umask 077 && cat >pg_hba.new && mv pg_hba.new pg_hba.conf");
  }

  /**
   * Starts the server on a free port.
   *
   * @return the port
   * @throws IOException with its last output, if it does not accept connections in time
   */
  public int start(Map<String, String> settings) throws IOException {
    account.own(data);
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return startOn(freePort(), settings);
      } catch (IOException failed) {
        // For example, another process may have taken the port in the meantime.
        log.debug("PostgreSQL did not start", failed);
        last = failed;
      }
    }
    throw last;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private int startOn(int port, Map<String, String> settings) throws IOException {
    var options = new ArrayList<>(List.of("-p", Integer.toString(port)));
    options.addAll(List.of("-c", "listen_addresses=localhost", "-c", "unix_socket_directories="));
    settings.forEach((name, value) -> options.addAll(List.of("-c", name + "=" + value)));
    var before = status();
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
    var said = new Said(control.getInputStream(), KEPT_LINES);
    said.start();
    boolean isReady = false;
    try {
      isReady = awaitReady(control, before, port);
    } finally {
      if (!isReady) {
        stop();
      }
    }
    if (!isReady) {
      throw new IOException(said.last());
    }
    return port;
  }

  /** Returns whether the server became ready; false if it ended or was not ready in time. */
  private boolean awaitReady(Process control, Optional<Status> before, int port)
      throws IOException {
    try {
      boolean isOver = false;
      while (!isOver) {
        isOver = !control.isAlive();
        var now = status().filter(found -> !before.equals(Optional.of(found)));
        postmaster = now.flatMap(found -> ProcessHandle.of(found.pid()));
        if (postmaster.isPresent() && now.get().isReadyOn(port)) {
          return true;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /** Returns the running server; empty before the start. */
  public Optional<ProcessHandle> postmaster() {
    return postmaster;
  }

  /** Disconnects all clients and stops the server, if there is one. */
  public void stop() throws IOException {
    if (postmaster.isPresent()) {
      stop(postmaster.get());
      postmaster = Optional.empty();
    }
  }

  /**
   * Stops a server and disconnects its clients.
   *
   * @throws IOException if it still runs after 20 seconds
   */
  public static void stop(ProcessHandle postmaster) throws IOException {
    interrupt(postmaster);
    long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
    try {
      while (postmaster.isAlive()) {
        if (System.nanoTime() > deadline) {
          throw new IOException("process " + postmaster.pid() + " does not stop");
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /**
   * Sends SIGINT, at which PostgreSQL disconnects its clients and stops. At SIGTERM, the only
   * signal that Java can send, it would wait for them.
   */
  private static void interrupt(ProcessHandle process) throws IOException {
    try {
      int status = new ProcessBuilder("sh", "-c", "kill -INT " + process.pid()).start().waitFor();
      if (status == 0) {
        return;
      }
    } catch (IOException noShell) {
      log.debug("There is no shell to send SIGINT with", noShell);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    process.destroy();
  }

  /** The status file that a server writes to its directory, once it is complete. */
  private record Status(long pid, List<String> lines) {
    boolean isReadyOn(int port) {
      return lines.get(PORT_LINE).strip().equals(Integer.toString(port))
          && lines.get(STATUS_LINE).startsWith("ready");
    }
  }

  private Optional<Status> status() throws IOException {
    try {
      var lines = lines(data);
      return lines.size() <= STATUS_LINE
          ? Optional.empty()
          : Optional.of(new Status(Long.parseLong(lines.get(0).strip()), lines));
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  /**
   * Returns the process id that a data directory has for its server, whether it still runs or not.
   */
  public static Optional<Long> pid(Path data) throws IOException {
    return firstLines(data).map(lines -> Long.parseLong(lines.get(0).strip()));
  }

  /** Returns the port that a data directory's server listens on; empty if it has none yet. */
  public static Optional<Integer> port(Path data) throws IOException {
    return firstLines(data)
        .filter(lines -> lines.size() > PORT_LINE)
        .map(lines -> Integer.parseInt(lines.get(PORT_LINE).strip()));
  }

  private static Optional<List<String>> firstLines(Path data) throws IOException {
    try {
      return Optional.of(lines(data)).filter(all -> !all.isEmpty());
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  /** Reads the lines of the file, one of which is a path in an unknown encoding. */
  private static List<String> lines(Path data) throws IOException {
    return Files.readAllLines(data.resolve(PID_FILE), StandardCharsets.ISO_8859_1);
  }

  /** Deletes the status of a server that no longer runs. */
  public static void forgetServer(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(PID_FILE));
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
    var said = new Said(process.getInputStream(), Integer.MAX_VALUE);
    said.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    try {
      if (await(process, COMMAND_TIMEOUT) != 0) {
        throw new IOException(said.last());
      }
      return said.lines();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } finally {
      process.destroyForcibly();
    }
  }

  private static int await(Process process, Duration timeout)
      throws IOException, InterruptedException {
    if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("no end after " + timeout.toSeconds() + " s");
    }
    return process.exitValue();
  }

  /**
   * Reads the output of a process while it runs, and keeps the end of it. The output is not logged,
   * since errors of statements repeat personal data.
   */
  private static final class Said {
    private final InputStream stream;
    private final int limit;
    private final Deque<String> kept = new ArrayDeque<>();
    private final Thread reader = new Thread(this::read, "postgres-output");

    Said(InputStream stream, int limit) {
      this.stream = stream;
      this.limit = limit;
    }

    void start() {
      reader.setDaemon(true);
      reader.start();
    }

    private void read() {
      try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
        lines.lines().forEach(this::keep);
      } catch (IOException | UncheckedIOException cutOff) {
        log.debug("The output of PostgreSQL was cut off", cutOff);
      }
    }

    private synchronized void keep(String line) {
      kept.add(line);
      if (kept.size() > limit) {
        kept.remove();
      }
    }

    boolean isOver() {
      return !reader.isAlive();
    }

    List<String> lines() throws InterruptedException {
      reader.join();
      return copy();
    }

    String last() {
      try {
        // Another process may hold the pipe open.
        reader.join(TimeUnit.SECONDS.toMillis(1));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      return String.join("; ", copy());
    }

    private synchronized List<String> copy() {
      return List.copyOf(kept);
    }
  }
}
