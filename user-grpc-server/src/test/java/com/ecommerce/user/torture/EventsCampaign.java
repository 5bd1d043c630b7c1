package com.ecommerce.user.torture;

import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.WatchEventsRequest;
import com.ecommerce.user.v1.WatchEventsResponse;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Kills readers of the event log, instances of the service and the database at random under load,
 * and compares what the readers have received with the table.
 */
final class EventsCampaign implements Campaign {
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration CALM = Duration.ofSeconds(10);
  private static final Duration DURATION = Duration.ofSeconds(60);
  private static final Duration CATCH_UP = Duration.ofSeconds(60);
  private static final int READERS = 6;
  private static final int CALM_WRITERS = 1;
  private static final int WRITERS = 4;
  private static final int INSTANCES = 2;
  private static final long MAX_LATENCY_MILLIS = 250;

  private final Random random = new Random();
  private final AtomicReferenceArray<Target> targets = new AtomicReferenceArray<>(INSTANCES);
  private final List<ServiceUnderTest> services = new ArrayList<>();
  private final List<AcknowledgedWrites> writes = new ArrayList<>();
  private int killedReaders;
  private int killedServices;
  private int killedDatabases;

  @Override
  public String description() {
    return "readers of the event log, instances and the database are killed under load";
  }

  @Override
  public String run(CampaignOptions options, PrintStream out)
      throws IOException, InterruptedException, SQLException {
    try (var database = BreakablePostgres.in(options.directory().resolve("events"))) {
      database.start();
      var settings =
          Map.of(
              "DATABASE_URL",
              "postgresql://postgres@" + database.host() + "/postgres",
              "RATE_LIMIT_METHODS",
              "none");
      List<Reader> readers = new ArrayList<>();
      try {
        for (int i = 0; i < INSTANCES; i++) {
          services.add(null);
          writes.add(new AcknowledgedWrites(CALM_WRITERS));
          startService(options, settings, i);
        }
        for (int i = 0; i < READERS; i++) {
          readers.add(new Reader());
        }
        readers.forEach(Thread::start);
        // The readers catch up with the events from before their start.
        TimeUnit.MILLISECONDS.sleep(WARM_UP.toMillis());
        readers.forEach(Reader::takeLatencies);
        TimeUnit.MILLISECONDS.sleep(CALM.toMillis());
        long p99 = latency(readers);
        for (int i = 0; i < INSTANCES; i++) {
          writes.get(i).stop();
          writes.set(i, new AcknowledgedWrites(WRITERS));
          writes.get(i).start(targets.get(i));
        }
        breakAll(options, settings, database, readers);
        for (var one : writes) {
          one.stop();
        }
        return check(database, readers, p99, out);
      } finally {
        readers.forEach(Reader::end);
        for (var service : services) {
          if (service != null) {
            service.close();
          }
        }
      }
    }
  }

  private void startService(CampaignOptions options, Map<String, String> settings, int number)
      throws IOException {
    var service = ServiceUnderTest.start(options, "-" + number, settings);
    services.set(number, service);
    targets.set(number, service.target());
    writes.get(number).start(service.target());
  }

  private static long latency(List<Reader> readers) {
    List<Long> all = new ArrayList<>();
    readers.forEach(reader -> all.addAll(reader.takeLatencies()));
    Collections.sort(all);
    return all.isEmpty() ? Long.MAX_VALUE : all.get((int) (all.size() * 0.99));
  }

  private void breakAll(
      CampaignOptions options,
      Map<String, String> settings,
      BreakablePostgres database,
      List<Reader> readers)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + options.duration().orElse(DURATION).toNanos();
    while (System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(400));
      switch (random.nextInt(12)) {
        case 0 -> {
          int number = random.nextInt(INSTANCES);
          services.get(number).kill();
          writes.get(number).stop();
          startService(options, settings, number);
          killedServices++;
        }
        case 1 -> {
          database.kill();
          database.start();
          killedDatabases++;
        }
        default -> {
          readers.get(random.nextInt(READERS)).kill();
          killedReaders++;
        }
      }
    }
  }

  private String check(BreakablePostgres database, List<Reader> readers, long p99, PrintStream out)
      throws SQLException, InterruptedException {
    var stored = stored(database);
    long last = stored.isEmpty() ? 0 : stored.lastKey();
    out.printf(
        Locale.ROOT,
        "  killed: %d readers, %d instances, PostgreSQL %d times; events: %d; 99 of 100 within %d ms%n",
        killedReaders,
        killedServices,
        killedDatabases,
        stored.size(),
        p99);
    for (var reader : readers) {
      if (!reader.awaitPosition(last, CATCH_UP)) {
        return "a reader has not received the last event: " + reader.lastFailure();
      }
      String broken = reader.difference(stored);
      if (!broken.isEmpty()) {
        return broken;
      }
    }
    return p99 > MAX_LATENCY_MILLIS ? "events came after " + p99 + " ms" : "";
  }

  /** Returns the ids of the events by position, after every event has got one. */
  private static TreeMap<Long, String> stored(BreakablePostgres database)
      throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + CATCH_UP.toNanos();
    while (true) {
      var events = new TreeMap<Long, String>();
      try (var connection = database.connect();
          var statement = connection.createStatement()) {
        try (var rows =
            statement.executeQuery("select position, event_id::text from event_positions")) {
          while (rows.next()) {
            events.put(rows.getLong(1), rows.getString(2));
          }
        }
        try (var row = statement.executeQuery("select count(*) from events")) {
          row.next();
          if (row.getLong(1) == events.size() || System.nanoTime() > deadline) {
            return events;
          }
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** A reader that stores every tenth position, and goes on from there on any instance. */
  private final class Reader extends Thread {
    private final Map<Long, String> received = new HashMap<>();
    private final Map<String, Long> versions = new HashMap<>();
    private final List<Long> latencies = new ArrayList<>();
    private String stored = "";
    private String broken = "";
    private String failure = "";
    private long reached;
    private volatile boolean hasEnded;
    private volatile Context.CancellableContext call;

    Reader() {
      super("event-reader");
      setDaemon(true);
    }

    @Override
    public void run() {
      while (!hasEnded) {
        var target = targets.get(random.nextInt(INSTANCES));
        var channel = Network.OTHERS.channelTo(target);
        call = Context.current().withCancellation();
        try {
          call.run(() -> read(UserEventServiceGrpc.newBlockingStub(channel)));
        } finally {
          call.cancel(null);
          channel.shutdownNow();
        }
      }
    }

    private void read(UserEventServiceGrpc.UserEventServiceBlockingStub stub) {
      var request = WatchEventsRequest.newBuilder().setPosition(stored);
      request.setFromBeginning(stored.isEmpty());
      long last = -1;
      try {
        var messages = stub.watchEvents(request.build());
        while (messages.hasNext()) {
          last = take(messages.next(), last);
        }
      } catch (StatusRuntimeException failed) {
        synchronized (this) {
          failure = failed.getStatus().toString();
          if (failed.getStatus().getCode() == Status.Code.OUT_OF_RANGE) {
            broken = "a position became invalid";
          }
        }
      }
    }

    private synchronized long take(WatchEventsResponse message, long last) {
      long number = number(message.getPosition());
      if (message.hasEvent()) {
        var event = message.getEvent();
        if (number <= last) {
          broken = number + " came after " + last;
        }
        var before = received.put(number, event.getId());
        if (before != null && !before.equals(event.getId())) {
          broken = "two events at " + number;
        }
        if (before == null && event.getUserVersion() > 0) {
          var version = versions.put(event.getUserId(), event.getUserVersion());
          if (version != null && version > event.getUserVersion()) {
            broken = "version " + event.getUserVersion() + " came after " + version;
          }
        }
        var occurred =
            Instant.ofEpochSecond(
                event.getOccurredAt().getSeconds(), event.getOccurredAt().getNanos());
        latencies.add(Duration.between(occurred, Instant.now()).toMillis());
      }
      if (stored.isEmpty() || random.nextInt(10) == 0) {
        stored = message.getPosition();
      }
      reached = Math.max(reached, number);
      notifyAll();
      return number;
    }

    private static long number(String position) {
      return Long.parseLong(position.substring(position.indexOf('-') + 1));
    }

    void kill() {
      var running = call;
      if (running != null) {
        running.cancel(null);
      }
    }

    void end() {
      hasEnded = true;
      kill();
    }

    synchronized List<Long> takeLatencies() {
      var taken = List.copyOf(latencies);
      latencies.clear();
      return taken;
    }

    synchronized String lastFailure() {
      return failure;
    }

    synchronized boolean awaitPosition(long number, Duration most) throws InterruptedException {
      long deadline = System.nanoTime() + most.toNanos();
      while (reached < number && broken.isEmpty()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return false;
        }
        wait(left);
      }
      return true;
    }

    /** Returns how the received events differ from those of the table; empty if they do not. */
    synchronized String difference(Map<Long, String> table) {
      if (!broken.isEmpty()) {
        return broken;
      }
      long missing = table.keySet().stream().filter(key -> !received.containsKey(key)).count();
      long other =
          received.entrySet().stream()
              .filter(event -> !event.getValue().equals(table.get(event.getKey())))
              .count();
      return missing + other == 0 ? "" : missing + " events are missing, " + other + " differ";
    }
  }
}
