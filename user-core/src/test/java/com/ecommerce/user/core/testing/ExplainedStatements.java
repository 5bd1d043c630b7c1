package com.ecommerce.user.core.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * A data source that explains each query, with the same parameters and in the same transaction,
 * immediately after the query has run. Used by one thread.
 */
public final class ExplainedStatements {
  private final DataSource real;
  private final List<String> plans = new ArrayList<>();

  public ExplainedStatements(DataSource real) {
    this.real = real;
  }

  public DataSource dataSource() {
    return proxy(
        DataSource.class,
        real,
        (method, arguments, result) ->
            result instanceof Connection connection ? explaining(connection) : result);
  }

  /** Returns the plans since the last call, in the format of EXPLAIN ANALYZE. */
  public List<String> takePlans() {
    var taken = List.copyOf(plans);
    plans.clear();
    return taken;
  }

  private Connection explaining(Connection connection) {
    return proxy(
        Connection.class,
        connection,
        (method, arguments, result) ->
            result instanceof PreparedStatement statement && isQuery((String) arguments[0])
                ? explaining(
                    statement,
                    connection.prepareStatement("explain (analyze, timing off) " + arguments[0]))
                : result);
  }

  private static boolean isQuery(String sql) {
    return sql.stripLeading().toLowerCase(Locale.ROOT).matches("(?s)(select|with)\\b.*");
  }

  private PreparedStatement explaining(PreparedStatement statement, PreparedStatement explain) {
    return proxy(
        PreparedStatement.class,
        statement,
        (method, arguments, result) -> {
          if (method.getName().startsWith("set") && method.getParameterCount() > 1) {
            method.invoke(explain, arguments);
          }
          if (method.getName().equals("execute")) {
            plans.add(plan(explain));
          }
          return result;
        });
  }

  private static String plan(PreparedStatement explain) throws SQLException {
    var plan = new StringBuilder();
    try (ResultSet lines = explain.executeQuery()) {
      while (lines.next()) {
        plan.append(lines.getString(1)).append('\n');
      }
    }
    return plan.toString();
  }

  /** An action after a method of the real object. */
  private interface After {
    Object call(Method method, Object[] arguments, Object result)
        throws SQLException, ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, T real, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.call(method, arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }
}
