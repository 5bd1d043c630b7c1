package com.ecommerce.user.core.bulk;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.verification.Registration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * All that the service knows of one person, except for secrets. Immutable.
 *
 * @param createdAt the time of the document
 * @param passwordChangedAt the time of the latest change of the password; empty without a password
 * @param addresses all addresses, the oldest first
 * @param registration the origin of the account, which is known until the email is verified
 * @param sessions live and recently ended sessions, the newest first
 * @param events the events of the user, the newest first
 * @param mails queued mails and those of the last days, the newest first
 */
public record UserDocument(
    Instant createdAt,
    User user,
    Optional<Instant> passwordChangedAt,
    List<Address> addresses,
    PreferenceSet preferences,
    Optional<Registration> registration,
    List<SessionRecord> sessions,
    List<EventRecord> events,
    List<MailRecord> mails) {
  public UserDocument {
    addresses = List.copyOf(addresses);
    sessions = List.copyOf(sessions);
    events = List.copyOf(events);
    mails = List.copyOf(mails);
  }

  /**
   * A session of the user.
   *
   * @param deviceName the name that the client sent; may be empty
   * @param clientNetwork the network from which its tokens were last renewed
   * @param endedAt empty if the session was not ended before its expiry
   */
  public record SessionRecord(
      SessionId id,
      String deviceName,
      String clientNetwork,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      Optional<Instant> endedAt) {}

  /**
   * An event of the user.
   *
   * @param type such as {@code user.updated}
   * @param actor the party responsible for it; see {@link com.ecommerce.user.core.request.Actor}
   * @param object the id of what it is about, if that belongs to the user
   * @param reason may be empty
   * @param fields the names of the changed fields
   */
  public record EventRecord(
      UUID id,
      Instant occurredAt,
      String type,
      String actor,
      Optional<UUID> object,
      String reason,
      List<String> fields) {
    public EventRecord {
      fields = List.copyOf(fields);
    }
  }

  /**
   * A mail to the user. Its text is made when it is sent and not kept.
   *
   * @param kind such as {@code VERIFY_EMAIL}
   * @param recipient the address
   * @param state {@code WAITING}, {@code SENT} or {@code FAILED}
   * @param finishedAt the time when it was sent or given up
   */
  public record MailRecord(
      UUID id,
      String kind,
      String recipient,
      String state,
      Instant createdAt,
      Optional<Instant> finishedAt) {}

  /** Returns a masked text, since records end up in logs. */
  @Override
  public String toString() {
    return "UserDocument[" + user.id() + "]";
  }
}
