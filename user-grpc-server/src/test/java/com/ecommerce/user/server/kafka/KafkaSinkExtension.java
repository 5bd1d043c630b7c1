package com.ecommerce.user.server.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestPostgres;
import com.ecommerce.user.server.config.KafkaSettings;
import com.ecommerce.user.server.config.KafkaSettings.Start;
import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestKafka;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * Provides a test class with a real broker and a real database, and each test with a topic and with
 * sinks that send the events there.
 */
final class KafkaSinkExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  static final RequestContext CALL = RequestContext.system();
  static final Duration LEASE = Duration.ofSeconds(10);
  static final CloudEvents FORMAT = new CloudEvents(URI.create("/user-service"));
  private static final int USERS = 7;

  private final List<KafkaSink> sinks = new ArrayList<>();
  private Path directory;
  private TestKafka broker;
  private TestDatabase database;
  private TestCore service;
  private String topic;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    directory = Files.createTempDirectory("kafka");
    broker = new TestKafka(directory);
    database = TestPostgres.shared().newDatabase();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    broker.close();
    OwnFiles.deleteRecursively(directory);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    topic = "events-" + UUID.randomUUID();
    service = TestCore.on(database);
    core().eventCursors().delete(KafkaSink.NAME);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    sinks.forEach(KafkaSink::close);
    sinks.clear();
    service.close();
  }

  TestKafka broker() {
    return broker;
  }

  TestDatabase database() {
    return database;
  }

  UserCore core() {
    return service.core();
  }

  KafkaSettings settings(Start start) {
    return settings(broker.servers(), start, Map.of("max.block.ms", "20000"));
  }

  KafkaSettings settings(String servers, Start start, Map<String, String> properties) {
    return new KafkaSettings(List.of(servers), topic, start, properties);
  }

  /** Starts a sink, which is closed after the test. */
  KafkaSink sink() {
    return sink(settings(Start.NOW));
  }

  KafkaSink sink(KafkaSettings settings) {
    return sink(settings, core().userEvents(), core().eventCursors(), System::nanoTime);
  }

  KafkaSink sink(
      KafkaSettings settings, UserEvents events, EventCursors cursors, LongSupplier nanoTime) {
    var sink = new KafkaSink(settings, FORMAT, LEASE, nanoTime);
    sinks.add(sink);
    sink.start(events, cursors);
    return sink;
  }

  /** Waits until a sink has stored the position from which it starts, and returns it. */
  long awaitStart() throws Exception {
    Await.until(() -> core().eventStatistics(CALL).lags().containsKey(KafkaSink.NAME));
    return stored();
  }

  /** Returns the stored position. */
  long stored() {
    return (long) database.query("select position from event_cursors").get(0).get("position");
  }

  /** Lets a lease expire, as if its instance had been killed. */
  void endLease() {
    database.execute("update event_cursors set held_until = now() - interval '1 millisecond'");
  }

  /** Appends events about some users, in turn. */
  void append(int events) {
    database.execute(
        """
        insert into events (id, occurred_at, actor, type, user_id, reason, fields)
        select gen_random_uuid(), now(), 'system', 'user.updated', ('00000000-0000-7000-8000-00000000000' || i % ?)::uuid,
          '', '{first_name}'
        from generate_series(1, ?) as i
        """,
        USERS, events);
  }

  /** Returns the ids of the events after a position in their order, by user. */
  Map<String, List<String>> expected(long after) throws Exception {
    Await.until(this::haveAllEventsPositions);
    return database
        .query(
            "select user_id::text, event_id::text from event_positions where position > ? order by position",
            after)
        .stream()
        .collect(
            Collectors.groupingBy(
                row -> row.get("user_id").toString(),
                LinkedHashMap::new,
                Collectors.mapping(row -> row.get("event_id").toString(), Collectors.toList())));
  }

  private boolean haveAllEventsPositions() {
    // This call assigns positions, unless a sink is doing so for a long time.
    core().userEvents().list(CALL, EventFilter.ALL, PageRequest.FIRST);
    return database
        .query("select id from events where id not in (select event_id from event_positions)")
        .isEmpty();
  }

  List<ConsumerRecord<String, byte[]>> records() {
    return broker.records(topic);
  }

  /** Returns the ids of the records in their order, by key. */
  Map<String, List<String>> received() {
    return records().stream()
        .collect(
            Collectors.groupingBy(
                ConsumerRecord::key,
                LinkedHashMap::new,
                Collectors.mapping(record -> attribute(record, "id"), Collectors.toList())));
  }

  /** Returns an attribute of the CloudEvent in a record. */
  static String attribute(ConsumerRecord<String, byte[]> record, String name) {
    return new JsonMapper().readTree(record.value()).get(name).asString();
  }

  /** Waits until the topic has the events after the position, each once and in order. */
  void awaitExactly(long after) throws Exception {
    var expected = expected(after);
    Await.until(() -> size(received()) >= size(expected));
    assertEquals(expected, received());
  }

  /** Waits until the topic has the events after the position, in order, some of them repeatedly. */
  void awaitAtLeast(long after) throws Exception {
    var expected = expected(after);
    Await.until(() -> firstOnes(received()).equals(expected));
  }

  private static Map<String, List<String>> firstOnes(Map<String, List<String>> ids) {
    return ids.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> List.copyOf(new LinkedHashSet<>(entry.getValue()))));
  }

  static int size(Map<String, List<String>> ids) {
    return ids.values().stream().mapToInt(List::size).sum();
  }

  /** Returns the lines of the sink with a level. */
  static List<String> lines(CapturedLog log, Level level) {
    return log.events().stream()
        .filter(line -> line.getLoggerName().equals(KafkaSink.class.getName()))
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }
}
