package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserField;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The changeable fields of a user under the names that the event log uses. */
final class UserFields {
  private static final List<Map.Entry<String, Function<User, Object>>> FIELDS = fields();

  private UserFields() {}

  /** Returns all fields. Each field that updates cannot set by name follows a related one. */
  private static List<Map.Entry<String, Function<User, Object>>> fields() {
    List<Map.Entry<String, Function<User, Object>>> fields = new ArrayList<>();
    for (var field : UserField.values()) {
      fields.add(Map.entry(field.path(), field::of));
      if (field == UserField.EMAIL) {
        fields.add(Map.entry("pending_email", User::pendingEmail));
      } else if (field == UserField.ROLES) {
        fields.add(Map.entry("email_verified", User::emailVerified));
        fields.add(Map.entry("phone_verified", User::phoneVerified));
        fields.add(Map.entry("external_id", User::externalId));
      }
    }
    return List.copyOf(fields);
  }

  /** Returns the names of the fields in which the two differ. */
  static List<String> changed(User before, User after) {
    return FIELDS.stream()
        .filter(field -> !field.getValue().apply(before).equals(field.getValue().apply(after)))
        .map(Map.Entry::getKey)
        .toList();
  }
}
