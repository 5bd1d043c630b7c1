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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data directory of PostgreSQL and the process that serves it. It listens on loopback only, and
 * lets one role in, to one database, by password; nobody can log in as a superuser, who exists for
 * {@code postgres --single} alone. Its processes get no environment. Not thread-safe.
 */
public final class PostgresCluster {
  private static final Logger log = LoggerFactory.getLogger(PostgresCluster.class);

  /** The role that the service works as. It owns its database, and is no superuser. */
  public static final String ROLE = "user_service";

  /** The database of the service. */
  public static final String DATABASE = "postgres";

  private static final String SUPERUSER = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(120);
  private static final int POLL_MILLIS = 5;
  private static final int ATTEMPTS = 3;

  /** Of a server; of commands it is all. */
  private static final int KEPT_LINES = 5;

  private static final String PID_FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  private static final String ACCESS =
      """
      # Written by the User Service: nobody else, and no superuser, is let in.
      host %1$s %2$s 127.0.0.1/32 scram-sha-256
      host %1$s %2$s ::1/128 scram-sha-256
      """
          .formatted(DATABASE, ROLE);

  /**
   * Makes the role, or gives it another password, and gives it what a superuser owns in the
   * database, as databases of releases before this one have it. One statement, so that it happens
   * whole or not at all.
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

  private final Path programs;
  private final Path data;
  private final ChildAccount account;
  private Optional<ProcessHandle> postmaster = Optional.empty();

  /**
   * @param programs has {@code bin}
   * @param data the data directory of PostgreSQL, which need not exist yet
   */
  public PostgresCluster(Path programs, Path data, ChildAccount account) {
    this.programs = programs.toAbsolutePath();
    this.data = data.toAbsolutePath();
    this.account = account;
  }

  /**
   * Makes the data directory, with an empty database whose locale knows the letters of every
   * script. Nobody can log in yet.
   */
  public void initialize() throws IOException {
    OwnFiles.createDirectory(data, OwnFiles.PRIVATE_DIRECTORY);
    account.own(data);
    run(
        "",
        program("initdb"),
        "--pgdata=" + data,
        "--username=" + SUPERUSER,
        "--auth=reject",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions");
  }

  /**
   * Lets the role in, which is made if it is not there, with this password, and nobody else. To be
   * called when stopped.
   *
   * @param password of letters, digits, minus and underscore
   */
  public void secure(String password) throws IOException {
    account.own(data);
    var output =
        run(
            SECURE.formatted(ROLE, DATABASE, password),
            program("postgres"),
            "--single",
            "-j",
            "-D",
            data.toString(),
            "-c",
            "lc_messages=C",
            "-c",
            "password_encryption=scram-sha-256",
            // It would repeat the password.
            "-c",
            "log_min_error_statement=panic",
            DATABASE);
    // It goes on after an error, and ends with status 0.
    for (String line : output) {
      if (line.contains("ERROR:") || line.contains("FATAL:")) {
        throw new IOException(line.strip());
      }
    }
    // As the account: where the service is root, the directory is not root's.
    run(ACCESS, "sh", "-c", "umask 077 && cat >pg_hba.new && mv pg_hba.new pg_hba.conf");
  }

  /**
   * Starts the server on a free port.
   *
   * @return the port
   * @throws IOException with what it said last, when it does not take connections in time
   */
  public int start(Map<String, String> settings) throws IOException {
    account.own(data);
    IOException last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return startOn(freePort(), settings);
      } catch (IOException failed) {
        // Such as a port that another process has taken meanwhile.
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
    // It gives the server a session of its own, which an interrupt from the terminal does not
    // reach.
    var control =
        child(
            program("pg_ctl"),
            "start",
            "--pgdata=" + data,
            "--timeout=" + START_TIMEOUT.toSeconds(),
            "--options=" + String.join(" ", options));
    // Until it ends, what the server says comes through it, too.
    var said = new Said(control.getInputStream(), KEPT_LINES);
    said.start();
    try {
      boolean isOver = false;
      while (!isOver) {
        isOver = !control.isAlive();
        var now = status().filter(found -> !before.equals(Optional.of(found)));
        postmaster = now.flatMap(found -> ProcessHandle.of(found.pid()));
        if (postmaster.isPresent() && now.get().isReadyOn(port)) {
          return port;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
    stop();
    throw new IOException(said.last());
  }

  /** The running server; empty before the start. */
  public Optional<ProcessHandle> postmaster() {
    return postmaster;
  }

  /** Sends all clients away, and stops the server; does nothing where there is none. */
  public void stop() throws IOException {
    if (postmaster.isPresent()) {
      stop(postmaster.get());
      postmaster = Optional.empty();
    }
  }

  /**
   * Stops a server: its clients are sent away.
   *
   * @throws IOException when it still runs after 20 seconds
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
   * SIGINT makes PostgreSQL send its clients away and stop; at SIGTERM, which is all that Java can
   * send, it would wait for them.
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

  /** What a server says of itself in its directory, once it has said all of it. */
  private record Status(long pid, List<String> lines) {
    boolean isReadyOn(int port) {
      return lines.get(PORT_LINE).strip().equals(Integer.toString(port))
          && lines.get(STATUS_LINE).startsWith("ready");
    }
  }

  private Optional<Status> status() throws IOException {
    try {
      var lines = Files.readAllLines(data.resolve(PID_FILE));
      return lines.size() <= STATUS_LINE
          ? Optional.empty()
          : Optional.of(new Status(Long.parseLong(lines.get(0).strip()), lines));
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  /** The process that a data directory names as its server, whether it still runs or not. */
  public static Optional<Long> pid(Path data) throws IOException {
    return firstLines(data).map(lines -> Long.parseLong(lines.get(0).strip()));
  }

  /** The port that a data directory's server listens on; empty where it has none yet. */
  public static Optional<Integer> port(Path data) throws IOException {
    return firstLines(data)
        .filter(lines -> lines.size() > PORT_LINE)
        .map(lines -> Integer.parseInt(lines.get(PORT_LINE).strip()));
  }

  private static Optional<List<String>> firstLines(Path data) throws IOException {
    try {
      return Optional.of(Files.readAllLines(data.resolve(PID_FILE))).filter(all -> !all.isEmpty());
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  /** Forgets a server that is no more. */
  public static void forgetServer(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(PID_FILE));
  }

  private String program(String name) {
    return programs.resolve("bin").resolve(name).toString();
  }

  private Process child(String... command) throws IOException {
    var builder = new ProcessBuilder(account.command(List.of(command)));
    // The service's variables have secrets.
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
   * Reads what a process says, as long as it lives, and keeps the last of it. It is not logged:
   * errors of statements repeat personal data.
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
        // Somebody may hold the pipe open.
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
