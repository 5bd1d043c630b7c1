package com.ecommerce.user.core;

import com.ecommerce.user.core.account.Directory;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.credential.HashSettings;
import com.ecommerce.user.core.credential.HashingLane;
import com.ecommerce.user.core.credential.PasswordHasher;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.ServiceKeys;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.value.Uuids;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import javax.sql.DataSource;

/**
 * The User Service as a library: all use cases on one database. Thread-safe; one instance serves a
 * whole process.
 *
 * <pre>{@code
 * Migrations.migrate(dataSource);
 * try (UserCore core = UserCore.builder(dataSource).build()) {
 *   core.start();
 *   User user = core.users().get(Call.system(), UserId.parse("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e"));
 * }
 * }</pre>
 *
 * <p>Building it does no I/O and starts no thread. {@link #close} stops what {@link #start}
 * started, and leaves the data source and the executor, which belong to the embedder, open.
 */
public final class UserCore implements AutoCloseable {
  private final HashingLane hashingLane;
  private final Passwords passwords;
  private final Users users;
  private final Directory directory;
  private final Addresses addresses;
  private final Preferences preferences;

  private UserCore(Builder builder) {
    var clock = Clock.tick(builder.clock, Duration.ofNanos(1_000));
    var database = new Database(builder.dataSource);
    var ids = new Uuids(clock, builder.random);
    var events = new EventLog(ids);
    hashingLane = new HashingLane(builder.hashingThreads, builder.hashingQueue);
    passwords =
        new Passwords(
            new PasswordPolicy(),
            new PasswordHasher(builder.hashSettings, builder.random),
            hashingLane);
    users = new Users(database, builder.executor, clock, ids, events, passwords, List.of());
    directory = new Directory(database, new PageTokens(new ServiceKeys(database)));
    addresses = new Addresses(database, clock, ids, events, users);
    preferences = new Preferences(database, clock, events, users);
  }

  /**
   * @param dataSource connections to a database that {@link Migrations#migrate} has seen; a pool,
   *     since each use case takes a connection of its own
   */
  public static Builder builder(DataSource dataSource) {
    return new Builder(dataSource);
  }

  /** Starts the threads that hash passwords. */
  public void start() {
    hashingLane.start();
  }

  /** Stops what {@link #start} started. Calls that wait for a hash fail. */
  @Override
  public void close() {
    hashingLane.close();
  }

  public Users users() {
    return users;
  }

  public Directory directory() {
    return directory;
  }

  public Addresses addresses() {
    return addresses;
  }

  public Preferences preferences() {
    return preferences;
  }

  public Passwords passwords() {
    return passwords;
  }

  /** Collects what can be chosen; all of it has a default. Not thread-safe. */
  public static final class Builder {
    private final DataSource dataSource;
    private Clock clock = Clock.systemUTC();
    private SecureRandom random = new SecureRandom();
    private Executor executor = ForkJoinPool.commonPool();
    private HashSettings hashSettings = HashSettings.DEFAULT;
    private int hashingThreads = Runtime.getRuntime().availableProcessors();
    private int hashingQueue = 64;

    private Builder(DataSource dataSource) {
      this.dataSource = dataSource;
    }

    /** Tells the time of every change. Default: the system's. */
    public Builder clock(Clock value) {
      clock = value;
      return this;
    }

    /** Makes tokens, salts and ids. Default: the platform's. */
    public Builder random(SecureRandom value) {
      random = value;
      return this;
    }

    /** Runs the blocking work of the methods named {@code …Async}. Default: the common pool. */
    public Builder executor(Executor value) {
      executor = value;
      return this;
    }

    /** How new passwords are hashed. Default: bcrypt at cost 12. */
    public Builder hashSettings(HashSettings value) {
      hashSettings = value;
      return this;
    }

    /** How many passwords are hashed at once. Default: one a core. */
    public Builder hashingThreads(int value) {
      hashingThreads = value;
      return this;
    }

    /** How many passwords may wait to be hashed before calls are refused. Default: 64. */
    public Builder hashingQueue(int value) {
      hashingQueue = value;
      return this;
    }

    public UserCore build() {
      return new UserCore(this);
    }
  }
}
