package com.ecommerce.user.torture;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;

/**
 * An attack on the service from outside, run by {@link AttackCampaign}. A new one is a class of its
 * own and a line in {@link Torture}. Attacks are bounded in time and connect to the given service
 * only.
 */
interface Attack {
  /** Returns what the attack does, in a few words. */
  String description();

  /** Settings of the service that it needs, as environment variables. */
  default Map<String, String> settings() {
    return Map.of();
  }

  /** Prepares the attack, before other clients begin to call. */
  default void prepare(Target target) throws IOException, SQLException {}

  /**
   * Attacks, and returns when it is done.
   *
   * @param tally counts the responses to the attacker
   */
  void run(Target target, Tally tally) throws IOException, InterruptedException, SQLException;

  /**
   * Checks the responses to the attacker.
   *
   * @return the broken promise, or an empty text
   */
  default String brokenPromise(Tally tally) {
    return "";
  }
}
