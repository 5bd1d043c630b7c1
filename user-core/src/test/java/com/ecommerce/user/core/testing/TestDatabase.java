package com.ecommerce.user.core.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * A migrated database that belongs to one test class.
 *
 * @param dataSource opens a connection at each call; see {@link #pool}
 */
public record TestDatabase(DataSource dataSource, String jdbcUrl) {
  /** Returns a pool on this database. The caller closes it. */
  public HikariDataSource pool(int size) {
    var config = new HikariConfig();
    config.setDataSource(dataSource);
    config.setMaximumPoolSize(size);
    // Each connection is a process; most tests need one or two.
    config.setMinimumIdle(0);
    config.setConnectionTimeout(5_000);
    return new HikariDataSource(config);
  }

  /**
   * Returns a pool of connections of another role, which needs no password. The caller closes the
   * pool.
   */
  public HikariDataSource pool(int size, String role) {
    var config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl.replaceFirst("user=[^&]*", "user=" + role));
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(5_000);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Returns the rows of a query, for data that the API does not show. */
  public List<Map<String, Object>> query(String sql, Object... arguments) {
    return Jdbi.create(dataSource)
        .withHandle(
            handle -> {
              try (var query = handle.createQuery(sql)) {
                for (int i = 0; i < arguments.length; i++) {
                  query.bind(i, arguments[i]);
                }
                return query.mapToMap().list();
              }
            });
  }

  /** Runs a statement without the service. */
  public int execute(String sql, Object... arguments) {
    return Jdbi.create(dataSource).withHandle(handle -> handle.execute(sql, arguments));
  }
}
