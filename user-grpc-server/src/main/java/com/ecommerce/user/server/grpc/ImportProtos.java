package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.FieldError;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportedAddress;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.v1.ImportOutcome;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Converts between the messages of {@code ImportUsers} and types of the core. */
public final class ImportProtos {
  /** A page of rows with passwords to hash takes some seconds with the costliest hashes. */
  public static final int MAX_HASHES = 8;

  private ImportProtos() {}

  /** Returns whether the row makes the service compute a hash. */
  public static boolean needsHashing(com.ecommerce.user.v1.ImportedUser message) {
    return message.hasPassword() || !message.getTestPassword().isEmpty();
  }

  /** Returns the preferences of a user who never changed any. */
  public static UserPreferences defaultPreferences() {
    return PreferenceProtos.preferences(PreferenceSet.DEFAULT);
  }

  /**
   * Reads a row.
   *
   * @throws UserServiceException with {@code INVALID_REQUEST} and all violations
   */
  public static ImportedUser user(com.ecommerce.user.v1.ImportedUser message) {
    var violations = new Violations();
    var user = ImportedUser.builder(violations);
    ifPresent(message.getUserId(), user::id);
    ifPresent(message.getExternalId(), user::externalId);
    user.email(message.getEmail());
    if (message.hasEmailVerified()) {
      user.emailVerified(message.getEmailVerified());
    }
    ifPresent(message.getDisplayName(), user::displayName);
    ifPresent(message.getFirstName(), user::firstName);
    ifPresent(message.getLastName(), user::lastName);
    if (message.hasPhone()) {
      phone(violations, "phone", message.getPhone())
          .ifPresent(phone -> user.phone(Optional.of(phone)));
    }
    if (message.hasPhoneVerified()) {
      user.phoneVerified(message.getPhoneVerified());
    }
    ifPresent(message.getAvatarUrl(), user::avatarUrl);
    if (message.getStatus() != UserStatus.USER_STATUS_UNSPECIFIED) {
      violations.parse("status", message.getStatus(), UserEnums::status, user::status);
    }
    if (message.getRolesCount() > 0) {
      violations.parse("roles", message.getRolesList(), UserEnums::roles, user::roles);
    }
    if (message.hasProfile()) {
      readProfile(violations, message.getProfile(), user);
    }
    if (message.hasCreatedAt()) {
      time(violations, "created_at", message.getCreatedAt(), user::createdAt);
    }
    if (message.hasUpdatedAt()) {
      time(violations, "updated_at", message.getUpdatedAt(), user::updatedAt);
    }
    if (message.hasLastLoginAt()) {
      time(violations, "last_login_at", message.getLastLoginAt(), user::lastLoginAt);
    }
    ifPresent(message.getPasswordHash(), user::passwordHash);
    ifPresent(message.getPassword(), user::password);
    ifPresent(message.getTestPassword(), user::testPassword);
    for (int i = 0; i < message.getAddressesCount(); i++) {
      String prefix = "addresses[" + i + "].";
      var address = message.getAddresses(i);
      user.address(builder -> readAddress(violations.named(prefix::concat), address, builder));
    }
    if (message.hasPreferences()) {
      PreferenceProtos.forPresentGroups(message.getPreferences(), user::preference);
    }
    return user.build();
  }

  private static void ifPresent(String value, Consumer<String> setter) {
    if (!value.isEmpty()) {
      setter.accept(value);
    }
  }

  private static Optional<PhoneNumber> phone(
      Violations violations, String field, com.ecommerce.common.v1.PhoneNumber message) {
    Optional<PhoneNumber> phone =
        violations.parse(field, message, number -> CommonProtos.phone(number));
    return phone == null ? Optional.empty() : phone;
  }

  private static void time(
      Violations violations, String field, Timestamp time, Consumer<Instant> setter) {
    violations.parse(field, time, CommonProtos::instant, setter);
  }

  private static void readProfile(
      Violations violations, UserProfile message, ImportedUser.Builder user) {
    ifPresent(message.getBio(), user::bio);
    if (message.hasDateOfBirth()) {
      violations.parse(
          "profile.date_of_birth",
          message.getDateOfBirth(),
          date -> CommonProtos.date(date),
          user::dateOfBirth);
    }
    ifPresent(message.getGender(), user::gender);
    ifPresent(message.getLanguage(), user::language);
    ifPresent(message.getCurrency(), user::currency);
    ifPresent(message.getTimezone(), user::timezone);
    ifPresent(message.getCompany(), user::company);
    ifPresent(message.getWebsite(), user::website);
    if (message.getSocialLinksCount() > 0) {
      user.socialLinks(message.getSocialLinksMap());
    }
  }

  private static void readAddress(
      Violations violations, UserAddress message, ImportedAddress.Builder address) {
    ifPresent(message.getId(), address::id);
    address.label(message.getLabel()).fullName(message.getFullName());
    if (message.hasPhone()) {
      phone(violations, "phone", message.getPhone()).ifPresent(address::phone);
    }
    var place = message.getAddress();
    address
        .line1(place.getLine1())
        .line2(place.getLine2())
        .city(place.getCity())
        .state(place.getState())
        .postalCode(place.getPostalCode())
        .country(place.getCountryCode());
    violations.parse("type", message.getType(), AddressProtos::requiredType, address::type);
    address
        .isDefaultShipping(message.getIsDefaultShipping())
        .isDefaultBilling(message.getIsDefaultBilling())
        .deliveryInstructions(message.getDeliveryInstructions());
    if (message.getAudit().hasCreatedAt()) {
      time(violations, "audit.created_at", message.getAudit().getCreatedAt(), address::createdAt);
    }
  }

  static ImportUsersResponse result(long row, ImportResult result) {
    var response =
        ImportUsersResponse.newBuilder().setRow(row).setOutcome(outcome(result.outcome()));
    result.user().ifPresent(user -> response.setUserId(user.toString()));
    result.failure().ifPresent(failure -> addFailure(response, failure));
    return response.build();
  }

  private static ImportOutcome outcome(ImportResult.Outcome outcome) {
    return switch (outcome) {
      case CREATED -> ImportOutcome.IMPORT_OUTCOME_CREATED;
      case UPDATED -> ImportOutcome.IMPORT_OUTCOME_UPDATED;
      case UNCHANGED -> ImportOutcome.IMPORT_OUTCOME_UNCHANGED;
      case FAILED -> ImportOutcome.IMPORT_OUTCOME_FAILED;
    };
  }

  private static void addFailure(
      ImportUsersResponse.Builder response, UserServiceException failure) {
    response.setReason(failure.reason().name()).setMessage(failure.getMessage());
    failure
        .violations()
        .forEach(
            violation ->
                response.addErrors(
                    FieldError.newBuilder()
                        .setField(violation.field())
                        .setMessage(violation.message())
                        .setRule(violation.rule())));
    // A value that is taken is named like one that breaks a rule.
    failure
        .resource()
        .ifPresent(
            resource ->
                response.addErrors(
                    FieldError.newBuilder()
                        .setField(resource.name())
                        .setMessage(failure.getMessage())
                        .setRule(failure.reason().name())));
  }
}
