package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.verification.Registration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON form of all that the service knows of one person.
 *
 * @param createdAt the time of the document
 * @param passwordChangedAt null without a password
 * @param registration null once the email is verified
 */
record UserDocumentJson(
    Instant createdAt,
    UserJson user,
    Optional<Instant> passwordChangedAt,
    List<AddressJson> addresses,
    Map<String, Map<String, Boolean>> preferences,
    Optional<RegistrationJson> registration,
    List<SessionRecordJson> sessions,
    List<EventJson> events,
    List<MailJson> mails) {
  static UserDocumentJson of(UserDocument document) {
    return new UserDocumentJson(
        document.createdAt(),
        UserJson.of(document.user()),
        document.passwordChangedAt(),
        document.addresses().stream().map(AddressJson::of).toList(),
        PreferenceRoutes.groups(document.preferences()),
        document.registration().map(RegistrationJson::of),
        document.sessions().stream().map(SessionRecordJson::of).toList(),
        document.events().stream().map(EventJson::of).toList(),
        document.mails().stream().map(MailJson::of).toList());
  }

  private record RegistrationJson(String clientNetwork, String device, Instant createdAt) {
    static RegistrationJson of(Registration registration) {
      return new RegistrationJson(
          registration.network(), registration.device(), registration.createdAt());
    }
  }

  private record SessionRecordJson(
      String id,
      String deviceName,
      String clientNetwork,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      Optional<Instant> endedAt) {
    static SessionRecordJson of(UserDocument.SessionRecord session) {
      return new SessionRecordJson(
          session.id().toString(),
          session.deviceName(),
          session.clientNetwork(),
          session.createdAt(),
          session.lastUsedAt(),
          session.expiresAt(),
          session.endedAt());
    }
  }

  private record EventJson(
      String id,
      Instant occurredAt,
      String type,
      String actor,
      Optional<String> objectId,
      String reason,
      List<String> fields) {
    static EventJson of(UserDocument.EventRecord event) {
      return new EventJson(
          event.id().toString(),
          event.occurredAt(),
          event.type(),
          event.actor(),
          event.object().map(Object::toString),
          event.reason(),
          event.fields());
    }
  }

  private record MailJson(
      String id,
      String kind,
      String recipient,
      String state,
      Instant createdAt,
      Optional<Instant> finishedAt) {
    static MailJson of(UserDocument.MailRecord mail) {
      return new MailJson(
          mail.id().toString(),
          mail.kind(),
          mail.recipient(),
          mail.state(),
          mail.createdAt(),
          mail.finishedAt());
    }
  }
}
