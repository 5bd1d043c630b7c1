package com.ecommerce.user.server.kafka;

import static com.ecommerce.user.server.kafka.KafkaSinkExtension.CALL;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.FORMAT;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.LEASE;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.attribute;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.lines;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.size;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.event.CloudEvents;
import com.ecommerce.user.core.event.EventDeliveries.Result;
import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.config.KafkaSettings.Start;
import com.ecommerce.user.server.testing.CapturedLog;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests sinks that send the events of a real database to a real broker, one sink at a time. */
@Timeout(120)
class KafkaSinkTest {
  @RegisterExtension private static final KafkaSinkExtension kafka = new KafkaSinkExtension();

  @Test
  void events_becomeRecordsInOrder_withTheUserAsKey() throws Exception {
    kafka.append(10);
    var sink = kafka.sink();
    long start = kafka.awaitStart();

    kafka.append(2_500);
    kafka.awaitExactly(start);

    var record = kafka.records().get(0);
    assertEquals(record.key(), attribute(record, "subject"));
    assertEquals("user.updated", attribute(record, "type"));
    assertEquals("/user-service", attribute(record, "source"));
    assertEquals(
        CloudEvents.MEDIA_TYPE,
        new String(record.headers().lastHeader("content-type").value(), StandardCharsets.US_ASCII));
    Await.until(() -> kafka.stored() == start + 2_500);
    assertEquals(2_500, sink.deliveries().count(Result.DELIVERED));
    assertEquals(0, kafka.core().eventStatistics(CALL).lags().get(KafkaSink.NAME).events());
  }

  @Test
  void topic_canStartWithTheOldestEvent() throws Exception {
    kafka.append(10);

    kafka.sink(kafka.settings(Start.BEGINNING));

    kafka.awaitExactly(0);
  }

  @Test
  void nextSink_goesOnWhereTheLastOneStopped() throws Exception {
    var first = kafka.sink();
    long start = kafka.awaitStart();
    kafka.append(10);
    kafka.awaitExactly(start);
    first.close();

    kafka.append(10);
    kafka.sink();

    kafka.awaitExactly(start);
  }

  /** An instance that was killed stores nothing any more, and does not release its lease. */
  @Test
  void oneInstanceSends_andAnotherOneTakesOver_afterItWasKilled() throws Exception {
    var isKilled = new AtomicBoolean();
    var first =
        kafka.sink(
            kafka.settings(Start.NOW),
            kafka.core().userEvents(),
            new CursorsOfAnInstance(kafka.core().eventCursors(), isKilled),
            System::nanoTime);
    long start = kafka.awaitStart();
    var second = kafka.sink();
    kafka.append(100);
    kafka.awaitExactly(start);
    assertEquals(0, second.deliveries().count(Result.DELIVERED));

    isKilled.set(true);
    first.close();
    kafka.endLease();
    kafka.append(100);

    kafka.awaitAtLeast(start);
    Await.until(() -> second.deliveries().count(Result.DELIVERED) >= 100);
  }

  @Test
  void brokers_refuseAnInstanceThatWasReplaced() throws Exception {
    kafka.append(3);
    List<UserEvent> events =
        kafka.core().userEvents().list(CALL, EventFilter.ALL, new PageRequest(3, "")).items();
    var settings = kafka.settings(Start.NOW);
    try (var first = new EventProducer(settings, FORMAT);
        var second = new EventProducer(settings, FORMAT)) {
      first.open();
      first.send(events.subList(0, 1));
      second.open();
      second.send(events.subList(1, 2));

      assertThrows(KafkaException.class, () -> first.send(events.subList(2, 3)));

      assertEquals(
          Set.of(events.get(0).id().toString(), events.get(1).id().toString()),
          kafka.received().values().stream().flatMap(List::stream).collect(Collectors.toSet()));
    }
  }

  /** The instance has read the events, and opens its producer after the next one has sent them. */
  @Test
  void instanceThatIsSuspendedBeforeItOpensItsProducer_sendsNothingLate() throws Exception {
    kafka.append(3);
    var controlled = new ControlledEvents(kafka.core().userEvents());
    controlled.suspend();
    var first = suspendableSink(controlled);
    controlled.awaitSuspension();
    kafka.endLease();

    kafka.sink(kafka.settings(Start.BEGINNING));
    kafka.append(7);
    kafka.awaitExactly(0);

    resumeAndAwaitTheOtherInstance(controlled);
    kafka.append(1);
    kafka.awaitExactly(0);
    assertEquals(0, first.deliveries().count(Result.DELIVERED));
  }

  /** The clock of the instance stands still, too, as it may in a suspended virtual machine. */
  @Test
  void instanceThatIsSuspendedWithAnOpenProducer_sendsNothingLate() throws Exception {
    kafka.append(3);
    var controlled = new ControlledEvents(kafka.core().userEvents());
    var first = suspendableSink(controlled);
    kafka.awaitExactly(0);
    long delivered = size(kafka.received());
    controlled.suspend();
    kafka.append(3);
    controlled.awaitSuspension();
    kafka.endLease();

    kafka.sink(kafka.settings(Start.BEGINNING));
    kafka.append(7);
    kafka.awaitAtLeast(0);
    int records = size(kafka.received());

    resumeAndAwaitTheOtherInstance(controlled);
    kafka.append(1);
    kafka.awaitAtLeast(0);
    assertEquals(records + 1, size(kafka.received()));
    assertEquals(delivered, first.deliveries().count(Result.DELIVERED));
  }

  private static KafkaSink suspendableSink(ControlledEvents events) {
    return kafka.sink(
        kafka.settings(Start.BEGINNING), events, kafka.core().eventCursors(), () -> 0);
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
    kafka.sink();
    long start = kafka.awaitStart();
    kafka.append(1);
    kafka.awaitExactly(start);
    try (var log = new CapturedLog();
        var other = new EventProducer(kafka.settings(Start.NOW), FORMAT)) {
      for (int i = 0; i < 3; i++) {
        other.open();
        kafka.append(1);
        kafka.awaitExactly(start);
        other.close();
      }

      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("transactional id"), log.text());
    }
  }

  @Test
  void firstPosition_isStored_evenIfItComesWithTheFirstEvents() throws Exception {
    kafka.append(2);
    var events =
        kafka.core().userEvents().list(CALL, EventFilter.ALL, new PageRequest(2, "")).items();
    var first = events.get(1).position();
    var queue = new EventQueue();
    queue.onPosition(first);
    queue.onEvent(events.get(0));

    assertEquals(List.of(new EventQueue.Entry(first, Optional.empty())), queue.take(0));
    assertEquals(Optional.of(events.get(0)), queue.take(0).get(0).event());
  }

  @Test
  void stop_isQuickAndSilent_whileTheSinkWaitsForABroker() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        var log = new CapturedLog()) {
      var settings = kafka.settings("127.0.0.1:" + silent.getLocalPort(), Start.NOW, Map.of());
      var sink = kafka.sink(settings);
      kafka.awaitStart();
      silent.accept();

      long begin = System.nanoTime();
      sink.close();

      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
      assertEquals(List.of(), lines(log, Level.WARN), log.text());
      // The lease was released.
      assertTrue(
          kafka.core().eventCursors().take(KafkaSink.NAME, UUID.randomUUID(), LEASE).isPresent());
    }
  }

  @Test
  void setPosition_isWhereTheSinkGoesOn() throws Exception {
    kafka.sink();
    long start = kafka.awaitStart();
    kafka.append(20);
    kafka.awaitExactly(start);
    Await.until(() -> kafka.stored() == start + 20);
    var timeline =
        kafka.database().query("select timeline from event_cursors").get(0).get("timeline");

    kafka.core().eventCursors().set(KafkaSink.NAME, new EventPosition((int) timeline, start + 10));

    var expected = size(kafka.expected(start + 10));
    Await.until(() -> size(kafka.received()) == 20 + expected);
    assertEquals(10, expected);
  }
}
