package com.ecommerce.user.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaSettingsTest {
  @TempDir private Path directory;

  private static KafkaSettings read(Map<String, String> environment) {
    return ServerSettings.read(Map.of(), environment).kafka();
  }

  private static String problem(Map<String, String> environment) {
    return assertThrows(StartupException.class, () -> read(environment)).getMessage();
  }

  private Map<String, String> withFile(String content) throws IOException {
    Path file = directory.resolve("kafka.properties");
    Files.writeString(file, content);
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        "kafka-1:9092, [::1]:9093",
        "KAFKA_CONFIG_FILE",
        file.toString());
  }

  @Test
  void kafka_isOffByDefault() {
    assertFalse(read(Map.of()).isOn());
  }

  @Test
  void properties_areThoseOfTheFile_andAreNotShown() throws IOException {
    var settings =
        read(
            withFile(
                "security.protocol=SASL_SSL\nsasl.jaas.config=Module required password=\"s3cret\";"));

    assertEquals(List.of("kafka-1:9092", "[::1]:9093"), settings.servers());
    assertEquals("SASL_SSL", settings.properties().get("security.protocol"));
    assertTrue(settings.properties().get("sasl.jaas.config").contains("s3cret"));
    assertEquals("kafka-1:9092,[::1]:9093, topic user.events", settings.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acks=1",
        "bootstrap.servers=other:9092",
        "compression.type=zstd",
        "enable.idempotence=false",
        "max.block.ms=600000",
        "max.in.flight.requests.per.connection=6",
        "partitioner.class=org.apache.kafka.clients.producer.RoundRobinPartitioner",
        "partitioner.ignore.keys=true"
      })
  void properties_thatTheServiceSetsOrCannotUse_areRefused(String line) throws IOException {
    String problem = problem(withFile("linger.ms=10\n" + line));

    assertTrue(problem.contains(line.substring(0, line.indexOf('='))), problem);
    assertFalse(problem.contains("zstd"), problem);
  }

  @Test
  void file_thatIsNone_isRefused() throws IOException {
    assertTrue(problem(Map.of("KAFKA_CONFIG_FILE", directory.toString())).contains("properties"));
    String broken = problem(withFile("password=s3cret\\u12"));
    assertTrue(broken.contains("expected: a file of properties"), broken);
    assertFalse(broken.contains("s3cret"), broken);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kafka", "kafka:", "kafka:9092,", "http://kafka:9092", "a:1,,b:2"})
  void servers_haveAHostAndAPort(String text) {
    assertTrue(problem(Map.of("KAFKA_BOOTSTRAP_SERVERS", text)).contains("host:9092"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "user events", "user/events"})
  void topic_hasTheFormThatKafkaAccepts(String text) {
    assertTrue(problem(Map.of("KAFKA_TOPIC", text)).startsWith("--kafka-topic (KAFKA_TOPIC): "));
  }
}
