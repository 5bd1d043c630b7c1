package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a start of the runnable jar does without classes that would take a large part of its
 * time.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class StartupClassesIT {
  private static final List<String> NOT_NEEDED =
      List.of(
          "org.flywaydb.core.Flyway",
          "io.vertx.core.impl.VertxImpl",
          "org.snakeyaml.engine.v2.api.Load",
          "com.nulabinc.zxcvbn.StandardDictionaries",
          "com.sun.jmx.mbeanserver.JmxMBeanServer",
          "picocli.CommandLine",
          "com.ecommerce.user.server.kafka.KafkaSink",
          "org.apache.kafka.clients.producer.KafkaProducer");

  @TempDir private Path directory;

  @Test
  void aStartWithoutArguments_loadsWhatItNeeds(TestDatabase database) throws Exception {
    Path log = directory.resolve("classes");
    var environment =
        Map.of(
            "DATABASE_URL",
            database.jdbcUrl(),
            "GRPC_PORT",
            "0",
            "BIND_ADDRESS",
            "localhost",
            "JAVA_TOOL_OPTIONS",
            "-Xlog:class+load:file=" + log + ":none:filecount=0");
    try (var server = ServerProcess.start(directory, environment)) {
      server.awaitPort();
    }

    var loaded = Files.readAllLines(log).stream().map(line -> line.split(" ")[0]).toList();
    assertTrue(loaded.contains("com.ecommerce.user.server.UserServiceServer"));
    assertEquals(List.of(), NOT_NEEDED.stream().filter(loaded::contains).toList());
  }
}
