package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.internal.db.Purge;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * Deletes deliveries that were made 7 days ago, those that were given up or have been waiting for a
 * paused endpoint for 30 days, and those of deleted endpoints. Also deletes previous secrets whose
 * time is over.
 */
public final class WebhookPurge implements Purge {
  static final Duration KEEP_DELIVERED = Duration.ofDays(7);
  static final Duration KEEP_OTHERS = Duration.ofDays(30);

  @Override
  public int purge(Handle tx, Instant timeOfInstance, int limit) {
    var dao = new DeliveryDao(tx);
    Instant now = dao.lockToAdd();
    new WebhookDao(tx).forgetPreviousSecrets();
    int deleted = dao.deleteOld(now.minus(KEEP_DELIVERED), now.minus(KEEP_OTHERS), limit);
    if (deleted == 0 && dao.hasDeletedEndpoints()) {
      dao.deleteEndpoints();
    }
    return Math.min(deleted, limit);
  }
}
