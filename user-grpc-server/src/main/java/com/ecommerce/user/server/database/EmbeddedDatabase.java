package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import com.ecommerce.user.server.postgres.PostgresCluster;
import com.ecommerce.user.server.postgres.PostgresPrograms;
import com.ecommerce.user.server.postgres.PostgresSupervisor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL as a child process, with its data in a directory that only one service at a
 * time can use. It listens on loopback only, and requires the password that is stored in the
 * directory.
 *
 * <p>If the service is killed, the child continues to run. The next start stops it and starts a new
 * one, so that no acknowledged write is lost and the settings are those of the new service. A child
 * that ends before the service does is started again, see {@link #supervisor}.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedDatabase.class);

  /**
   * The number of connections beside those of the service's pool, for probes, commands, other
   * instances and people.
   */
  private static final int OTHER_CONNECTIONS = 190;

  /**
   * The time that a process that is told to stop waits for a start, whose PostgreSQL would outlive
   * it.
   */
  public static final Duration MAX_START = Duration.ofSeconds(30);

  private static final String LOCK_FILE = "lock";

  /** The name of the database that the service uses. */
  public static final String NAME = PostgresCluster.DATABASE;

  private static final String CLUSTER = "postgres";

  /** The file with the password of the service's role, which only the service can read. */
  private static final String PASSWORD = "postgres-password";

  private static final int PASSWORD_BYTES = 32;

  /** The directory in which the data is initialized. */
  private static final String UNFINISHED = "postgres-unfinished";

  /**
   * The file that exists once the data is completely initialized. Earlier releases delete data
   * without it.
   */
  private static final String COMPLETE = "postgres-complete";

  private final Path dataDirectory;
  private final FileChannel lockFile;
  private final PostgresCluster cluster;
  private final DatabaseUrl url;

  private EmbeddedDatabase(
      Path dataDirectory, FileChannel lockFile, PostgresCluster cluster, DatabaseUrl url) {
    this.dataDirectory = dataDirectory;
    this.lockFile = lockFile;
    this.cluster = cluster;
    this.url = url;
  }

  /**
   * Starts PostgreSQL on the data of earlier starts. Data of releases without a password is
   * converted first.
   *
   * @param poolSize the number of connections in the service's pool
   * @throws StartupException when another service uses the directory, or PostgreSQL does not start
   */
  public static EmbeddedDatabase start(Path dataDirectory, int poolSize) {
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
      throw withoutPostgres(dataDirectory, "did not start", reason(failed), failed);
    }
  }

  /** Returns the reason in words. The message of AccessDeniedException is only the path. */
  static String reason(Exception failed) {
    return failed instanceof AccessDeniedException denied
        ? denied.getFile()
            + ": access is denied (expected: files that belong to the user that the service runs as)"
        : failed.getMessage();
  }

  private static StartupException withoutPostgres(
      Path dataDirectory, String event, String reason, Exception cause) {
    return new StartupException(
        Setting.DATA_DIR.title() + ": " + dataDirectory + ": PostgreSQL " + event + ": " + reason,
        cause);
  }

  /**
   * Returns a supervisor that restarts PostgreSQL whenever it ends, from its start until it is
   * closed.
   *
   * @param giveUp receives the reason after three failures in a row
   */
  public PostgresSupervisor supervisor(Consumer<StartupException> giveUp) {
    return new PostgresSupervisor(
        cluster,
        reason ->
            giveUp.accept(
                withoutPostgres(
                    dataDirectory, "ended and could not be started again", reason, null)));
  }

  private static EmbeddedDatabase start(Path dataDirectory, int poolSize, FileChannel lockFile)
      throws IOException {
    var cluster = open(dataDirectory);
    int port = cluster.start(settings(poolSize));
    try {
      return new EmbeddedDatabase(dataDirectory, lockFile, cluster, url(port, dataDirectory));
    } catch (IOException | RuntimeException failed) {
      cluster.stop();
      throw failed;
    }
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
            Setting.DATA_DIR.title()
                + ": "
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
    var account = ChildAccount.choose(dataDirectory);
    PostgresCluster.endEarlierProcesses(data, account);
    requireData(dataDirectory, data);
    Path programs = PostgresPrograms.unpack(dataDirectory);
    if (isMissing(data)) {
      initialize(dataDirectory, programs, account);
    }
    var cluster = new PostgresCluster(programs, data, account);
    Path password = dataDirectory.resolve(PASSWORD);
    if (!Files.exists(password)) {
      // The data is from a release without a password, or is a copy without it.
      String created = randomPassword();
      cluster.secure(created);
      OwnFiles.writePrivately(password, created);
    } else if (!cluster.isSecured()) {
      // The data may be from a release without a role for backups.
      cluster.secure(Files.readString(password).strip());
    }
    markComplete(dataDirectory);
    return cluster;
  }

  /**
   * Refuses to replace data that was deleted, or is not mounted, by an empty database.
   *
   * @throws IOException if there was a database and its data is missing
   */
  private static void requireData(Path dataDirectory, Path data) throws IOException {
    if (isMissing(data) && Files.exists(dataDirectory.resolve(COMPLETE))) {
      throw new IOException(
          data
              + " is missing (expected: the data, for example from a backup; to begin with an empty"
              + " database, delete "
              + COMPLETE
              + ")");
    }
  }

  /** Returns whether there is no data, not even a part of it. */
  private static boolean isMissing(Path data) throws IOException {
    if (!Files.exists(data)) {
      return true;
    }
    try (var entries = Files.newDirectoryStream(data)) {
      return !entries.iterator().hasNext();
    }
  }

  /**
   * Initializes the data in another directory, and renames that once it is complete. The leftovers
   * of an interrupted start can therefore be deleted, and complete data never is.
   */
  private static void initialize(Path dataDirectory, Path programs, ChildAccount account)
      throws IOException {
    Path unfinished = dataDirectory.resolve(UNFINISHED).toAbsolutePath();
    PostgresCluster.endEarlierProcesses(unfinished, account);
    OwnFiles.deleteRecursively(unfinished);
    var cluster = new PostgresCluster(programs, unfinished, account);
    cluster.initialize();
    String password = randomPassword();
    cluster.secure(password);
    OwnFiles.writePrivately(dataDirectory.resolve(PASSWORD), password);
    Path data = dataDirectory.resolve(CLUSTER);
    Files.deleteIfExists(data);
    Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Creates the file without which earlier releases delete the data as incomplete. */
  private static void markComplete(Path dataDirectory) throws IOException {
    Path complete = dataDirectory.resolve(COMPLETE);
    if (!Files.exists(complete)) {
      Files.createFile(complete);
    }
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

  /** Returns the URL of the database, with the password of the service's role. */
  public DatabaseUrl url() {
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
  public static boolean isInitialized(Path dataDirectory) {
    return Files.exists(dataDirectory.resolve(CLUSTER).resolve("PG_VERSION"));
  }

  /** Returns the database that a running service keeps in this directory, if there is one. */
  public static Optional<DatabaseUrl> running(Path dataDirectory) {
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
  public void close() throws IOException {
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
