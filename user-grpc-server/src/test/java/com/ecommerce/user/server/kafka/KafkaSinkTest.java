package com.ecommerce.user.server.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventCursors;
import com.ecommerce.user.core.event.EventDeliveries.Result;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.config.KafkaSettings;
import com.ecommerce.user.server.config.KafkaSettings.Start;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestKafka;
import com.google.common.util.concurrent.Uninterruptibles;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Tests the sink with a real broker and a real database. */
@ExtendWith(PostgresExtension.class)
@Timeout(120)
class KafkaSinkTest {
  private static final RequestContext CALL = RequestContext.system();
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final CloudEvents FORMAT = new CloudEvents(URI.create("/user-service"));
  private static final int USERS = 7;

  @TempDir private static Path directory;
  private static TestKafka kafka;

  private final String topic = "events-" + UUID.randomUUID();
  private final List<KafkaSink> sinks = new ArrayList<>();
  private TestDatabase database;
  private TestCore service;
  private UserCore core;

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new TestKafka(directory);
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @BeforeEach
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestCore.on(database);
    core = service.core();
    core.eventCursors().delete(KafkaSink.NAME);
  }

  @AfterEach
  void stop() {
    sinks.forEach(KafkaSink::close);
    service.close();
  }

  private KafkaSettings settings(String servers, Start start) {
    return new KafkaSettings(List.of(servers), topic, start, Map.of("max.block.ms", "2000"));
  }

  private KafkaSink sink(KafkaSettings settings, EventCursors cursors) {
    var sink = new KafkaSink(settings, FORMAT, LEASE, System::nanoTime);
    sinks.add(sink);
    sink.start(core.userEvents(), cursors);
    return sink;
  }

  private KafkaSink sink() {
    return sink(settings(kafka.servers(), Start.NOW), core.eventCursors());
  }

  /** Waits until a sink has stored the position from which it starts, and returns it. */
  private long awaitStart() throws Exception {
    Await.until(() -> core.eventStatistics(CALL).lags().containsKey(KafkaSink.NAME));
    return stored();
  }

  private long stored() {
    return (long) database.query("select position from event_cursors").get(0).get("position");
  }

  /** Appends events about some users, in turn. */
  private void append(int events) {
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
  private Map<String, List<String>> expected(long after) {
    // This assigns positions to all events.
    core.userEvents().list(CALL, EventFilter.ALL, PageRequest.FIRST);
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

  /** Returns the ids of the records in their order, by key. */
  private Map<String, List<String>> received() {
    return kafka.records(topic).stream()
        .collect(
            Collectors.groupingBy(
                ConsumerRecord::key,
                LinkedHashMap::new,
                Collectors.mapping(record -> attribute(record, "id"), Collectors.toList())));
  }

  private static String attribute(ConsumerRecord<String, byte[]> record, String name) {
    return new JsonMapper().readTree(record.value()).get(name).asString();
  }

  /** Waits until the topic has the events after the position, each once and in order. */
  private void awaitExactly(long after) throws Exception {
    var expected = expected(after);
    Await.until(() -> size(received()) >= size(expected));
    assertEquals(expected, received());
  }

  /** Waits until the topic has the events after the position, in order, some of them repeatedly. */
  private void awaitAtLeast(long after) throws Exception {
    var expected = expected(after);
    Await.until(() -> firstOnes(received()).equals(expected));
  }

  private static Map<String, List<String>> firstOnes(Map<String, List<String>> ids) {
    return ids.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, entry -> List.copyOf(new LinkedHashSet<>(entry.getValue()))));
  }

  private static int size(Map<String, List<String>> ids) {
    return ids.values().stream().mapToInt(List::size).sum();
  }

  private static List<String> lines(CapturedLog log, Level level) {
    return log.events().stream()
        .filter(line -> line.getLoggerName().equals(KafkaSink.class.getName()))
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void events_becomeRecordsInOrder_withTheUserAsKey() throws Exception {
    append(10);
    var sink = sink();
    long start = awaitStart();

    append(2_500);
    awaitExactly(start);

    var record = kafka.records(topic).get(0);
    assertEquals(record.key(), attribute(record, "subject"));
    assertEquals("user.updated", attribute(record, "type"));
    assertEquals("/user-service", attribute(record, "source"));
    assertEquals(
        CloudEvents.MEDIA_TYPE,
        new String(record.headers().lastHeader("content-type").value(), StandardCharsets.US_ASCII));
    assertEquals(2_500, sink.deliveries().count(Result.DELIVERED));
    Await.until(() -> stored() == start + 2_500);
    assertEquals(0, core.eventStatistics(CALL).lags().get(KafkaSink.NAME).events());
  }

  @Test
  void topic_canStartWithTheOldestEvent() throws Exception {
    append(10);

    sink(settings(kafka.servers(), Start.BEGINNING), core.eventCursors());

    awaitExactly(0);
  }

  @Test
  void nextSink_goesOnWhereTheLastOneStopped() throws Exception {
    var first = sink();
    long start = awaitStart();
    append(10);
    awaitExactly(start);
    first.close();

    append(10);
    sink();

    awaitExactly(start);
  }

  /** An instance that was killed stores nothing any more, and does not release its lease. */
  @Test
  void oneInstanceSends_andAnotherOneTakesOver_afterItWasKilled() throws Exception {
    var isKilled = new AtomicBoolean();
    var first =
        sink(
            settings(kafka.servers(), Start.NOW),
            new CursorsOfAnInstance(core.eventCursors(), isKilled));
    long start = awaitStart();
    var second = sink();
    append(100);
    awaitExactly(start);
    assertEquals(0, second.deliveries().count(Result.DELIVERED));

    isKilled.set(true);
    first.close();
    append(100);

    awaitAtLeast(start);
    assertTrue(second.deliveries().count(Result.DELIVERED) >= 100);
  }

  @Test
  void brokers_refuseAnInstanceThatWasReplaced() throws Exception {
    append(3);
    List<UserEvent> events =
        core.userEvents().list(CALL, EventFilter.ALL, new PageRequest(3, "")).items();
    var settings = settings(kafka.servers(), Start.NOW);
    try (var first = new EventProducer(settings, FORMAT);
        var second = new EventProducer(settings, FORMAT)) {
      first.open();
      first.send(events.subList(0, 1));
      second.open();
      second.send(events.subList(1, 2));

      assertThrows(KafkaException.class, () -> first.send(events.subList(2, 3)));

      assertEquals(
          Set.of(events.get(0).id().toString(), events.get(1).id().toString()),
          received().values().stream().flatMap(List::stream).collect(Collectors.toSet()));
    }
  }

  /** The instance has read the events, and opens its producer after the next one has sent them. */
  @Test
  void instanceThatIsSuspendedBeforeItOpensItsProducer_sendsNothingLate() throws Exception {
    append(3);
    var controlled = new ControlledEvents(core.userEvents());
    controlled.suspend();
    var first = suspendableSink(controlled);
    controlled.awaitSuspension();

    sink(settings(kafka.servers(), Start.BEGINNING), core.eventCursors());
    append(7);
    awaitExactly(0);

    resumeAndAwaitTheOtherInstance(controlled);
    append(1);
    awaitExactly(0);
    assertEquals(0, first.deliveries().count(Result.DELIVERED));
  }

  /** The clock of the instance stands still, too, as it may in a suspended virtual machine. */
  @Test
  void instanceThatIsSuspendedWithAnOpenProducer_sendsNothingLate() throws Exception {
    append(3);
    var controlled = new ControlledEvents(core.userEvents());
    var first = suspendableSink(controlled);
    awaitExactly(0);
    long delivered = size(received());
    controlled.suspend();
    append(3);
    controlled.awaitSuspension();

    sink(settings(kafka.servers(), Start.BEGINNING), core.eventCursors());
    append(7);
    awaitAtLeast(0);
    int records = size(received());

    resumeAndAwaitTheOtherInstance(controlled);
    append(1);
    awaitAtLeast(0);
    assertEquals(records + 1, size(received()));
    assertEquals(delivered, first.deliveries().count(Result.DELIVERED));
  }

  private KafkaSink suspendableSink(ControlledEvents events) {
    var sink = new KafkaSink(settings(kafka.servers(), Start.BEGINNING), FORMAT, LEASE, () -> 0);
    sinks.add(sink);
    sink.start(events, core.eventCursors());
    return sink;
  }

  private static void resumeAndAwaitTheOtherInstance(ControlledEvents events) throws Exception {
    try (var log = new CapturedLog()) {
      events.resume();
      Await.until(
          () -> lines(log, Level.INFO).contains("Another instance sends the events to Kafka now"));
    }
  }

  @Test
  void producerOutsideOfTheService_withTheSameTransactionalId_isLogged() throws Exception {
    sink();
    long start = awaitStart();
    append(1);
    awaitExactly(start);
    try (var log = new CapturedLog();
        var other = new EventProducer(settings(kafka.servers(), Start.NOW), FORMAT)) {
      for (int i = 0; i < 3; i++) {
        other.open();
        append(1);
        awaitExactly(start);
        other.close();
      }

      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("transactional id"), log.text());
    }
  }

  @Test
  void events_waitInTheDatabase_whileTheBrokerIsAway() throws Exception {
    var sink = sink();
    long start = awaitStart();
    append(10);
    awaitExactly(start);
    try (var log = new CapturedLog()) {
      kafka.stop();
      append(3_000);
      Await.until(() -> !sink.isWell());
      long failures = sink.deliveries().count(Result.FAILED);
      Await.until(() -> sink.deliveries().count(Result.FAILED) >= failures + 2);
      kafka.start();

      awaitAtLeast(start);
      assertTrue(sink.isWell());
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertEquals(
          List.of("Kafka at " + kafka.servers() + " takes events again"),
          lines(log, Level.INFO),
          log.text());
    }
  }

  @Test
  void unknownBroker_delaysNothing_andTheFirstPositionIsKept() throws Exception {
    try (var log = new CapturedLog()) {
      var sink = sink(settings("no-such-host.invalid:9092", Start.NOW), core.eventCursors());
      long start = awaitStart();
      append(10);
      Await.until(() -> !sink.isWell());

      long begin = System.nanoTime();
      sink.close();
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(3).toNanos());
      assertEquals(1, lines(log, Level.WARN).size(), log.text());

      sink();
      awaitExactly(start);
    }
  }

  @Test
  void firstPosition_isStored_evenIfItComesWithTheFirstEvents() throws Exception {
    append(2);
    var events = core.userEvents().list(CALL, EventFilter.ALL, new PageRequest(2, "")).items();
    var first = events.get(1).position();
    var queue = new EventQueue();
    queue.onPosition(first);
    queue.onEvent(events.get(0));

    assertEquals(List.of(new EventQueue.Entry(first, Optional.empty())), queue.take(0));
    assertEquals(Optional.of(events.get(0)), queue.take(0).get(0).event());
  }

  @Test
  void secretsInWrongProperties_areNotLogged() throws Exception {
    var properties =
        Map.of(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            "PLAIN",
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required password=a secret;");
    try (var log = new CapturedLog()) {
      var sink =
          sink(
              new KafkaSettings(List.of(kafka.servers()), topic, Start.NOW, properties),
              core.eventCursors());
      Await.until(() -> !sink.isWell());

      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("is wrong: IllegalArgument"), log.text());
      assertFalse(log.text().contains("secret"), log.text());
    }
  }

  @Test
  void stop_isQuickAndSilent_whileTheSinkWaitsForABroker() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var log = new CapturedLog()) {
      var settings =
          new KafkaSettings(
              List.of("127.0.0.1:" + silent.getLocalPort()), topic, Start.NOW, Map.of());
      var sink = sink(settings, core.eventCursors());
      awaitStart();
      silent.accept();

      long begin = System.nanoTime();
      sink.close();

      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(3).toNanos());
      assertEquals(List.of(), lines(log, Level.WARN), log.text());
      // The lease was released.
      assertTrue(core.eventCursors().take(KafkaSink.NAME, UUID.randomUUID(), LEASE).isPresent());
    }
  }

  @Test
  void positionThatIsNotKept_isFollowedByAllEventsThatAre() throws Exception {
    append(10);
    core.eventCursors().set(KafkaSink.NAME, new EventPosition(0x1234, 1));
    try (var log = new CapturedLog()) {
      sink();

      awaitExactly(0);
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("00001234-1"), log.text());
    }
  }

  /** A failover to an asynchronous standby loses the last events, and the last stored position. */
  @Test
  void positionThatAFailoverHasLost_isFollowedByTheEventsAfterTheStoredOne() throws Exception {
    var events = new ControlledEvents(core.userEvents());
    var sink = new KafkaSink(settings(kafka.servers(), Start.NOW), FORMAT, LEASE, System::nanoTime);
    sinks.add(sink);
    sink.start(events, core.eventCursors());
    long start = awaitStart();
    append(20);
    awaitExactly(start);
    Await.until(() -> stored() == start + 20);
    try (var log = new CapturedLog()) {
      database.execute("update event_cursors set position = ?", start + 10);
      events.last().fail(UserServiceException.of(ErrorReason.POSITION_OUT_OF_RANGE, "lost"));

      Await.until(() -> size(received()) >= 30);
      append(1);
      awaitAtLeast(start);
      assertEquals(31, size(received()));
      assertEquals(List.of(), lines(log, Level.WARN), log.text());
    }
  }

  @Test
  void setPosition_isWhereTheSinkGoesOn() throws Exception {
    sink();
    long start = awaitStart();
    append(20);
    awaitExactly(start);
    Await.until(() -> stored() == start + 20);
    var timeline = database.query("select timeline from event_cursors").get(0).get("timeline");

    core.eventCursors().set(KafkaSink.NAME, new EventPosition((int) timeline, start + 10));

    var expected = size(expected(start + 10));
    Await.until(() -> size(received()) == 20 + expected);
    assertEquals(10, expected);
  }

  @Test
  void outageOfTheDatabase_isFollowedByTheEventsAfterTheStoredPosition() throws Exception {
    var isAway = new AtomicBoolean();
    sink(
        settings(kafka.servers(), Start.NOW), new CursorsOfAnInstance(core.eventCursors(), isAway));
    long start = awaitStart();
    append(10);
    awaitExactly(start);
    Await.until(() -> stored() == start + 10);
    try (var log = new CapturedLog()) {
      isAway.set(true);
      Await.until(() -> log.text().contains("cannot be read or stored"));
      database.execute("update event_cursors set position = ?", start + 5);
      isAway.set(false);

      Await.until(() -> size(received()) >= 15);
    }
  }

  @Test
  void defect_isLoggedOnce_andMakesTheSinkUnwell_untilEventsAreSent() throws Exception {
    var events = new ControlledEvents(core.userEvents());
    var sink = new KafkaSink(settings(kafka.servers(), Start.NOW), FORMAT, LEASE, System::nanoTime);
    sinks.add(sink);
    try (var log = new CapturedLog()) {
      sink.start(events, core.eventCursors());
      long start = awaitStart();
      for (int i = 0; i < 3; i++) {
        var failed = events.last();
        failed.fail(new IllegalStateException("a defect"));
        Await.until(() -> events.last() != failed);
        assertFalse(sink.isWell());
      }
      append(10);

      awaitAtLeast(start);
      Await.until(sink::isWell);
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
    }
  }

  @Test
  void outageOfTheDatabase_isNoFailureOfKafka() throws Exception {
    var isAway = new AtomicBoolean();
    var sink =
        sink(
            settings(kafka.servers(), Start.NOW),
            new CursorsOfAnInstance(core.eventCursors(), isAway));
    long start = awaitStart();
    try (var log = new CapturedLog()) {
      isAway.set(true);
      append(10);
      Await.until(() -> log.text().contains("cannot be read or stored"));
      isAway.set(false);

      awaitAtLeast(start);
      assertTrue(sink.isWell());
      assertEquals(List.of(), lines(log, Level.WARN));
      assertFalse(log.text().contains("Exception"), log.text());
    }
  }

  /**
   * The events for a sink whose thread can be suspended when it has taken events and not yet sent
   * them.
   */
  private static final class ControlledEvents implements UserEvents {
    private final UserEvents events;
    private final AtomicBoolean hasEvent = new AtomicBoolean();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean isSuspended;
    private volatile EventWatch last;

    ControlledEvents(UserEvents events) {
      this.events = events;
    }

    void suspend() {
      hasEvent.set(false);
      isSuspended = true;
    }

    void awaitSuspension() throws InterruptedException {
      reached.await();
    }

    void resume() {
      ended.countDown();
    }

    EventWatch last() {
      return last;
    }

    @Override
    public Page<UserEvent> list(RequestContext call, EventFilter filter, PageRequest page) {
      return events.list(call, filter, page);
    }

    @Override
    public EventWatch watch(EventStart start, EventFilter filter, EventReceiver receiver) {
      var watch = events.watch(start, filter, noting(receiver));
      last = watch;
      return new EventWatch() {
        @Override
        public void signal() {
          if (isSuspended && hasEvent.get()) {
            reached.countDown();
            Uninterruptibles.awaitUninterruptibly(ended);
          }
          watch.signal();
        }

        @Override
        public void fail(Throwable failure) {
          watch.fail(failure);
        }

        @Override
        public void close() {
          watch.close();
        }
      };
    }

    private EventReceiver noting(EventReceiver receiver) {
      return new EventReceiver() {
        @Override
        public boolean isReady() {
          return receiver.isReady();
        }

        @Override
        public void onEvent(UserEvent event) {
          receiver.onEvent(event);
          hasEvent.set(true);
        }

        @Override
        public void onPosition(EventPosition position) {
          receiver.onPosition(position);
        }

        @Override
        public void onFailure(Throwable failure) {
          receiver.onFailure(failure);
        }
      };
    }
  }

  /** The cursors as an instance sees them that loses its database. */
  private record CursorsOfAnInstance(EventCursors cursors, AtomicBoolean isAway)
      implements EventCursors {
    private EventCursors known() {
      if (isAway.get()) {
        throw UserServiceException.of(ErrorReason.DATABASE_UNAVAILABLE, "away");
      }
      return cursors;
    }

    @Override
    public Optional<Lease> take(String name, UUID holder, Duration time) {
      return known().take(name, holder, time);
    }

    @Override
    public boolean store(Lease lease, EventPosition position) {
      return known().store(lease, position);
    }

    @Override
    public void release(Lease lease) {
      known().release(lease);
    }

    @Override
    public void set(String name, EventPosition position) {
      known().set(name, position);
    }

    @Override
    public void delete(String name) {
      known().delete(name);
    }
  }
}
