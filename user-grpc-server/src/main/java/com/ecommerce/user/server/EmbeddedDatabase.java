package com.ecommerce.user.server;

import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import com.ecommerce.user.server.postgres.PostgresCluster;
import com.ecommerce.user.server.postgres.PostgresPrograms;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL as a child process, with its data in a directory that one service at a time
 * owns. It listens on loopback only, and requires the password that is stored in the directory.
 *
 * <p>The child outlives a killed service; the next start stops it and starts a new one, so that
 * nothing acknowledged is lost and nobody else's settings stay.
 */
final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /** Beside those of the service's pool: for probes, commands, other instances and people. */
  private static final int OTHER_CONNECTIONS = 190;

  /**
   * The time that a process that is told to stop waits for a start, whose PostgreSQL would outlive
   * it.
   */
  static final Duration MAX_START = Duration.ofSeconds(30);

  private static final String LOCK_FILE = "lock";

  /** The database in it that the service uses. */
  static final String NAME = PostgresCluster.DATABASE;

  private static final String CLUSTER = "postgres";

  /** The file with the password of the service's role, which only the service can read. */
  private static final String PASSWORD = "postgres-password";

  private static final int PASSWORD_BYTES = 32;

  /** The file that exists once the data is completely initialized. */
  private static final String COMPLETE = "postgres-complete";

  private final FileChannel lockFile;
  private final PostgresCluster cluster;
  private final DatabaseUrl url;

  private EmbeddedDatabase(FileChannel lockFile, PostgresCluster cluster, DatabaseUrl url) {
    this.lockFile = lockFile;
    this.cluster = cluster;
    this.url = url;
  }

  /**
   * Starts PostgreSQL on the data of earlier starts. Data of releases without a password is
   * converted first.
   *
   * @param poolSize how many connections the service takes to do its work
   * @throws StartupException when another service uses the directory, or PostgreSQL does not start
   */
  static EmbeddedDatabase start(Path dataDirectory, int poolSize) {
    DataDirectory.requirePathForCommands(dataDirectory);
    DataDirectory.open(dataDirectory);
    FileChannel lockFile = lock(dataDirectory);
    try {
      return start(dataDirectory, poolSize, lockFile);
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

  private static EmbeddedDatabase start(Path dataDirectory, int poolSize, FileChannel lockFile)
      throws IOException {
    var cluster = open(dataDirectory);
    int port = cluster.start(settings(poolSize));
    try {
      return new EmbeddedDatabase(lockFile, cluster, url(port, dataDirectory));
    } catch (IOException | RuntimeException failed) {
      cluster.stop();
      throw failed;
    }
  }

  /** One that is fast, safe from nothing, and gone when it is closed. */
  static EmbeddedPostgres temporary() throws IOException {
    return withUnicodeLocale(EmbeddedPostgres.builder()).start();
  }

  static DatabaseUrl temporaryUrl(EmbeddedPostgres temporary) {
    return DatabaseUrl.parse("postgresql://postgres@localhost:" + temporary.getPort() + "/" + NAME);
  }

  /** A locale that knows the letters of every script, for lower(). */
  static EmbeddedPostgres.Builder withUnicodeLocale(EmbeddedPostgres.Builder builder) {
    return builder
        .setLocaleConfig("locale-provider", "builtin")
        .setLocaleConfig("builtin-locale", "C.UTF-8");
  }

  private static FileChannel lock(Path dataDirectory) {
    try {
      var file =
          FileChannel.open(
              dataDirectory.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
      if (tryLock(file).isEmpty()) {
        file.close();
        throw new StartupException(
            "--data-dir (DATA_DIR): "
                + dataDirectory
                + " is in use by another running service (expected: a free one)");
      }
      return file;
    } catch (IOException failed) {
      throw DataDirectory.unusable(dataDirectory, failed);
    }
  }

  private static Optional<FileLock> tryLock(FileChannel file) throws IOException {
    try {
      return Optional.ofNullable(file.tryLock());
    } catch (OverlappingFileLockException lockedInThisProcess) {
      return Optional.empty();
    }
  }

  private static PostgresCluster open(Path dataDirectory) throws IOException {
    Path data = dataDirectory.resolve(CLUSTER).toAbsolutePath();
    Path complete = dataDirectory.resolve(COMPLETE);
    stopOrphan(data, dataDirectory);
    if (!Files.exists(complete)) {
      // An initialization that was interrupted; no service ever used it.
      OwnFiles.deleteRecursively(data);
    }
    Path programs = PostgresPrograms.unpack(dataDirectory);
    var cluster = new PostgresCluster(programs, data, ChildAccount.choose(dataDirectory));
    if (!Files.exists(data)) {
      cluster.initialize();
    }
    if (!Files.exists(dataDirectory.resolve(PASSWORD))) {
      // New, or from a release without a password.
      String password = randomPassword();
      cluster.secure(password);
      OwnFiles.writePrivately(dataDirectory.resolve(PASSWORD), password);
    }
    if (!Files.exists(complete)) {
      Files.createFile(complete);
    }
    return cluster;
  }

  private static String randomPassword() {
    var bytes = new byte[PASSWORD_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Map<String, String> settings(int poolSize) {
    return Map.of(
        "timezone", "UTC",
        "max_connections", Integer.toString(poolSize + OTHER_CONNECTIONS),
        "fsync", "on",
        "synchronous_commit", "on");
  }

  /**
   * Stops the PostgreSQL that a killed service left behind. The lock says that no living service
   * uses it.
   */
  private static void stopOrphan(Path data, Path dataDirectory) throws IOException {
    var pid = PostgresCluster.pid(data);
    var process = pid.flatMap(ProcessHandle::of);
    var command = process.flatMap(running -> running.info().command()).map(Path::of);
    if (command.isEmpty()) {
      // Nobody's, or another user's: PostgreSQL itself passes over these.
      return;
    }
    if (isOrphan(pid.get(), command.get(), data, dataDirectory)) {
      log.info(
          "Stopping the PostgreSQL (process {}) that an earlier, killed service left running",
          pid.get());
      PostgresCluster.stop(process.get());
    } else {
      // Since a reboot the number is somebody else's. PostgreSQL would not start beside it.
      PostgresCluster.forgetServer(data);
    }
  }

  /**
   * Returns whether the process works in this data directory, as PostgreSQL does. Systems other
   * than Linux do not tell; there it returns whether the process was started from the programs in
   * this directory, including those of an earlier jar.
   */
  private static boolean isOrphan(long pid, Path command, Path data, Path dataDirectory)
      throws IOException {
    Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
    return Files.exists(workingDirectory)
        ? Files.isSameFile(workingDirectory, data)
        : PostgresPrograms.isFrom(command, dataDirectory);
  }

  /** Returns the URL of the database, with the password of the service's role. */
  DatabaseUrl url() {
    return url;
  }

  private static DatabaseUrl url(int port, Path dataDirectory) throws IOException {
    String password = Files.readString(dataDirectory.resolve(PASSWORD)).strip();
    return DatabaseUrl.parse(
        "postgresql://"
            + PostgresCluster.ROLE
            + ":"
            + password
            + "@localhost:"
            + port
            + "/"
            + NAME
            + "?sslmode=disable");
  }

  /** Returns whether the directory contains a database. Creates nothing. */
  static boolean isInitialized(Path dataDirectory) {
    return Files.exists(dataDirectory.resolve(COMPLETE));
  }

  /** The database that a running service keeps in this directory, if one does. */
  static Optional<DatabaseUrl> running(Path dataDirectory) {
    try (FileChannel file =
        FileChannel.open(dataDirectory.resolve(LOCK_FILE), StandardOpenOption.WRITE)) {
      if (tryLock(file).isPresent()) {
        return Optional.empty();
      }
      var port = PostgresCluster.port(dataDirectory.resolve(CLUSTER));
      return port.isPresent() ? Optional.of(url(port.get(), dataDirectory)) : Optional.empty();
    } catch (NoSuchFileException neverStarted) {
      return Optional.empty();
    } catch (IOException failed) {
      throw DataDirectory.unusable(dataDirectory, failed);
    }
  }

  /** Stops PostgreSQL. May be called from several threads, and several times. */
  @Override
  public synchronized void close() throws IOException {
    try (lockFile) {
      cluster.stop();
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
