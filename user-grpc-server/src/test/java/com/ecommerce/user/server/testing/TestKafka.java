package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A real broker as a child process: one node, which is broker and controller (KRaft). */
public final class TestKafka implements AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int PARTITIONS = 3;

  private final Path directory;
  private final Path configuration;
  private final int port = FreePorts.next();
  private Process process;

  /**
   * @param directory the directory for its data and its log
   */
  public TestKafka(Path directory) throws Exception {
    this.directory = directory;
    configuration = directory.resolve("server.properties");
    int controllerPort = FreePorts.next();
    Files.writeString(
        configuration,
        String.format(
            Locale.ROOT,
            """
        process.roles=broker,controller
        node.id=1
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        controller.quorum.bootstrap.servers=127.0.0.1:%2$d
        log.dirs=%3$s
        broker.heartbeat.interval.ms=250
        broker.session.timeout.ms=1500
        num.partitions=%4$d
        offsets.topic.num.partitions=1
        offsets.topic.replication.factor=1
        transaction.state.log.num.partitions=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        """,
            port,
            controllerPort,
            directory.resolve("data"),
            PARTITIONS));
    var format =
        java(
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                configuration.toString())
            .start();
    if (!format.waitFor(60, TimeUnit.SECONDS) || format.exitValue() != 0) {
      throw new AssertionError("the broker's storage is not formatted: " + log());
    }
    start();
  }

  private ProcessBuilder java(String mainClass, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                mainClass));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }

  public String servers() {
    return "127.0.0.1:" + port;
  }

  /** Starts the broker, again with what it had stored, on the same port. */
  public void start() throws Exception {
    process = java("kafka.Kafka", configuration.toString()).start();
    Await.until(this::answers);
  }

  private boolean answers() throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("the broker did not start: " + log());
    }
    try (var consumer = consumer()) {
      consumer.listTopics(ANSWER);
      return true;
    } catch (KafkaException notYet) {
      return false;
    }
  }

  private KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", servers(), "isolation.level", "read_committed"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  /** Returns all records of a topic that are committed, by partition and in their order. */
  public List<ConsumerRecord<String, byte[]>> records(String topic) {
    try (var consumer = consumer()) {
      var partitions = new ArrayList<TopicPartition>();
      for (int i = 0; i < PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
      if (consumer.partitionsFor(topic, ANSWER).size() != PARTITIONS) {
        return List.of();
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions, ANSWER);
      var records = new ArrayList<ConsumerRecord<String, byte[]>>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey(), ANSWER) < end.getValue())) {
        consumer.poll(POLL).forEach(records::add);
      }
      return records;
    }
  }

  /** Kills the process. */
  public void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
