package com.ecommerce.user.core.webhook;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The endpoints to which events are sent over HTTP. Thread-safe; the methods block.
 *
 * <p>Each event is sent at least once, and the events of a user in their order. A message is a
 * {@link com.ecommerce.user.core.event.CloudEvents CloudEvent} with the header fields of <a
 * href="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md">Standard
 * Webhooks</a>. A status of 2xx accepts it. Otherwise it is sent again after growing pauses, for 24
 * hours, while later events of the same user wait. An endpoint is paused if no attempt has
 * succeeded for three days, or if it answers with status 410 (Gone).
 *
 * <p>Methods with an id throw {@link UserServiceException} with {@code WEBHOOK_NOT_FOUND}.
 */
public interface Webhooks {
  /** The maximum number of endpoints. */
  int MAX_ENDPOINTS = 50;

  /** The time for which two secrets are valid if a request has no other one. */
  Duration DEFAULT_OVERLAP = Duration.ofHours(24);

  /** The maximum time for which two secrets are valid. */
  Duration MAX_OVERLAP = Duration.ofDays(7);

  /**
   * An endpoint with a new secret. {@link #toString} masks the secret.
   *
   * @param secret the secret, {@code whsec_} and the Base64 form of the key
   */
  record WithSecret(WebhookEndpoint endpoint, String secret) {
    @Override
    public String toString() {
      return "WithSecret[" + endpoint + ", masked]";
    }
  }

  /**
   * Creates an endpoint with a random secret of 256 bits. It receives the events that are committed
   * from now on.
   *
   * @throws UserServiceException with {@code WEBHOOK_LIMIT_REACHED}
   */
  WithSecret create(RequestContext call, WebhookSettings settings);

  /** Returns an endpoint. */
  WebhookEndpoint get(RequestContext call, WebhookId id);

  /** Returns all endpoints, the oldest first. */
  List<WebhookEndpoint> list(RequestContext call);

  /** Changes the settings of an endpoint. Events that are queued already are sent to a new URL. */
  WebhookEndpoint update(RequestContext call, WebhookId id, WebhookPatch patch);

  /** Deletes an endpoint. What is queued for it is not sent any more. */
  void delete(RequestContext call, WebhookId id);

  /**
   * Gives an endpoint a new secret. For a while, messages are also signed with the previous secret,
   * so that it can be replaced without an interruption.
   *
   * @param overlap the time for which messages are also signed with the previous secret, at most
   *     {@link #MAX_OVERLAP}; zero for a leaked secret
   * @throws UserServiceException with {@code INVALID_REQUEST} on {@code overlap}
   */
  WithSecret rotateSecret(RequestContext call, WebhookId id, Duration overlap);

  /**
   * Gives an endpoint a new secret, like {@link #rotateSecret(RequestContext, WebhookId,
   * Duration)}, unless it has got another one since the caller read it.
   *
   * @param secretChangedAt the {@link WebhookEndpoint#secretChangedAt} that the caller has read
   * @throws UserServiceException also with {@code VERSION_MISMATCH} if the endpoint has a different
   *     one
   */
  WithSecret rotateSecret(
      RequestContext call, WebhookId id, Duration overlap, Optional<Instant> secretChangedAt);

  /**
   * Stops sending to an endpoint. Events are queued meanwhile, and kept for 30 days. Does nothing
   * if the endpoint is paused.
   */
  WebhookEndpoint pause(RequestContext call, WebhookId id);

  /**
   * Starts sending to an endpoint again, at once, also what waited for another attempt. Does
   * nothing if the endpoint is active.
   */
  WebhookEndpoint resume(RequestContext call, WebhookId id);

  /**
   * Sends an event again that was delivered or given up, after the other events of its user that
   * wait. If it waits for another attempt, that is made at once.
   *
   * @throws UserServiceException with {@code WEBHOOK_DELIVERY_NOT_FOUND} if it was never queued for
   *     the endpoint, or so long ago that it was deleted
   */
  void redeliver(RequestContext call, WebhookId id, UUID event);

  /**
   * Sends all events after the position again that the endpoint admits, including those from before
   * the endpoint was created. They are queued as fast as the endpoint accepts them, so that events
   * for other endpoints are not delayed. None are queued while the endpoint is paused. Replaces an
   * earlier call that is still being carried out.
   *
   * @throws UserServiceException with {@code POSITION_OUT_OF_RANGE} if events after the position
   *     are not kept any more, or if a failover or a restore has lost the position
   */
  void redeliverAfter(RequestContext call, WebhookId id, EventPosition position);

  /**
   * Returns a page of deliveries, those that were queued last first. Delivered ones are kept for 7
   * days, and dead ones for 30.
   *
   * @param state the state that they must have; empty for any
   * @return the page, whose total count is {@link Page#NOT_COMPUTED}
   * @throws UserServiceException with a violation on {@code pagination.page_token} if the token
   *     belongs to another list
   */
  Page<WebhookDelivery> deliveries(
      RequestContext call, WebhookId id, Optional<WebhookDelivery.State> state, PageRequest page);

  /**
   * Returns the status of each of these endpoints, with one statement. Endpoints that do not exist
   * are left out.
   */
  Map<WebhookId, WebhookStatus> statuses(RequestContext call, Collection<WebhookId> ids);

  /** Returns the state of the queue, for metrics. */
  WebhookStatistics statistics(RequestContext call);
}
