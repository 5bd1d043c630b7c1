package com.ecommerce.user.core.request;

import com.ecommerce.user.core.value.UserId;

/**
 * The party responsible for a change, as written to {@code created_by}, {@code updated_by} and the
 * event log.
 *
 * @param name a user's id, {@code service:} and a client's name, {@code anonymous}, or {@code
 *     system}
 */
public record Actor(String name) {
  /** The service itself, for background work and the operator's commands. */
  public static final Actor SYSTEM = new Actor("system");

  /** A caller without credentials. */
  public static final Actor ANONYMOUS = new Actor("anonymous");

  private static final String SERVICE_PREFIX = "service:";

  /** Returns the actor for a user. */
  public static Actor user(UserId id) {
    return new Actor(id.toString());
  }

  /** Returns the actor for another service of the platform, by the name of its client. */
  public static Actor service(String clientName) {
    return new Actor(SERVICE_PREFIX + clientName);
  }

  /** Returns whether the actor is another service. */
  public boolean isService() {
    return name.startsWith(SERVICE_PREFIX);
  }
}
