package com.ecommerce.user.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The settings of Kafka.
 *
 * @param servers the brokers to connect to first; empty if Kafka is not used
 * @param topic the topic of the events
 * @param start the events with which the topic starts
 * @param properties further properties of the producer, which may contain secrets
 */
public record KafkaSettings(
    List<String> servers, String topic, Start start, Map<String, String> properties) {
  /** The events with which a topic starts. */
  public enum Start {
    /** Those that are committed after the first start with Kafka. */
    NOW,
    /** All that are kept. */
    BEGINNING
  }

  private static final Pattern SERVER =
      Pattern.compile("(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}");
  private static final Pattern TOPIC = Pattern.compile("(?!\\.{1,2}$)[A-Za-z0-9._-]{1,249}");

  /** The properties on which the guarantees of the sink rest, and those with settings. */
  private static final Set<String> RESERVED =
      Set.of(
          "acks",
          "bootstrap.servers",
          "enable.idempotence",
          "key.serializer",
          "max.block.ms",
          "max.in.flight.requests.per.connection",
          "partitioner.class",
          "partitioner.ignore.keys",
          "value.serializer");

  private static final String COMPRESSION = "compression.type";

  /** Those that need no native library. */
  private static final List<String> COMPRESSIONS = List.of("none", "gzip");

  public KafkaSettings {
    servers = List.copyOf(servers);
    properties = Map.copyOf(properties);
  }

  /** Reads the settings, and records problems in the reader. */
  static KafkaSettings read(SettingReader reader) {
    return new KafkaSettings(
        reader
            .optional(Setting.KAFKA_BOOTSTRAP_SERVERS, KafkaSettings::servers)
            .orElseGet(List::of),
        reader.value(Setting.KAFKA_TOPIC, KafkaSettings::topic),
        reader.choice(Setting.KAFKA_FROM, Start.class),
        reader.optional(Setting.KAFKA_CONFIG_FILE, KafkaSettings::properties).orElseGet(Map::of));
  }

  private static List<String> servers(String text) {
    var servers = Stream.of(text.split(",", -1)).map(String::strip).toList();
    if (!servers.stream().allMatch(server -> SERVER.matcher(server).matches())) {
      throw new IllegalArgumentException(
          text + " (expected: host:9092, or several of them, comma-separated)");
    }
    return servers;
  }

  private static String topic(String text) {
    if (!TOPIC.matcher(text).matches()) {
      throw new IllegalArgumentException(
          text + " (expected: at most 249 letters, digits, dots, hyphens and underscores)");
    }
    return text;
  }

  private static Map<String, String> properties(String file) {
    var read = new Properties();
    try (var text = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      read.load(text);
    } catch (IOException | IllegalArgumentException unreadable) {
      // The message of the failure may repeat a part of the file.
      throw new IllegalArgumentException(file + " (expected: a file of properties)", unreadable);
    }
    var properties = new TreeMap<String, String>();
    read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
    for (String name : properties.keySet()) {
      if (RESERVED.contains(name)) {
        throw new IllegalArgumentException(
            name
                + " in "
                + file
                + " (expected: a property on which no guarantee of the service rests)");
      }
    }
    if (!COMPRESSIONS.contains(properties.getOrDefault(COMPRESSION, COMPRESSIONS.get(0)))) {
      throw new IllegalArgumentException(
          COMPRESSION + " in " + file + " (expected: " + String.join(" or ", COMPRESSIONS) + ")");
    }
    return properties;
  }

  /** Returns whether Kafka is used. */
  public boolean isOn() {
    return !servers.isEmpty();
  }

  /** Returns the brokers and the topic, without the properties. */
  @Override
  public String toString() {
    return String.join(",", servers) + ", topic " + topic;
  }
}
