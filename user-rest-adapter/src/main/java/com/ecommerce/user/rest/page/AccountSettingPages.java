package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.preference.Preferences;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserForms.Choice;
import com.ecommerce.user.rest.resource.UserRoutes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pages of the own preferences, and of the security of the own account. */
final class AccountSettingPages {
  private static final String PREFERENCES = BrowserForms.ACCOUNT + "/preferences";
  private static final String SECURITY = BrowserForms.ACCOUNT + "/security";

  private final Users users;
  private final Passwords passwords;
  private final Preferences preferences;
  private final Sessions sessions;
  private final UserExports exports;
  private final BrowserForms forms;

  AccountSettingPages(UserCore core, BrowserForms forms) {
    this.users = core.users();
    this.passwords = core.passwords();
    this.preferences = core.preferences();
    this.sessions = core.sessions();
    this.exports = core.userExports();
    this.forms = forms;
  }

  void addTo(Routes routes) {
    String account = BrowserForms.ACCOUNT;
    routes
        .onSessionPage(
            "GET",
            PREFERENCES,
            Operation.GET_USER_PREFERENCES,
            request -> forms.show(request, this::preferences))
        .onSessionPage(
            "POST",
            PREFERENCES,
            Operation.UPDATE_USER_PREFERENCES,
            request -> forms.submit(request, this::savePreferences))
        .onSessionPage(
            "GET",
            SECURITY,
            Operation.LIST_SESSIONS,
            request ->
                forms.show(request, (known, view, user) -> security(known, view, user, "", null)))
        .onSessionPage(
            "POST",
            account + "/password",
            Operation.CHANGE_PASSWORD,
            request -> forms.submit(request, this::changePassword))
        .onSessionPage(
            "POST",
            account + "/sessions/{session}",
            Operation.REVOKE_SESSION,
            request -> forms.submit(request, this::endSession))
        .onSessionPage(
            "GET",
            account + "/export",
            Operation.EXPORT_USER,
            request -> forms.show(request, this::export))
        .onSessionPage(
            "POST",
            account + "/delete",
            Operation.DELETE_USER,
            request -> forms.submit(request, this::delete));
  }

  private record Group(String name, List<Choice> choices) {}

  private ApiResponse preferences(ApiRequest request, PageView view, Caller.User user) {
    return preferences(request, view, preferences.get(request.call(), user.id()), "");
  }

  private ApiResponse preferences(
      ApiRequest request, PageView view, PreferenceSet set, String notice) {
    var values = forms.values(request, "preferences");
    values.put("notice", notice);
    values.put(
        "groups",
        Arrays.stream(Preference.Group.values()).map(group -> group(view, group, set)).toList());
    return view.page(200, view.texts().get("account"), "account-preferences.html", values);
  }

  private static Group group(PageView view, Preference.Group group, PreferenceSet set) {
    var choices =
        Arrays.stream(Preference.values())
            .filter(preference -> preference.group() == group)
            .map(
                preference ->
                    new Choice(
                        preference.column(),
                        view.texts().get("preference_" + preference.column()),
                        set.isOn(preference)))
            .toList();
    return new Group(view.texts().get("preferences_" + group.path()), choices);
  }

  private ApiResponse savePreferences(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    var patch = PreferencePatch.builder();
    for (Preference preference : Preference.values()) {
      patch.set(preference, form.containsKey(preference.column()));
    }
    var set = preferences.update(request.call(), user.id(), patch.build());
    return preferences(request, view, set, view.texts().get("saved"));
  }

  private ApiResponse security(
      ApiRequest request,
      PageView view,
      Caller.User user,
      String notice,
      @Nullable UserServiceException failure) {
    var all = sessions.list(request.call(), user.id());
    var values = forms.values(request, "security");
    values.put("notice", notice);
    var account = users.get(request.call(), user.id());
    values.put("email", account.email().address());
    String timezone = account.profile().timezone();
    values.put("is_verified", account.emailVerified());
    values.put(
        "password_state",
        exports
            .document(request.call(), user.id(), 1)
            .passwordChangedAt()
            .map(time -> view.time(time, timezone))
            .map(time -> view.texts().get("password_changed").replace("{time}", time))
            .orElseGet(() -> view.texts().get("password_none")));
    values.put(
        "sessions", all.stream().map(session -> values(view, user, session, timezone)).toList());
    values.put("has_others", all.size() > 1);
    BrowserForms.addErrors(
        values, view, failure, "current_password", "new_password", "password", "sure");
    int status = failure == null ? 200 : request.status(failure);
    return view.page(status, view.texts().get("account"), "account-security.html", values);
  }

  private static Map<String, Object> values(
      PageView view, Caller.User user, Session session, String timezone) {
    var values = new HashMap<String, Object>();
    values.put("id", session.id().toString());
    values.put(
        "device",
        session.deviceName().isEmpty() ? view.texts().get("unknown_device") : session.deviceName());
    values.put("network", PageView.network(session.clientNetwork()));
    values.put("used", view.time(session.lastUsedAt(), timezone));
    values.put("is_own", session.id().equals(user.session()));
    return values;
  }

  private ApiResponse changePassword(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      var violations = new Violations();
      Password current = parse(violations, "current_password", form);
      Password next = parse(violations, "new_password", form);
      violations.throwIfAny();
      passwords.change(request.call(), user.id(), current, next);
      return security(request, view, user, view.texts().get("password_saved"), null);
    } catch (UserServiceException failure) {
      return security(request, view, user, "", failure);
    }
  }

  private static @Nullable Password parse(
      Violations violations, String field, Map<String, String> form) {
    return violations.parse(field, form.getOrDefault(field, ""), Password::parse);
  }

  private ApiResponse endSession(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      if (request.parameter("session").equals("others")) {
        sessions.list(request.call(), user.id()).stream()
            .map(Session::id)
            .filter(session -> !session.equals(user.session()))
            .forEach(session -> sessions.logout(request.call(), session));
      } else {
        sessions.revoke(request.call(), user.id(), SessionId.parse(request.parameter("session")));
      }
      return security(request, view, user, view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return security(request, view, user, "", failure);
    } catch (InvalidValueException noId) {
      return security(request, view, user, "", null);
    }
  }

  private ApiResponse export(ApiRequest request, PageView view, Caller.User user) {
    return UserRoutes.download(exports.document(request.call(), user.id()));
  }

  private ApiResponse delete(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      var violations = new Violations();
      Password password = parse(violations, "password", form);
      violations.require("sure", form.get("sure"));
      violations.throwIfAny();
      sessions.reauthenticate(request.call(), user, password);
      users.delete(request.call(), user.id(), "");
      forms.sessions().end(request);
      return view.message(200, PageView.Mark.DONE, "deleted_title", "deleted_text");
    } catch (UserServiceException failure) {
      return security(request, view, user, "", failure);
    }
  }
}
