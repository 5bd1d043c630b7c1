package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.page.BrowserForms;
import com.ecommerce.user.rest.page.PageView;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The common behavior of the pages of the console: they check the rights of the caller, and show a
 * failure within the layout of the console. Thread-safe.
 */
final class ConsolePages {
  private final Users users;
  private final BrowserForms forms;
  private final PasswordPrompt prompt;
  private final RandomGenerator random;

  /**
   * @param random makes the keys of forms
   */
  ConsolePages(UserCore core, BrowserForms forms, RandomGenerator random) {
    this.users = core.users();
    this.forms = forms;
    this.prompt = new PasswordPrompt(core.sessions(), forms);
    this.random = random;
  }

  /** Answers a request of a staff member. */
  @FunctionalInterface
  interface Handler {
    ApiResponse handle(StaffRequest staff);
  }

  /** Answers such a request with the fields of a form. */
  @FunctionalInterface
  interface FormHandler {
    ApiResponse handle(StaffRequest staff, Map<String, String> form);
  }

  /** Answers a request that changes nothing. */
  ApiResponse show(ApiRequest request, Handler handler) {
    try {
      return forms.show(request, (known, view, user) -> guarded(staff(known, view, user), handler));
    } catch (UserServiceException denied) {
      // The caller is a staff member without the right, since visitors are asked to sign in.
      var caller = (Caller.User) request.caller();
      return staff(request, forms.view(request), caller).failure(denied);
    }
  }

  /** Answers a submitted form, which must come from a page of the same session. */
  ApiResponse submit(ApiRequest request, FormHandler handler) {
    return forms.submit(
        request,
        (known, view, user, form) ->
            guarded(staff(known, view, user), staff -> handler.handle(staff, form)));
  }

  /**
   * Does the same as {@link #submit} for an action that gives power or reveals secrets, which needs
   * the caller's own password from time to time.
   */
  ApiResponse submitProven(
      ApiRequest request, PasswordPrompt.Purpose purpose, FormHandler handler) {
    return submit(request, (staff, form) -> proven(staff, form, purpose, handler));
  }

  /** Performs the action once the caller has entered the own password recently. */
  ApiResponse proven(
      StaffRequest staff,
      Map<String, String> form,
      PasswordPrompt.Purpose purpose,
      FormHandler action) {
    return prompt.require(staff, form, purpose, action);
  }

  /** Returns a key for a form; see {@link StaffRequest#call(Map, String)}. */
  String newKey() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private StaffRequest staff(ApiRequest request, PageView view, Caller.User user) {
    return new StaffRequest(
        request, view, user, users.get(request.call(), user.id()), forms.formSecret(request));
  }

  private static ApiResponse guarded(StaffRequest staff, Handler handler) {
    try {
      return handler.handle(staff);
    } catch (UserServiceException failure) {
      return staff.failure(failure);
    }
  }
}
