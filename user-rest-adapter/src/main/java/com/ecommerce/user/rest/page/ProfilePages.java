package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.mail.Languages;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserForms.Choice;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The page of the own profile and the own email. */
final class ProfilePages {
  private static final String[] FIELDS = {
    "first_name", "last_name", "display_name", "phone", "timezone", "email", "password"
  };

  private final Users users;
  private final Sessions sessions;
  private final EmailVerifications verifications;
  private final BrowserForms forms;

  ProfilePages(UserCore core, BrowserForms forms) {
    this.users = core.users();
    this.sessions = core.sessions();
    this.verifications = core.emailVerifications();
    this.forms = forms;
  }

  void addTo(Routes routes) {
    String account = BrowserForms.ACCOUNT;
    routes
        .onSessionPage(
            "GET", account, Operation.GET_USER, request -> forms.show(request, this::profile))
        .onSessionPage(
            "POST", account, Operation.UPDATE_USER, request -> forms.submit(request, this::save))
        .onSessionPage(
            "POST",
            account + "/email",
            Operation.UPDATE_USER,
            request -> forms.submit(request, this::changeEmail))
        .onSessionPage(
            "POST",
            account + "/verify",
            Operation.VERIFY_EMAIL,
            request -> forms.submit(request, this::resend));
  }

  private ApiResponse profile(ApiRequest request, PageView view, Caller.User user) {
    return page(request, view, user, Map.of(), "", null);
  }

  private ApiResponse page(
      ApiRequest request,
      PageView view,
      Caller.User caller,
      Map<String, String> form,
      String notice,
      @Nullable UserServiceException failure) {
    var user = users.getCurrent(request.call(), caller.id());
    var values = forms.values(request, "profile");
    values.put("notice", notice);
    values.put("version", Long.toString(user.audit().version()));
    put(values, form, "first_name", user.firstName());
    put(values, form, "last_name", user.lastName());
    put(values, form, "display_name", user.displayName());
    put(values, form, "phone", user.phone().map(PhoneNumber::e164).orElse(""));
    put(values, form, "timezone", user.profile().timezone());
    values.put("languages", languages(form.getOrDefault("language", user.profile().language())));
    addEmail(values, view, user);
    values.put("new_email", form.getOrDefault("email", ""));
    BrowserForms.addErrors(values, view, failure, FIELDS);
    int status = failure == null ? 200 : request.status(failure);
    return view.page(status, view.texts().get("account"), "account.html", values);
  }

  private static void put(
      Map<String, Object> values, Map<String, String> form, String name, String current) {
    values.put(name, form.getOrDefault(name, current));
  }

  /** Returns the languages of mails, each in its own words, and the chosen one in any case. */
  private static List<Choice> languages(String chosen) {
    var codes =
        chosen.isEmpty() || Languages.ALL.contains(chosen)
            ? Languages.ALL
            : Stream.concat(Languages.ALL.stream(), Stream.of(chosen)).toList();
    return codes.stream().map(code -> new Choice(code, nameOf(code), code.equals(chosen))).toList();
  }

  private static String nameOf(String code) {
    var locale = Locale.forLanguageTag(code);
    String name = locale.getDisplayLanguage(locale);
    // The form may have sent something other than a code.
    return name.isEmpty() ? code : name.substring(0, 1).toUpperCase(locale) + name.substring(1);
  }

  private static void addEmail(Map<String, Object> values, PageView view, User user) {
    values.put("email", user.email().address());
    values.put("is_verified", user.emailVerified());
    values.put("may_resend", !user.emailVerified() || user.pendingEmail().isPresent());
    values.put(
        "pending_text",
        user.pendingEmail()
            .map(pending -> view.texts().get("email_pending").replace("{email}", pending.address()))
            .orElse(""));
  }

  private ApiResponse save(
      ApiRequest request, PageView view, Caller.User caller, Map<String, String> form) {
    try {
      var violations = new Violations();
      var patch =
          UserPatch.builder(violations)
              .firstName(form.getOrDefault("first_name", ""))
              .lastName(form.getOrDefault("last_name", ""))
              .displayName(form.getOrDefault("display_name", ""))
              .profile(
                  profile ->
                      profile
                          .language(form.getOrDefault("language", ""))
                          .timezone(form.getOrDefault("timezone", "")));
      violations.parse("phone", form.getOrDefault("phone", ""), BrowserForms::phone, patch::phone);
      version(form).ifPresent(patch::expectedVersion);
      users.update(request.call(), caller.id(), patch.build());
      return page(request, view, caller, Map.of(), view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return page(request, view, caller, form, "", failure);
    }
  }

  /** Returns the version that the form shows, so that it does not overwrite a later one. */
  private static Optional<Long> version(Map<String, String> form) {
    String version = form.getOrDefault("version", "");
    return version.matches("[0-9]{1,18}") ? Optional.of(Long.valueOf(version)) : Optional.empty();
  }

  private ApiResponse changeEmail(
      ApiRequest request, PageView view, Caller.User caller, Map<String, String> form) {
    try {
      var violations = new Violations();
      Email email = violations.parse("email", form.getOrDefault("email", ""), Email::parse);
      Password password =
          violations.parse("password", form.getOrDefault("password", ""), Password::parse);
      violations.throwIfAny();
      sessions.reauthenticate(request.call(), caller, password);
      users.update(request.call(), caller.id(), UserPatch.builder().email(email.address()).build());
      return page(request, view, caller, Map.of(), view.texts().get("email_sent"), null);
    } catch (UserServiceException failure) {
      return page(
          request, view, caller, Map.of("email", form.getOrDefault("email", "")), "", failure);
    }
  }

  private ApiResponse resend(
      ApiRequest request, PageView view, Caller.User caller, Map<String, String> form) {
    try {
      verifications.request(request.call(), caller.id());
      return page(request, view, caller, Map.of(), view.texts().get("email_sent"), null);
    } catch (UserServiceException failure) {
      return page(request, view, caller, Map.of(), "", failure);
    }
  }
}
