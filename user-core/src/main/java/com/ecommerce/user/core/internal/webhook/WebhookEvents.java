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
    append(tx, call, EventLog.Entry.of(call, now, type, new UserId(id.value())), what);
  }

  /** Writes the event and the line for an endpoint that the service has paused. */
  void appendPause(Handle tx, Instant now, WebhookId id, String reason) {
    var system = RequestContext.system();
    var entry = EventLog.Entry.of(system, now, EventType.WEBHOOK_PAUSED, new UserId(id.value()));
    append(tx, system, entry.because(reason), "was paused");
  }

  private void append(Handle tx, RequestContext call, EventLog.Entry entry, String what) {
    events.append(tx, entry);
    String line = "Webhook endpoint " + entry.user() + " " + what;
    tx.afterCommit(() -> security.privileged(call, entry.type(), line));
  }
}
