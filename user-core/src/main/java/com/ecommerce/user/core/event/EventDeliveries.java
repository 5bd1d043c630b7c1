package com.ecommerce.user.core.event;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts the deliveries of events to a sink by this process, for metrics. The sink counts, and the
 * metrics read. Thread-safe.
 */
public final class EventDeliveries {
  /** The result of an attempt to deliver an event or a batch of events. */
  public enum Result {
    /** The sink has acknowledged an event. */
    DELIVERED,
    /** An attempt failed, and is repeated. */
    FAILED,
    /** An event was given up after several attempts. */
    GIVEN_UP
  }

  private final String sink;
  private final Map<Result, LongAdder> counts =
      Stream.of(Result.values())
          .collect(Collectors.toUnmodifiableMap(Function.identity(), result -> new LongAdder()));

  /**
   * @param sink the name of the sink in {@link EventCursors}, such as {@code kafka}, which is also
   *     the value of a label of metrics
   */
  public EventDeliveries(String sink) {
    this.sink = requireNonNull(sink, "sink");
  }

  /** Returns the name of the sink. */
  public String sink() {
    return sink;
  }

  /** Counts results. */
  public void add(Result result, long number) {
    counts.get(result).add(number);
  }

  /** Returns the number of results so far. */
  public long count(Result result) {
    return counts.get(result).sum();
  }
}
