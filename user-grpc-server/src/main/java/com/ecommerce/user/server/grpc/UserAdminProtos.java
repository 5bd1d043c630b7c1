package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.bulk.FoundUsers;
import com.ecommerce.user.core.bulk.UserKeys;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.BatchGetUsersResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Converts between the messages of {@code UserAdminService} and types of the core. */
final class UserAdminProtos {
  private UserAdminProtos() {}

  static UserKeys keys(BatchGetUsersRequest request) {
    var violations = new Violations();
    int count =
        request.getUserIdsCount() + request.getEmailsCount() + request.getExternalIdsCount();
    if (count > UserKeys.MAX) {
      violations.add(
          "user_ids",
          "TOO_MANY",
          count + " keys with emails and external_ids (expected: at most " + UserKeys.MAX + ")");
      violations.throwIfAny();
    }
    var ids = parseAll(violations, "user_ids", request.getUserIdsList(), UserId::parse);
    var emails = parseAll(violations, "emails", request.getEmailsList(), Email::parse);
    var externalIds =
        parseAll(violations, "external_ids", request.getExternalIdsList(), ExternalId::parse);
    violations.throwIfAny();
    return new UserKeys(ids, emails, externalIds);
  }

  private static <T> List<T> parseAll(
      Violations violations, String field, List<String> texts, Function<String, T> parser) {
    List<T> parsed = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      violations.parse(field + "[" + i + "]", texts.get(i), parser, parsed::add);
    }
    return parsed;
  }

  static BatchGetUsersResponse found(FoundUsers found) {
    var response = BatchGetUsersResponse.newBuilder();
    found.users().forEach(user -> response.addUsers(UserProtos.user(user)));
    var missing = found.missing();
    missing.ids().forEach(id -> response.addMissingUserIds(id.toString()));
    missing.emails().forEach(email -> response.addMissingEmails(email.address()));
    missing.externalIds().forEach(id -> response.addMissingExternalIds(id.text()));
    return response.build();
  }
}
