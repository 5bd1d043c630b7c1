package com.ecommerce.user.torture;

import com.ecommerce.user.torture.RaceClient.Answer;
import com.ecommerce.user.torture.VersionHistory.Interval;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Checks reads of a user, and changes with and without an expected version (audit.version,
 * If-Match), from all clients. The history is checked after a last read by each client, which must
 * return the current version.
 */
final class VersionRace implements Race {
  private static final String NAME = "versions";
  private static final int CALLS = 30;
  private static final int MAX_PAUSE_MILLIS = 250;
  private static final Set<String> READ = Set.of(RaceClient.OK);
  private static final Set<String> CHANGED = Set.of(RaceClient.OK, "VERSION_MISMATCH");

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final AtomicLong values = new AtomicLong();
  private long staleness;
  private long calls;

  private record Waiting(String userId, VersionHistory history, long due) {}

  @Override
  public void run(RaceEnvironment field, int round) throws InterruptedException {
    long began = System.nanoTime();
    var creator = field.client(2 * round);
    var created = creator.create("versions" + round + "@example.com", RaceEnvironment.PASSWORD);
    var history =
        new VersionHistory(
            new Interval(creator.instance(), began, System.nanoTime()),
            fields(created),
            RaceEnvironment.MAX_STALENESS_NANOS);
    String userId = created.fact("id");
    List<Supplier<Void>> threads = new ArrayList<>();
    for (int i = 0; i < field.clients().size(); i++) {
      var client = field.client(i);
      var random = new Random(31L * round + i);
      // Without pauses, calls overlap. With pauses, reads come from a cache that may be outdated.
      int pause = round % 2 == 0 ? 0 : MAX_PAUSE_MILLIS;
      threads.add(
          () -> {
            callOften(field, client, userId, history, random, pause);
            return null;
          });
    }
    field.together(threads);
    long due = System.nanoTime() + RaceEnvironment.MAX_STALENESS_NANOS;
    waiting.addLast(new Waiting(userId, history, due));
    if (waiting.peekFirst().due() < System.nanoTime()) {
      check(field, waiting.removeFirst());
    }
  }

  private void callOften(
      RaceEnvironment field,
      RaceClient client,
      String userId,
      VersionHistory history,
      Random random,
      int pause) {
    long known = 1;
    for (int i = 0; i < CALLS; i++) {
      if (random.nextInt(5) < 2) {
        known = read(field, client, userId, history, known);
      } else {
        String field1 = random.nextBoolean() ? "first_name" : "last_name";
        known = change(field, client, userId, history, field1, random.nextBoolean() ? known : 0);
      }
      sleep(pause == 0 ? 0 : random.nextInt(pause));
    }
  }

  private static void sleep(int millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, String> fields(Answer answer) {
    return Map.of("first_name", answer.fact("first_name"), "last_name", answer.fact("last_name"));
  }

  /** Returns the version that was read. */
  private static long read(
      RaceEnvironment field, RaceClient client, String userId, VersionHistory history, long known) {
    long began = System.nanoTime();
    var answer = client.read(userId);
    var time = new Interval(client.instance(), began, System.nanoTime());
    field.expect(NAME, "read", answer.outcome(), READ);
    if (!answer.isOk()) {
      return known;
    }
    history.read(time, answer.version(), fields(answer));
    return answer.version();
  }

  /** Returns the latest known version after the change. */
  private long change(
      RaceEnvironment field,
      RaceClient client,
      String userId,
      VersionHistory history,
      String name,
      long expected) {
    String value = "v" + values.incrementAndGet();
    long began = System.nanoTime();
    var answer = client.update(userId, name, value, expected);
    var time = new Interval(client.instance(), began, System.nanoTime());
    field.expect(NAME, expected == 0 ? "change" : "conditional change", answer.outcome(), CHANGED);
    if (answer.isOk()) {
      history.change(time, expected, answer.version(), name, value, fields(answer));
      return answer.version();
    }
    if (expected == 0) {
      field.violation(NAME, "a change without an expected version was refused");
    }
    history.refusal(time, expected);
    return read(field, client, userId, history, expected);
  }

  private void check(RaceEnvironment field, Waiting due) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(Math.max(0, due.due() - System.nanoTime()));
    for (RaceClient client : field.clients()) {
      read(field, client, due.userId(), due.history(), 0);
    }
    due.history().violations().forEach(broken -> field.violation(NAME, broken));
    staleness = Math.max(staleness, due.history().staleness());
    calls += due.history().calls();
  }

  @Override
  public void finish(RaceEnvironment field) throws InterruptedException {
    while (!waiting.isEmpty()) {
      check(field, waiting.removeFirst());
    }
    field.outcomes().add(NAME + " calls in checked histories", calls);
    field.outcomes().add(NAME + " ms of the greatest staleness", staleness / 1_000_000);
  }
}
