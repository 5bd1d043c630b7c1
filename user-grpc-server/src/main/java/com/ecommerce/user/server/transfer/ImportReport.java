package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.error.ErrorReason;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The numbers of an import. Not thread-safe. */
public final class ImportReport {
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<ErrorReason, Long> reasons = new EnumMap<>(ErrorReason.class);

  void add(ImportResult result) {
    outcomes.merge(result.outcome(), 1L, Long::sum);
    result.failure().ifPresent(failure -> reasons.merge(failure.reason(), 1L, Long::sum));
  }

  /** Returns the number of all rows. */
  public long rows() {
    return outcomes.values().stream().mapToLong(count -> count).sum();
  }

  /** Returns the number of rows with this outcome. */
  public long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Returns the number of rows with each outcome, without outcomes that no row has. */
  Map<Outcome, Long> outcomes() {
    return outcomes;
  }

  /** Returns the report: the number of rows with each outcome, and of each cause of failures. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (var outcome : Outcome.values()) {
      lines.add(outcome.name().toLowerCase(Locale.ROOT) + " " + count(outcome));
    }
    reasons.forEach((reason, count) -> lines.add("  " + reason + " " + count));
    return lines;
  }
}
