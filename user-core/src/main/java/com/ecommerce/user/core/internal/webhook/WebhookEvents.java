package com.ecommerce.user.core.internal.webhook;

import com.ecommerce.user.core.event.EventType;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.webhook.WebhookId;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Records the administration of endpoints in the event log and the security log. Thread-safe. */
public final class WebhookEvents {
  private final EventLog events;
  private final JdbiSecurityLog security;

  public WebhookEvents(EventLog events, JdbiSecurityLog security) {
    this.events = events;
    this.security = security;
  }

  /**
   * Writes an event about an endpoint, and a line in the security log when the transaction commits.
   *
   * @param what the action, such as {@code was created}
   */
  void append(
      Handle tx, RequestContext call, Instant now, EventType type, WebhookId id, String what) {
    events.append(tx, EventLog.Entry.of(call, now, type, new UserId(id.value())));
    String line = "Webhook endpoint " + id + " " + what;
    tx.afterCommit(() -> security.privileged(call, type, line));
  }
}
