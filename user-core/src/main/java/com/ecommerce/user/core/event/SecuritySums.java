package com.ecommerce.user.core.event;

import com.ecommerce.user.core.value.UserId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counts occurrences by whom they are about and where they come from, until somebody takes the
 * counts. Of more than 10,000 different ones, the rest is counted as a whole. Thread-safe.
 */
final class SecuritySums {
  private static final int MAX_DIFFERENT = 10_000;
  private static final String OTHERS = "others";
  private static final int NAMED = 3;

  private Map<Occurrence, Integer> counts = new HashMap<>();

  /**
   * Something that happened.
   *
   * @param subject whom it is about: the id of a user or service client, or a word for all others
   * @param user the same, if it is a user
   * @param detail what was done; may be empty
   * @param network coarse
   */
  record Occurrence(
      SecurityLog.Kind kind,
      String subject,
      Optional<UserId> user,
      String detail,
      String network) {}

  synchronized void add(Occurrence occurrence) {
    boolean hasRoom = counts.size() < MAX_DIFFERENT || counts.containsKey(occurrence);
    var counted =
        hasRoom
            ? occurrence
            : new Occurrence(occurrence.kind(), OTHERS, Optional.empty(), "", OTHERS);
    counts.merge(counted, 1, Integer::sum);
  }

  /** What was counted since the last time. */
  synchronized List<Sum> take() {
    var taken = counts;
    counts = new HashMap<>();
    var kinds =
        taken.entrySet().stream().collect(Collectors.groupingBy(entry -> entry.getKey().kind()));
    List<Sum> sums = new ArrayList<>();
    for (var kind : SecurityLog.Kind.values()) {
      if (kinds.containsKey(kind)) {
        sums.add(new Sum(kind, kinds.get(kind)));
      }
    }
    return sums;
  }

  /** The occurrences of one kind. */
  record Sum(SecurityLog.Kind kind, List<Map.Entry<Occurrence, Integer>> counts) {
    int total() {
      return counts.stream().mapToInt(Map.Entry::getValue).sum();
    }

    private Map<String, Integer> by(Function<Occurrence, String> property) {
      return counts.stream()
          .collect(
              Collectors.groupingBy(
                  entry -> property.apply(entry.getKey()),
                  Collectors.summingInt(Map.Entry::getValue)));
    }

    int subjects() {
      return by(Occurrence::subject).size();
    }

    int networks() {
      return by(Occurrence::network).size();
    }

    /** Those with the most occurrences, with their numbers. */
    String topSubjects() {
      return top(by(Occurrence::subject));
    }

    /** As {@link #topSubjects}. */
    String topNetworks() {
      return top(by(Occurrence::network));
    }

    /** What was done most, if it is told of. */
    Optional<String> topDetails() {
      var details = by(Occurrence::detail);
      details.remove("");
      return details.isEmpty() ? Optional.empty() : Optional.of(top(details));
    }

    private static String top(Map<String, Integer> counted) {
      return counted.entrySet().stream()
          .sorted(
              Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                  .thenComparing(Map.Entry.comparingByKey()))
          .limit(NAMED)
          .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
          .collect(Collectors.joining(", "));
    }

    /** The same for each user alone, those with the most occurrences first. */
    List<Sum> byUser() {
      return counts.stream()
          .filter(entry -> entry.getKey().user().isPresent())
          .collect(Collectors.groupingBy(entry -> entry.getKey().user().get()))
          .values()
          .stream()
          .map(ofUser -> new Sum(kind, ofUser))
          .sorted(Comparator.comparingInt(Sum::total).reversed())
          .toList();
    }

    /** Of a sum that {@link #byUser} made. */
    UserId user() {
      return counts.get(0).getKey().user().orElseThrow();
    }
  }
}
