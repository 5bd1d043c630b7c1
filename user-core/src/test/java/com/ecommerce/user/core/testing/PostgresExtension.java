package com.ecommerce.user.core.testing;

import com.ecommerce.user.core.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test class a {@link DataSource} of a real PostgreSQL with a database of its own: a copy
 * of a template that was migrated once. The server runs once in a JVM and stops with it.
 */
public final class PostgresExtension implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == TestDatabase.class;
  }

  @Override
  public TestDatabase resolveParameter(ParameterContext parameter, ExtensionContext context) {
    var server =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Server.class, key -> new Server(), Server.class);
    var outermost = context.getTestClass().orElseThrow();
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(outermost, key -> server.newDatabase(), TestDatabase.class);
  }

  private static final class Server implements AutoCloseable {
    private static final String TEMPLATE = "template_users";

    private final EmbeddedPostgres postgres;
    private final AtomicInteger databases = new AtomicInteger();

    Server() {
      try {
        postgres =
            EmbeddedPostgres.builder()
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "200")
                .start();
      } catch (IOException failed) {
        throw new UncheckedIOException("PostgreSQL did not start", failed);
      }
      execute("create database " + TEMPLATE);
      Migrations.migrate(postgres.getDatabase("postgres", TEMPLATE));
    }

    TestDatabase newDatabase() {
      String name = "test_" + databases.incrementAndGet();
      execute("create database " + name + " template " + TEMPLATE);
      return new TestDatabase(
          postgres.getDatabase("postgres", name), postgres.getJdbcUrl("postgres", name));
    }

    private void execute(String sql) {
      try (Connection connection = postgres.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException failed) {
        throw new IllegalStateException(sql, failed);
      }
    }

    @Override
    public void close() throws IOException {
      postgres.close();
    }
  }
}
