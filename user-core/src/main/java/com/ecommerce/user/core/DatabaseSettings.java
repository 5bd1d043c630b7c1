package com.ecommerce.user.core;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.health.DatabaseObserver;
import com.ecommerce.user.core.health.Health;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The settings for the use of the database, in addition to the data source of {@link
 * UserCore#builder}. Immutable. The caller closes the data sources.
 *
 * @param replica connections to a replica. Only lists and searches are read from it, and they may
 *     be slightly out of date. While the replica does not answer, they are read from the main
 *     database. Default: none
 * @param feed separate connections to the primary for the event feed and, unless there is a {@code
 *     probe}, for health checks, so that a busy pool is not taken for an outage; one connection is
 *     enough. Default: the data source of the builder
 * @param probe the check of the primary. It must use a connection of its own, end by itself within
 *     seconds, and allow concurrent calls. The database counts as unavailable if two calls in a row
 *     take more than 600 milliseconds. Default: a probe over {@code feed}, whose late answers do
 *     not count, since it may have waited for a connection
 * @param observer called at the beginning and the end of outages of the database. Default: {@link
 *     DatabaseObserver#NONE}
 * @param readConcurrency the maximum number of concurrent queries for single users by id, and the
 *     same again for users by email and for sessions. At least 1. Default: half the number of
 *     processors, since with fewer queries, each one answers more calls
 */
public record DatabaseSettings(
    Optional<DataSource> replica,
    Optional<DataSource> feed,
    Optional<Health.Probe> probe,
    DatabaseObserver observer,
    int readConcurrency) {
  /** The defaults: one data source for everything. */
  public static final DatabaseSettings DEFAULT =
      new DatabaseSettings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          DatabaseObserver.NONE,
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if {@code readConcurrency} is below 1
   */
  public DatabaseSettings {
    requireNonNull(replica, "replica");
    requireNonNull(feed, "feed");
    requireNonNull(probe, "probe");
    requireNonNull(observer, "observer");
    if (readConcurrency < 1) {
      throw new IllegalArgumentException(
          "readConcurrency: " + readConcurrency + " (expected: at least 1)");
    }
  }

  /** Returns these settings with another {@code replica}. */
  public DatabaseSettings withReplica(DataSource replica) {
    return new DatabaseSettings(
        Optional.of(requireNonNull(replica, "replica")), feed, probe, observer, readConcurrency);
  }

  /** Returns these settings with another {@code feed}. */
  public DatabaseSettings withFeed(DataSource feed) {
    return new DatabaseSettings(
        replica, Optional.of(requireNonNull(feed, "feed")), probe, observer, readConcurrency);
  }

  /** Returns these settings with another {@code probe}. */
  public DatabaseSettings withProbe(Health.Probe probe) {
    return new DatabaseSettings(
        replica, feed, Optional.of(requireNonNull(probe, "probe")), observer, readConcurrency);
  }

  /** Returns these settings with another {@code observer}. */
  public DatabaseSettings withObserver(DatabaseObserver observer) {
    return new DatabaseSettings(replica, feed, probe, observer, readConcurrency);
  }

  /** Returns these settings with another {@code readConcurrency}. */
  public DatabaseSettings withReadConcurrency(int readConcurrency) {
    return new DatabaseSettings(replica, feed, probe, observer, readConcurrency);
  }
}
