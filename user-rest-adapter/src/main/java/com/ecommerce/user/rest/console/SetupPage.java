package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.HttpRefusal;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserForms;
import com.ecommerce.user.rest.page.PageView;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form that creates the first admin. The link to it is in the start log, and contains a secret
 * that only readers of the log know. The link works until there is an admin.
 */
final class SetupPage {
  private static final String PATH = ConsoleRoutes.HOME + "/setup/{key}";
  private static final String[] FIELDS = {"email", "password"};
  private static final UserFilter ADMINS = new UserFilter(Set.of(), Set.of(Role.ADMIN));

  private final Users users;
  private final Directory directory;
  private final Sessions sessions;
  private final BrowserForms forms;
  private final byte[] key;

  /** Stays true once an admin was seen, even if that admin is removed. */
  private volatile boolean isUsed;

  /**
   * @param key the secret in the link
   */
  SetupPage(UserCore core, BrowserForms forms, String key) {
    this.users = core.users();
    this.directory = core.directory();
    this.sessions = core.sessions();
    this.forms = forms;
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage("GET", PATH, Operation.READ_DOCUMENT, this::show)
        .onSessionPage("POST", PATH, Operation.CREATE_USER, this::create);
  }

  private void requireOperator(ApiRequest request) {
    byte[] given = request.parameter("key").getBytes(StandardCharsets.UTF_8);
    if (!request.isLocal() || !MessageDigest.isEqual(key, given)) {
      throw HttpRefusal.ROUTE_NOT_FOUND.because(
          "there is no resource at this path (expected: the URL in the log, on this machine)");
    }
  }

  private boolean isUsed(RequestContext call) {
    if (!isUsed && hasAdmin(call)) {
      isUsed = true;
    }
    return isUsed;
  }

  private boolean hasAdmin(RequestContext call) {
    var first = directory.list(call, ADMINS, UserSort.NEWEST_FIRST, PageRequest.FIRST);
    return !first.items().isEmpty();
  }

  private ApiResponse show(ApiRequest request) {
    requireOperator(request);
    return isUsed(request.call()) ? used(request) : form(request, "", null);
  }

  private ApiResponse used(ApiRequest request) {
    return forms
        .view(request)
        .messageText(
            409,
            PageView.Mark.FAILED,
            "There is an admin already",
            "This link creates the first admin only. Sign in to the console instead, or create"
                + " further admins with the command create-admin.");
  }

  private ApiResponse form(
      ApiRequest request, String email, @Nullable UserServiceException failure) {
    var view = forms.view(request);
    var values = new HashMap<String, Object>();
    values.put("action", request.path().substring(1));
    values.put("email", email);
    values.put("problem", "");
    BrowserForms.addErrors(values, view, failure, FIELDS);
    int status = failure == null ? 200 : request.status(failure);
    return view.page(status, "Create the first admin", "setup.html", values);
  }

  private ApiResponse create(ApiRequest request) {
    requireOperator(request);
    var call = request.call().as(Actor.SYSTEM, Optional.empty());
    Map<String, String> entered = request.form();
    String email = entered.getOrDefault("email", "");
    try {
      var admin =
          NewUser.builder(new Violations())
              .email(email)
              .password(entered.getOrDefault("password", ""))
              .roles(Set.of(Role.ADMIN))
              .build();
      return isUsed(call) ? used(request) : signedIn(request, users.createFirstAdmin(call, admin));
    } catch (UserServiceException failure) {
      if (failure.reason() == ErrorReason.ACCESS_DENIED) {
        isUsed = true;
        return used(request);
      }
      return form(request, email, asViolation(failure));
    }
  }

  private ApiResponse signedIn(ApiRequest request, User admin) {
    var result = sessions.signIn(request.call(), admin.id(), request.call().client().device());
    return forms.begin(request, BrowserForms.redirect(ConsoleRoutes.HOME), result.tokens());
  }

  /** Returns the failure with a taken email as a violation, which is shown at the input. */
  private static UserServiceException asViolation(UserServiceException failure) {
    return failure.reason() == ErrorReason.EMAIL_TAKEN
        ? UserServiceException.invalid(ErrorReason.EMAIL_TAKEN, "email", "taken")
        : failure;
  }
}
