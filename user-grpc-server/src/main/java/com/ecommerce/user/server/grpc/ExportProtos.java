package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.bulk.ExportedUser;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ExportUserResponse;
import com.ecommerce.user.v1.ExportUsersRequest;
import com.ecommerce.user.v1.ExportUsersResponse;
import com.ecommerce.user.v1.ExportedEvent;
import com.ecommerce.user.v1.ExportedMail;
import com.ecommerce.user.v1.ExportedRegistration;
import com.ecommerce.user.v1.ExportedSession;
import com.ecommerce.user.v1.ImportedUser;

/** Converts between the messages of exports and types of the core. */
public final class ExportProtos {
  private ExportProtos() {}

  static UserFilter filter(ExportUsersRequest request) {
    return Violations.parsed(
        violations ->
            UserProtos.filter(violations, request.getStatusesList(), request.getRolesList()));
  }

  /** Returns a user as a row of an import. */
  public static ExportUsersResponse exported(ExportedUser exported) {
    var message = row(exported.user());
    exported.passwordHash().ifPresent(message::setPasswordHash);
    exported.addresses().forEach(address -> message.addAddresses(AddressProtos.address(address)));
    exported.preferences().map(PreferenceProtos::preferences).ifPresent(message::setPreferences);
    return ExportUsersResponse.newBuilder().setUser(message).build();
  }

  private static ImportedUser.Builder row(User user) {
    var shown = UserProtos.user(user);
    var message =
        ImportedUser.newBuilder()
            .setUserId(shown.getId())
            .setEmail(shown.getEmail())
            .setEmailVerified(shown.getEmailVerified())
            .setDisplayName(shown.getDisplayName())
            .setFirstName(shown.getFirstName())
            .setLastName(shown.getLastName())
            .setPhoneVerified(shown.getPhoneVerified())
            .setAvatarUrl(shown.getAvatarUrl())
            .setStatus(shown.getStatus())
            .addAllRoles(shown.getRolesList())
            .setProfile(shown.getProfile())
            .setCreatedAt(shown.getAudit().getCreatedAt())
            .setUpdatedAt(shown.getAudit().getUpdatedAt());
    user.externalId().map(ExternalId::text).ifPresent(message::setExternalId);
    if (shown.hasPhone()) {
      message.setPhone(shown.getPhone());
    }
    if (shown.hasLastLoginAt()) {
      message.setLastLoginAt(shown.getLastLoginAt());
    }
    return message;
  }

  static ExportUserResponse document(UserDocument document) {
    var message =
        ExportUserResponse.newBuilder()
            .setCreatedAt(CommonProtos.timestamp(document.createdAt()))
            .setUser(UserProtos.user(document.user()))
            .setPreferences(PreferenceProtos.preferences(document.preferences()));
    document
        .passwordChangedAt()
        .map(CommonProtos::timestamp)
        .ifPresent(message::setPasswordChangedAt);
    document.addresses().forEach(address -> message.addAddresses(AddressProtos.address(address)));
    document
        .registration()
        .ifPresent(
            registration ->
                message.setRegistration(
                    ExportedRegistration.newBuilder()
                        .setClientNetwork(registration.network())
                        .setDevice(registration.device())
                        .setCreatedAt(CommonProtos.timestamp(registration.createdAt()))));
    document.sessions().forEach(session -> message.addSessions(session(session)));
    document.events().forEach(event -> message.addEvents(event(event)));
    document.mails().forEach(mail -> message.addMails(mail(mail)));
    return message.build();
  }

  private static ExportedSession session(UserDocument.SessionRecord session) {
    var message =
        ExportedSession.newBuilder()
            .setId(session.id().toString())
            .setDeviceName(session.deviceName())
            .setClientNetwork(session.clientNetwork())
            .setCreatedAt(CommonProtos.timestamp(session.createdAt()))
            .setLastUsedAt(CommonProtos.timestamp(session.lastUsedAt()))
            .setExpiresAt(CommonProtos.timestamp(session.expiresAt()));
    session.endedAt().map(CommonProtos::timestamp).ifPresent(message::setEndedAt);
    return message.build();
  }

  private static ExportedEvent event(UserDocument.EventRecord event) {
    return ExportedEvent.newBuilder()
        .setId(event.id().toString())
        .setOccurredAt(CommonProtos.timestamp(event.occurredAt()))
        .setType(event.type())
        .setActor(event.actor())
        .setObjectId(event.object().map(Object::toString).orElse(""))
        .setReason(event.reason())
        .addAllFields(event.fields())
        .build();
  }

  private static ExportedMail mail(UserDocument.MailRecord mail) {
    var message =
        ExportedMail.newBuilder()
            .setId(mail.id().toString())
            .setKind(mail.kind())
            .setRecipient(mail.recipient())
            .setState(mail.state())
            .setCreatedAt(CommonProtos.timestamp(mail.createdAt()));
    mail.finishedAt().map(CommonProtos::timestamp).ifPresent(message::setFinishedAt);
    return message.build();
  }
}
