package com.ecommerce.user.core.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * A data source whose connections fail or wait at a point that a test chooses, except on the
 * threads that follow the event log in the background of every core. Thread-safe.
 */
public final class Interception {
  private static final Step NOTHING = () -> {};

  private final DataSource real;
  private volatile Step beforeConnection = NOTHING;
  private volatile Step afterExecute = NOTHING;
  private volatile Step afterCommit = NOTHING;

  /** An additional step. */
  @FunctionalInterface
  public interface Step {
    void run() throws SQLException;
  }

  public Interception(DataSource real) {
    this.real = real;
  }

  public DataSource dataSource() {
    return proxy(DataSource.class, real, "getConnection", () -> beforeConnection.run(), () -> {});
  }

  /** Runs a step when a connection is requested. */
  public void beforeConnection(Step step) {
    beforeConnection = step;
  }

  /** Refuses connections from now on. */
  public void lose() {
    beforeConnection =
        () -> {
          throw new SQLException("the database is away", "08001");
        };
  }

  /** Provides connections again. */
  public void restore() {
    beforeConnection = NOTHING;
  }

  /** Runs a step when a statement was executed, before it returns. */
  public void afterExecute(Step step) {
    afterExecute = step;
  }

  /** Runs a step when a transaction was committed, before the commit returns. */
  public void afterCommit(Step step) {
    afterCommit = step;
  }

  private <T> T proxy(Class<T> type, T target, String name, Step before, Step after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              boolean chosen =
                  method.getName().equals(name)
                      && !Thread.currentThread().getName().startsWith("event-");
              if (chosen) {
                before.run();
              }
              try {
                Object result = method.invoke(target, arguments);
                if (chosen) {
                  after.run();
                }
                return method.getName().equals("unwrap") ? result : intercepted(result);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  private Object intercepted(Object result) {
    if (result instanceof PreparedStatement statement) {
      return proxy(
          PreparedStatement.class, statement, "execute", NOTHING, () -> afterExecute.run());
    }
    if (result instanceof Connection connection) {
      return proxy(Connection.class, connection, "commit", NOTHING, () -> afterCommit.run());
    }
    return result;
  }
}
