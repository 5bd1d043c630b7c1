package com.ecommerce.user.server.kafka;

import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.server.config.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends batches of events, each in one transaction of Kafka. All instances use the same
 * transactional id, so that the brokers refuse what an instance sends after another one has taken
 * over (KIP-98, "zombie fencing"). Not thread-safe.
 */
final class EventProducer implements AutoCloseable {
  /** The time limit of each step, so that the lease can be renewed between them. */
  private static final String MAX_BLOCK_MILLIS = "5000";

  /** The header of the Kafka protocol binding of CloudEvents for the structured mode. */
  private static final String CONTENT_TYPE = "content-type";

  private final String topic;
  private final CloudEvents format;
  private final Map<String, Object> config;

  /** Null while this is not open. */
  private KafkaProducer<String, byte[]> producer;

  /**
   * @throws ConfigException if a property is wrong
   */
  EventProducer(KafkaSettings settings, CloudEvents format) {
    this.topic = settings.topic();
    this.format = format;
    this.config = config(settings);
    var checked = new HashMap<>(config);
    checked.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    checked.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    new ProducerConfig(checked);
  }

  private static Map<String, Object> config(KafkaSettings settings) {
    var config = new HashMap<String, Object>();
    config.put(ProducerConfig.CLIENT_ID_CONFIG, "user-service");
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "user-service-" + settings.topic());
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    // The service has metrics of its own.
    config.put(ProducerConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
    config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
    config.putAll(settings.properties());
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, settings.servers());
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    return config;
  }

  boolean isOpen() {
    return producer != null;
  }

  /**
   * Opens this. From then on, the brokers refuse the transactions of all instances that have opened
   * theirs earlier. After a failure, this must be closed before the next call.
   *
   * @throws KafkaException if that fails, or takes too long
   */
  void open() {
    try {
      producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    } catch (KafkaException failed) {
      // Its messages may contain secrets of the properties, such as a part of sasl.jaas.config.
      throw new KafkaException(
          "a property of the producer or the name of a broker is wrong: "
              + Stages.innermostCause(failed).getClass().getSimpleName());
    }
    producer.initTransactions();
  }

  /**
   * Sends the events in their order, and waits until the brokers have acknowledged all of them.
   * This must be open. After a failure, it must be closed and opened before the next call, and the
   * brokers may have some of the events.
   *
   * @throws KafkaException if that fails, or takes too long
   */
  void send(List<UserEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    producer.beginTransaction();
    for (UserEvent event : events) {
      throwIfFailed(producer.send(record(event)));
    }
    // The commit waits for all records, and fails if one of them does.
    producer.commitTransaction();
  }

  /**
   * Throws the failure of a record that could not be buffered. Otherwise, each further record would
   * wait for the brokers, too.
   */
  private static void throwIfFailed(Future<RecordMetadata> sent) {
    try {
      if (sent.isDone()) {
        sent.get();
      }
    } catch (ExecutionException failed) {
      throw new KafkaException(failed.getCause());
    } catch (InterruptedException stopping) {
      throw new InterruptException(stopping);
    }
  }

  private ProducerRecord<String, byte[]> record(UserEvent event) {
    var record = new ProducerRecord<>(topic, event.user().toString(), format.json(event));
    record
        .headers()
        .add(
            new RecordHeader(
                CONTENT_TYPE, CloudEvents.MEDIA_TYPE.getBytes(StandardCharsets.US_ASCII)));
    return record;
  }

  /** Returns whether a failure means that another producer with the transactional id was opened. */
  static boolean isFenced(Throwable failure) {
    var cause = Stages.innermostCause(failure);
    return cause instanceof ProducerFencedException
        || cause instanceof InvalidProducerEpochException;
  }

  /** Drops what is not acknowledged yet. Does nothing if this is not open. */
  @Override
  public void close() {
    if (producer != null) {
      var closing = producer;
      producer = null;
      closing.close(Duration.ZERO);
    }
  }
}
