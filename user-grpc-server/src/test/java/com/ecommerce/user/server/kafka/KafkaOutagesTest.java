package com.ecommerce.user.server.kafka;

import static com.ecommerce.user.server.kafka.KafkaSinkExtension.lines;
import static com.ecommerce.user.server.kafka.KafkaSinkExtension.size;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventDeliveries.Result;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.server.config.KafkaSettings.Start;
import com.ecommerce.user.server.testing.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tests the sink when the broker, the database or the service itself fails. */
@Timeout(120)
class KafkaOutagesTest {
  @RegisterExtension private static final KafkaSinkExtension kafka = new KafkaSinkExtension();

  private static KafkaSink sinkOn(AtomicBoolean isDatabaseAway) {
    return kafka.sink(
        kafka.settings(Start.NOW),
        kafka.core().userEvents(),
        new CursorsOfAnInstance(kafka.core().eventCursors(), isDatabaseAway),
        System::nanoTime);
  }

  private static KafkaSink sinkOn(UserEvents events) {
    return kafka.sink(
        kafka.settings(Start.NOW), events, kafka.core().eventCursors(), System::nanoTime);
  }

  @Test
  void events_waitInTheDatabase_whileTheBrokerIsAway() throws Exception {
    var sink =
        kafka.sink(
            kafka.settings(kafka.broker().servers(), Start.NOW, Map.of("max.block.ms", "2000")));
    long start = kafka.awaitStart();
    kafka.append(10);
    kafka.awaitExactly(start);
    try (var log = new CapturedLog()) {
      kafka.broker().stop();
      kafka.append(3_000);
      Await.until(() -> !sink.isWell());
      long failures = sink.deliveries().count(Result.FAILED);
      Await.until(() -> sink.deliveries().count(Result.FAILED) >= failures + 2);
      kafka.broker().start();

      kafka.awaitAtLeast(start);
      Await.until(() -> !lines(log, Level.INFO).isEmpty());
      assertTrue(sink.isWell());
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertEquals(
          List.of("Kafka at " + kafka.broker().servers() + " takes events again"),
          lines(log, Level.INFO),
          log.text());
    }
  }

  @Test
  void unknownBroker_delaysNothing_andTheFirstPositionIsKept() throws Exception {
    try (var log = new CapturedLog()) {
      var sink =
          kafka.sink(
              kafka.settings(
                  "no-such-host.invalid:9092", Start.NOW, Map.of("max.block.ms", "2000")));
      long start = kafka.awaitStart();
      kafka.append(10);
      Await.until(() -> !sink.isWell());

      long begin = System.nanoTime();
      sink.close();
      assertTrue(System.nanoTime() - begin < Duration.ofSeconds(10).toNanos());
      assertEquals(1, lines(log, Level.WARN).size(), log.text());

      kafka.sink();
      kafka.awaitExactly(start);
    }
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
      var sink = kafka.sink(kafka.settings(kafka.broker().servers(), Start.NOW, properties));
      Await.until(() -> !lines(log, Level.WARN).isEmpty());

      assertFalse(sink.isWell());
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("is wrong: IllegalArgument"), log.text());
      assertFalse(log.text().contains("secret"), log.text());
    }
  }

  @Test
  void positionThatIsNotKept_isFollowedByAllEventsThatAre() throws Exception {
    kafka.append(10);
    kafka.core().eventCursors().set(KafkaSink.NAME, new EventPosition(0x1234, 1));
    try (var log = new CapturedLog()) {
      kafka.sink();

      kafka.awaitExactly(0);
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
      assertTrue(lines(log, Level.WARN).get(0).contains("00001234-1"), log.text());
    }
  }

  /** A failover to an asynchronous standby loses the last events, and the last stored position. */
  @Test
  void positionThatAFailoverHasLost_isFollowedByTheEventsAfterTheStoredOne() throws Exception {
    var events = new ControlledEvents(kafka.core().userEvents());
    var sink = sinkOn(events);
    long start = kafka.awaitStart();
    kafka.append(20);
    kafka.awaitExactly(start);
    Await.until(() -> kafka.stored() == start + 20);
    try (var log = new CapturedLog()) {
      kafka.database().execute("update event_cursors set position = ?", start + 10);
      events.last().fail(UserServiceException.of(ErrorReason.POSITION_OUT_OF_RANGE, "lost"));

      Await.until(() -> size(kafka.received()) >= 30);
      kafka.append(1);
      kafka.awaitAtLeast(start);
      assertEquals(31, size(kafka.received()));
      assertEquals(List.of(), lines(log, Level.WARN), log.text());
    }
  }

  @Test
  void outageOfTheDatabase_isFollowedByTheEventsAfterTheStoredPosition() throws Exception {
    var isAway = new AtomicBoolean();
    sinkOn(isAway);
    long start = kafka.awaitStart();
    kafka.append(10);
    kafka.awaitExactly(start);
    Await.until(() -> kafka.stored() == start + 10);
    try (var log = new CapturedLog()) {
      isAway.set(true);
      Await.until(() -> log.text().contains("cannot be read or stored"));
      kafka.database().execute("update event_cursors set position = ?", start + 5);
      isAway.set(false);

      Await.until(() -> size(kafka.received()) >= 15);
    }
  }

  @Test
  void defect_isLoggedOnce_andMakesTheSinkUnwell_untilEventsAreSent() throws Exception {
    var events = new ControlledEvents(kafka.core().userEvents());
    try (var log = new CapturedLog()) {
      var sink = sinkOn(events);
      long start = kafka.awaitStart();
      for (int i = 0; i < 3; i++) {
        var failed = events.last();
        failed.fail(new IllegalStateException("a defect"));
        Await.until(() -> events.last() != failed);
        assertFalse(sink.isWell());
      }
      kafka.append(10);

      kafka.awaitAtLeast(start);
      Await.until(sink::isWell);
      assertEquals(1, lines(log, Level.WARN).size(), log.text());
    }
  }

  @Test
  void outageOfTheDatabase_isNoFailureOfKafka() throws Exception {
    var isAway = new AtomicBoolean();
    var sink = sinkOn(isAway);
    long start = kafka.awaitStart();
    try (var log = new CapturedLog()) {
      isAway.set(true);
      kafka.append(10);
      Await.until(() -> log.text().contains("cannot be read or stored"));
      isAway.set(false);

      kafka.awaitAtLeast(start);
      assertTrue(sink.isWell());
      assertEquals(List.of(), lines(log, Level.WARN));
      assertFalse(log.text().contains("Exception"), log.text());
    }
  }
}
