package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.json.FieldNames;
import com.ecommerce.user.rest.json.JsonFields;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The routes of a user's preferences, which are groups of booleans. */
public final class PreferenceRoutes {
  private static final String PREFERENCES = "/api/users/{user_id}/preferences";

  private static final FieldNames GROUPS =
      FieldNames.of(Arrays.stream(Preference.Group.values()).map(Preference.Group::path).toList());

  private final Preferences preferences;

  public PreferenceRoutes(Preferences preferences) {
    this.preferences = preferences;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", PREFERENCES, Operation.GET_USER_PREFERENCES, this::get)
        .on("PUT", PREFERENCES, Operation.UPDATE_USER_PREFERENCES, this::update)
        .on("PATCH", PREFERENCES, Operation.UPDATE_USER_PREFERENCES, this::update);
  }

  private ApiResponse get(ApiRequest request) {
    return reply(preferences.get(request.call(), request.user()));
  }

  private ApiResponse update(ApiRequest request) {
    var patch = patch(request.body(GROUPS), request.method().equals("PUT"));
    var user = request.user();
    request.conditions().requireWithoutTag(() -> preferences.get(request.call(), user));
    return reply(preferences.update(request.call(), user, patch));
  }

  private static ApiResponse reply(PreferenceSet set) {
    return ApiResponse.json(200, groups(set));
  }

  /** Returns the preferences by their groups. */
  static Map<String, Map<String, Boolean>> groups(PreferenceSet set) {
    Map<String, Map<String, Boolean>> groups = new LinkedHashMap<>();
    for (Preference preference : Preference.values()) {
      groups
          .computeIfAbsent(preference.group().path(), name -> new LinkedHashMap<>())
          .put(name(preference), set.isOn(preference));
    }
    return groups;
  }

  /** Returns the preference's name within its group. */
  private static String name(Preference preference) {
    return preference.path().substring(preference.group().path().length() + 1);
  }

  private static FieldNames names(Preference.Group group) {
    return FieldNames.of(
        Arrays.stream(Preference.values())
            .filter(preference -> preference.group() == group)
            .map(PreferenceRoutes::name)
            .toList());
  }

  /**
   * Returns the changes that the body asks for. PUT turns absent preferences off, PATCH keeps them.
   */
  private static PreferencePatch patch(JsonFields body, boolean replace) {
    var patch = PreferencePatch.builder();
    for (Preference.Group group : Preference.Group.values()) {
      if (!replace && isNullThere(body, group.path())) {
        require(body, group.path());
      } else if (body.has(group.path()) || replace) {
        JsonFields fields = body.object(group.path(), names(group));
        Arrays.stream(Preference.values())
            .filter(preference -> preference.group() == group)
            .filter(preference -> replace || fields.has(name(preference)))
            .forEach(preference -> set(patch, preference, fields, replace));
      }
    }
    body.violations().throwIfAny();
    return patch.build();
  }

  private static boolean isNullThere(JsonFields fields, String name) {
    return fields.has(name) && fields.isNull(name);
  }

  /** Adds a violation if the field is null, since neither a preference nor a group can be empty. */
  private static void require(JsonFields fields, String name) {
    var required = InvalidValueException.required();
    fields.violations().add(fields.path(name), required.rule(), required.getMessage());
  }

  private static void set(
      PreferencePatch.Builder patch, Preference preference, JsonFields fields, boolean replace) {
    Boolean on = fields.flag(name(preference), false);
    if (!replace && fields.isNull(name(preference))) {
      require(fields, name(preference));
    } else if (on != null) {
      patch.set(preference, on);
    }
  }
}
