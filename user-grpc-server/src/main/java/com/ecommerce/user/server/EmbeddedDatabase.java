package com.ecommerce.user.server;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL as a child process, with its data in a directory that one service at a time
 * owns. It listens on loopback only, without a password, as a database of this machine's users.
 *
 * <p>The child outlives a killed service; the next start stops it and starts a new one, so that
 * nothing acknowledged is lost and nobody else's settings stay.
 */
final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

  /** Beside those of the service's pool: for probes, commands, other instances and people. */
  private static final int OTHER_CONNECTIONS = 190;

  private static final String LOCK_FILE = "lock";

  /** The database in it that the service uses. */
  static final String NAME = "postgres";

  private static final String CLUSTER = "postgres";
  private static final String BINARIES = "postgres-binaries";
  private static final String PID_FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;

  private final FileChannel lockFile;
  private final EmbeddedPostgres postgres;

  private EmbeddedDatabase(FileChannel lockFile, EmbeddedPostgres postgres) {
    this.lockFile = lockFile;
    this.postgres = postgres;
  }

  /**
   * Starts it, on the data that an earlier start left.
   *
   * @param poolSize how many connections the service takes to do its work
   * @throws StartupException when another service uses the directory, or PostgreSQL does not start
   */
  static EmbeddedDatabase start(Path dataDirectory, int poolSize) {
    FileChannel lockFile = lock(dataDirectory);
    try {
      return new EmbeddedDatabase(lockFile, startPostgres(dataDirectory, poolSize));
    } catch (IOException | RuntimeException failed) {
      closeQuietly(lockFile);
      if (failed instanceof StartupException known) {
        throw known;
      }
      throw new StartupException(
          "--data-dir (DATA_DIR): "
              + dataDirectory
              + ": PostgreSQL did not start: "
              + failed.getMessage()
              + " (expected: a jar that has it for this machine, or DATABASE_URL)",
          failed);
    }
  }

  /** One that is fast, safe from nothing, and gone when it is closed. */
  static EmbeddedPostgres temporary() throws IOException {
    return withUnicodeLocale(EmbeddedPostgres.builder()).start();
  }

  /** A locale that knows the letters of every script, for lower(). */
  private static EmbeddedPostgres.Builder withUnicodeLocale(EmbeddedPostgres.Builder builder) {
    return builder
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8");
  }

  private static FileChannel lock(Path dataDirectory) {
    try {
      Files.createDirectories(dataDirectory);
      var file =
          FileChannel.open(
              dataDirectory.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE);
      if (tryLock(file).isEmpty()) {
        file.close();
        throw new StartupException(
            "--data-dir (DATA_DIR): "
                + dataDirectory
                + " is in use by another running service (expected: a free one)");
      }
      return file;
    } catch (IOException failed) {
      throw unusable(dataDirectory, failed);
    }
  }

  private static StartupException unusable(Path dataDirectory, IOException failed) {
    return new StartupException(
        "--data-dir (DATA_DIR): " + dataDirectory + " (expected: a directory to write to)", failed);
  }

  private static Optional<FileLock> tryLock(FileChannel file) throws IOException {
    try {
      return Optional.ofNullable(file.tryLock());
    } catch (OverlappingFileLockException lockedInThisProcess) {
      return Optional.empty();
    }
  }

  private static EmbeddedPostgres startPostgres(Path dataDirectory, int poolSize)
      throws IOException {
    Path cluster = dataDirectory.resolve(CLUSTER).toAbsolutePath();
    Path complete = dataDirectory.resolve("postgres-complete");
    if (!Files.exists(complete)) {
      // An initdb that was cut off; no service ever answered from it.
      deleteRecursively(cluster);
    }
    stopOrphan(cluster, dataDirectory.resolve(BINARIES));
    var postgres =
        withUnicodeLocale(EmbeddedPostgres.builder())
            .setDataDirectory(cluster)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setOverrideWorkingDirectory(dataDirectory.resolve(BINARIES).toAbsolutePath().toFile())
            .setPGStartupWait(START_TIMEOUT)
            // The library is made for tests: it passes -F, and answers commits before they are
            // safe.
            // What comes later wins.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("listen_addresses", "localhost")
            .setServerConfig("max_connections", Integer.toString(poolSize + OTHER_CONNECTIONS))
            .start();
    if (!Files.exists(complete)) {
      Files.createFile(complete);
    }
    return postgres;
  }

  /**
   * Stops the PostgreSQL that a killed service left behind. The lock says that no living service
   * uses it.
   */
  private static void stopOrphan(Path cluster, Path binaries) throws IOException {
    Path pidFile = cluster.resolve(PID_FILE);
    if (!Files.exists(pidFile)) {
      return;
    }
    long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    var process = ProcessHandle.of(pid);
    var command = process.flatMap(running -> running.info().command()).map(Path::of);
    if (command.isEmpty()) {
      // Nobody's, or another user's: PostgreSQL itself passes over these.
      return;
    }
    if (isOrphan(pid, command.get(), cluster, binaries)) {
      log.info(
          "Stopping the PostgreSQL (process {}) that an earlier, killed service left running", pid);
      stop(process.get());
    } else {
      // Since a reboot the number is somebody else's. PostgreSQL would not start beside it.
      Files.deleteIfExists(pidFile);
    }
  }

  /**
   * Whether the process works in this data, as PostgreSQL does; where the system does not tell (all
   * but Linux), whether it was started from these binaries, be they of an earlier jar.
   */
  private static boolean isOrphan(long pid, Path command, Path cluster, Path binaries)
      throws IOException {
    Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
    return Files.exists(workingDirectory)
        ? Files.isSameFile(workingDirectory, cluster)
        : realPath(command).startsWith(realPath(binaries));
  }

  private static Path realPath(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }

  private static void stop(ProcessHandle process) throws IOException {
    interrupt(process);
    try {
      process.onExit().get(STOP_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException stillRunning) {
      throw new StartupException(
          "PostgreSQL of an earlier service (process " + process.pid() + ") does not stop",
          stillRunning);
    } catch (ExecutionException failed) {
      throw new IOException(failed);
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

  private static void deleteRecursively(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  DatabaseUrl url() {
    return url(postgres.getPort());
  }

  static DatabaseUrl url(int port) {
    return DatabaseUrl.parse("postgresql://postgres@localhost:" + port + "/" + NAME);
  }

  /** The database that a running service keeps in this directory, if one does. */
  static Optional<DatabaseUrl> running(Path dataDirectory) {
    Path pidFile = dataDirectory.resolve(CLUSTER).resolve(PID_FILE);
    try (FileChannel file =
        FileChannel.open(dataDirectory.resolve(LOCK_FILE), StandardOpenOption.WRITE)) {
      if (tryLock(file).isPresent()) {
        return Optional.empty();
      }
      return Optional.of(url(Integer.parseInt(Files.readAllLines(pidFile).get(PORT_LINE).strip())));
    } catch (NoSuchFileException neverStarted) {
      return Optional.empty();
    } catch (IOException failed) {
      throw unusable(dataDirectory, failed);
    }
  }

  @Override
  public void close() throws IOException {
    try (lockFile) {
      postgres.close();
    }
  }

  private static void closeQuietly(FileChannel file) {
    try {
      file.close();
    } catch (IOException failed) {
      log.warn("The lock file could not be closed", failed);
    }
  }
}
