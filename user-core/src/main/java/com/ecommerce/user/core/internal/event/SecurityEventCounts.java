package com.ecommerce.user.core.internal.event;

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
 * Counts occurrences by subject and network until the counts are taken. Beyond 10,000 different
 * occurrences, the rest is counted together. Thread-safe.
 */
final class SecurityEventCounts {
  private static final int MAX_DIFFERENT = 10_000;
  private static final String OTHERS = "others";
  private static final int NAMED = 3;

  private Map<Occurrence, Integer> counts = new HashMap<>();

  /**
   * An occurrence to count.
   *
   * @param subject the id of the user or service client that it is about, or a phrase for all
   *     others
   * @param user the user that it is about; empty if it is not about a user
   * @param detail the operation; may be empty
   * @param network the coarse network
   */
  record Occurrence(
      JdbiSecurityLog.Kind kind,
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

  /** Returns the counts since the last time, and resets them. */
  synchronized List<Sum> take() {
    var taken = counts;
    counts = new HashMap<>();
    var kinds =
        taken.entrySet().stream().collect(Collectors.groupingBy(entry -> entry.getKey().kind()));
    List<Sum> sums = new ArrayList<>();
    for (var kind : JdbiSecurityLog.Kind.values()) {
      if (kinds.containsKey(kind)) {
        sums.add(new Sum(kind, kinds.get(kind)));
      }
    }
    return sums;
  }

  /** The occurrences of one kind. */
  record Sum(JdbiSecurityLog.Kind kind, List<Map.Entry<Occurrence, Integer>> counts) {
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

    /** Returns the subjects with the most occurrences, with their counts. */
    String topSubjects() {
      return top(by(Occurrence::subject));
    }

    /** Returns the networks with the most occurrences, with their counts. */
    String topNetworks() {
      return top(by(Occurrence::network));
    }

    /** Returns the operations with the most occurrences, if operations are counted. */
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

    /** Returns a separate sum for each user, the users with the most occurrences first. */
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

    /** Returns the user of a sum that {@link #byUser} returned. */
    UserId user() {
      return counts.get(0).getKey().user().orElseThrow();
    }
  }
}
