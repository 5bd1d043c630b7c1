package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UserPreferences;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Arrays;
import java.util.function.BiConsumer;

/**
 * Converts between {@code UserPreferences} and the core's preferences. The path of a preference is
 * the path of its field.
 */
final class PreferenceProtos {
  private static final MaskTable<Preference> PREFERENCES =
      MaskTable.of(
          UserPreferences.getDescriptor(), Arrays.asList(Preference.values()), Preference::path);

  private PreferenceProtos() {}

  private static boolean isOn(UserPreferences message, Preference preference) {
    return (Boolean) PREFERENCES.value(preference.path(), message);
  }

  private static FieldDescriptor groupField(Preference preference) {
    return UserPreferences.getDescriptor().findFieldByName(preference.group().path());
  }

  private static FieldDescriptor field(Preference preference) {
    String name = preference.path().substring(preference.group().path().length() + 1);
    return groupField(preference).getMessageType().findFieldByName(name);
  }

  static UserPreferences preferences(PreferenceSet preferences) {
    var message = UserPreferences.newBuilder();
    for (Preference preference : Preference.values()) {
      message
          .getFieldBuilder(groupField(preference))
          .setField(field(preference), preferences.isOn(preference));
    }
    return message.build();
  }

  /** A change of the preferences of one user. */
  record Update(UserId id, PreferencePatch patch) {}

  static Update update(UpdateUserPreferencesRequest request) {
    var violations = new Violations();
    UserId id = violations.parse("user_id", request.getUserId(), UserId::parse);
    var patch = PreferencePatch.builder();
    var message = request.getPreferences();
    if (request.getUpdateMask().getPathsCount() > 0) {
      PREFERENCES
          .select(violations, request.getUpdateMask(), message)
          .forEach(preference -> preference.set(patch, isOn(message, preference)));
    } else {
      forPresentGroups(message, patch::set);
    }
    violations.throwIfAny();
    return new Update(id, patch.build());
  }

  /** Passes on the groups that are present. Their fields have no presence, so false is a value. */
  static void forPresentGroups(UserPreferences message, BiConsumer<Preference, Boolean> setter) {
    for (Preference preference : Preference.values()) {
      if (message.hasField(groupField(preference))) {
        setter.accept(preference, isOn(message, preference));
      }
    }
  }
}
