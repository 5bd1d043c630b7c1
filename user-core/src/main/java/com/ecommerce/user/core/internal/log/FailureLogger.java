package com.ecommerce.user.core.internal.log;

import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * Runs a periodic task, and logs the first of several failures in a row and the first success after
 * them. For one thread.
 */
public final class FailureLogger {
  private final Logger log;
  private final Level level;
  private final Predicate<Throwable> isExpected;
  private final String failed;
  private final String recovered;
  private boolean failing;

  /**
   * @param level the level of the line for the first failure
   * @param isExpected admits the failures that are logged elsewhere, such as an outage of the
   *     database, or not at all
   * @param failed the line for the first failure
   * @param recovered the line for the first success after it
   */
  public FailureLogger(
      Logger log, Level level, Predicate<Throwable> isExpected, String failed, String recovered) {
    this.log = log;
    this.level = level;
    this.isExpected = isExpected;
    this.failed = failed;
    this.recovered = recovered;
  }

  /** Runs the task. Throws nothing, since an exception would end a periodic task. */
  public void run(Runnable task) {
    try {
      task.run();
      if (failing) {
        log.info(recovered);
      }
      failing = false;
    } catch (RuntimeException | Error failure) {
      if (isExpected.test(failure)) {
        log.debug(failed, failure);
        return;
      }
      if (!failing) {
        log.atLevel(level).setCause(failure).log(failed);
      }
      failing = true;
    }
  }
}
