package com.ecommerce.user.core.request;

import java.util.List;
import java.util.Optional;

final class NoWorkObserver implements WorkObserver {
  private static final Work NO_WORK = () -> {};

  @Override
  public void onStatement(Statement statement) {
    // Nothing is observed.
  }

  @Override
  public Work begin(String name) {
    return NO_WORK;
  }

  @Override
  public Optional<TraceParent> traceParent() {
    return Optional.empty();
  }

  @Override
  public WorkObserver together(List<WorkObserver> others) {
    return others.isEmpty() ? this : others.get(0).together(others.subList(1, others.size()));
  }
}
