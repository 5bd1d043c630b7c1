package com.ecommerce.user.core.limit;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.access.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The limits of single methods: the rates that the operator chose, and presets for costly methods
 * for which none was chosen. Immutable.
 *
 * @param chosen the rates that the operator chose, by method; an empty one means no limit
 */
public record MethodLimits(Map<Operation, Optional<Rate>> chosen) {
  /**
   * Far above the needs of one caller, and of an office, school or carrier whose users share an
   * address.
   */
  private static final Rate COSTLY = Rate.perSecond(50, 500);

  private static final Rate BAD_TOKENS = Rate.perSecond(100, 1_000);

  /** The number of seconds of hashing that a burst may request. */
  private static final int BURST_SECONDS = 10;

  /** The presets. */
  public static final MethodLimits DEFAULT = new MethodLimits(Map.of());

  /** No limit for any method. */
  public static final MethodLimits NONE =
      new MethodLimits(
          presets(1).keySet().stream()
              .collect(Collectors.toMap(method -> method, method -> Optional.empty())));

  private static final String NO_LIMIT = "none";

  public MethodLimits {
    requireNonNull(chosen, "chosen");
    var sorted = new EnumMap<Operation, Optional<Rate>>(Operation.class);
    sorted.putAll(chosen);
    chosen = Collections.unmodifiableMap(sorted);
  }

  /**
   * Returns the default rates of costly methods. Methods that hash have the rate that a process can
   * hash: the hashing pool divides it fairly between callers and would refuse more.
   *
   * @param hashesPerSecond the maximum number of passwords that a process hashes in a second
   */
  public static Map<Operation, Rate> presets(double hashesPerSecond) {
    int calls = (int) Math.max(1, Math.min(Rate.MAX_CALLS, Math.ceil(hashesPerSecond)));
    var hashing = Rate.perSecond(calls, calls * BURST_SECONDS);
    var presets = new EnumMap<Operation, Rate>(Operation.class);
    for (Operation operation : Operation.values()) {
      if (operation.isLimited()) {
        preset(operation.cost(), hashing).ifPresent(rate -> presets.put(operation, rate));
      }
    }
    return Collections.unmodifiableMap(presets);
  }

  private static Optional<Rate> preset(Operation.Cost cost, Rate hashing) {
    return switch (cost) {
      case FREE, NORMAL -> Optional.empty();
      case COSTLY -> Optional.of(COSTLY);
      case HASHING -> Optional.of(hashing);
      case BAD_TOKEN -> Optional.of(BAD_TOKENS);
    };
  }

  /**
   * Parses entries such as {@code Login=10/s:50,CreateUser=none}. {@code 0} means the same as
   * {@code none}; alone, it turns off the limits of all methods.
   *
   * @throws IllegalArgumentException if entries are invalid; the message names all of them
   */
  public static MethodLimits parse(String text) {
    if (isNone(text.strip())) {
      return NONE;
    }
    var chosen = new EnumMap<Operation, Optional<Rate>>(Operation.class);
    List<String> problems = new ArrayList<>();
    for (String entry : text.split(",", -1)) {
      try {
        add(chosen, entry.strip());
      } catch (IllegalArgumentException invalid) {
        problems.add(invalid.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new MethodLimits(chosen);
  }

  private static void add(Map<Operation, Optional<Rate>> chosen, String entry) {
    int equals = entry.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          (entry.isEmpty() ? "an empty entry" : entry)
              + " (expected: entries such as Login=10/s:50, separated by commas)");
    }
    String title = entry.substring(0, equals).strip();
    var method =
        Operation.titled(title)
            .filter(Operation::isLimited)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        title + " (expected: the name of a method, such as SearchUsers)"));
    if (chosen.containsKey(method)) {
      throw new IllegalArgumentException(title + " twice (expected: one entry for each method)");
    }
    String rate = entry.substring(equals + 1).strip();
    chosen.put(method, isNone(rate) ? Optional.empty() : Optional.of(rate(title, rate)));
  }

  private static Rate rate(String title, String text) {
    try {
      return Rate.parse(text);
    } catch (IllegalArgumentException invalid) {
      throw new IllegalArgumentException(title + "=" + invalid.getMessage() + " or none", invalid);
    }
  }

  private static boolean isNone(String text) {
    return text.equals("0") || text.equals(NO_LIMIT);
  }

  /** Returns the rate that the operator chose for the method; empty for none. */
  Optional<Rate> chosen(Operation method) {
    return chosen.getOrDefault(method, Optional.empty());
  }

  /**
   * Returns whether the operator set a rate or "none" for the method, so that its default does not
   * apply.
   */
  boolean isChosen(Operation method) {
    return chosen.containsKey(method);
  }

  /** Returns a text that {@link #parse} accepts, without the presets. */
  @Override
  public String toString() {
    return chosen.entrySet().stream()
        .map(
            entry ->
                entry.getKey().title()
                    + "="
                    + entry.getValue().map(Rate::toString).orElse(NO_LIMIT))
        .collect(Collectors.joining(","));
  }
}
