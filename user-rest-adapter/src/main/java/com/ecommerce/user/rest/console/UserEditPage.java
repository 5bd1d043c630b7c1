package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserForms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The form to edit a user. It contains the version of the user on which it is based. If somebody
 * else has changed the user since, the form is shown again with the entries, the current values
 * that differ from them, and the current version.
 */
final class UserEditPage {
  private static final String PATH = UserPages.PATH + "/edit";

  /**
   * An input of the form.
   *
   * @param name the name of the field in the API, without a prefix
   * @param current returns the current value, from a user
   */
  private record Input(
      String name, String label, String type, String example, Function<User, String> current) {}

  private static final List<Input> INPUTS =
      List.of(
          new Input("first_name", "First name", "text", "", User::firstName),
          new Input("last_name", "Last name", "text", "", User::lastName),
          new Input("display_name", "Display name", "text", "", User::displayName),
          new Input("email", "Email", "email", "", user -> user.email().address()),
          new Input("phone", "Phone", "tel", "+44 20 7946 0958", UserEditPage::phone),
          new Input("language", "Language", "text", "en", user -> user.profile().language()),
          new Input(
              "timezone", "Time zone", "text", "Europe/London", user -> user.profile().timezone()),
          new Input("currency", "Currency", "text", "EUR", user -> user.profile().currency()),
          new Input("company", "Company", "text", "", user -> user.profile().company()),
          new Input("website", "Website", "url", "", user -> user.profile().website()));

  private final Users users;
  private final ConsolePages console;

  UserEditPage(UserCore core, ConsolePages console) {
    this.users = core.users();
    this.console = console;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET",
            PATH,
            Operation.UPDATE_USER,
            request -> console.show(request, staff -> form(staff, Map.of(), Optional.empty())))
        .onSessionPage(
            "POST", PATH, Operation.UPDATE_USER, request -> console.submit(request, this::submit));
  }

  private static String phone(User user) {
    return user.phone().map(PhoneNumber::e164).orElse("");
  }

  /** Saves the entries. Who sets the email of an account can take it over with a reset. */
  private ApiResponse submit(StaffRequest staff, Map<String, String> entered) {
    var before = users.getCurrent(staff.call(), staff.request().user());
    return changesEmail(before, entered)
        ? console.proven(
            staff,
            entered,
            (known, form) ->
                "change the email of the user "
                    + before.email().address()
                    + " to "
                    + form.getOrDefault("email", ""),
            this::save)
        : save(staff, entered);
  }

  private static boolean changesEmail(User before, Map<String, String> entered) {
    return !entered.getOrDefault("email", "").equals(before.email().address());
  }

  private ApiResponse save(StaffRequest staff, Map<String, String> entered) {
    var id = staff.request().user();
    try {
      var before = users.getCurrent(staff.call(), id);
      users.update(staff.call(), id, patch(before, entered));
      return Notice.SAVED.at(UserListPage.PATH + "/" + id);
    } catch (UserServiceException failure) {
      return form(staff, entered, Optional.of(failure));
    }
  }

  private static UserPatch patch(User before, Map<String, String> entered) {
    Function<String, String> entry = name -> entered.getOrDefault(name, "");
    var violations = new Violations();
    var patch =
        UserPatch.builder(violations)
            .firstName(entry.apply("first_name"))
            .lastName(entry.apply("last_name"))
            .displayName(entry.apply("display_name"))
            .condition(UserActions.version(entered))
            .profile(
                profile ->
                    profile
                        .language(entry.apply("language"))
                        .timezone(entry.apply("timezone"))
                        .currency(entry.apply("currency"))
                        .company(entry.apply("company"))
                        .website(entry.apply("website")));
    violations.parse("phone", entry.apply("phone"), BrowserForms::phone, patch::phone);
    // Setting the current email again would cancel a pending change of the email.
    if (changesEmail(before, entered)) {
      patch.email(entry.apply("email"));
    }
    return patch.build();
  }

  private ApiResponse form(
      StaffRequest staff, Map<String, String> entered, Optional<UserServiceException> failure) {
    var user = users.getCurrent(staff.call(), staff.request().user());
    var values = staff.values();
    values.putAll(Labels.person(user));
    boolean isOutdated =
        failure.filter(f -> f.reason() == ErrorReason.VERSION_MISMATCH).isPresent();
    String current = Long.toString(user.audit().version());
    // Only who has seen the current values may overwrite them.
    values.put("version", isOutdated ? current : entered.getOrDefault("version", current));
    var errors = failure.map(known -> errors(staff, known)).orElse(Map.of());
    values.put(
        "inputs",
        INPUTS.stream().map(input -> input(input, user, entered, errors, isOutdated)).toList());
    failure
        .filter(known -> errors.isEmpty())
        .ifPresent(known -> values.put("problem", Labels.text(staff.view(), known)));
    int status = failure.map(staff.request()::status).orElse(200);
    return staff.page(status, Place.USERS, "Edit " + values.get("name"), "user-edit", values);
  }

  /** Returns the texts of the violations, by the names of the inputs. */
  private static Map<String, String> errors(StaffRequest staff, UserServiceException failure) {
    var errors = new HashMap<String, String>();
    if (failure.reason() == ErrorReason.EMAIL_TAKEN) {
      errors.put("email", "Another user has this email.");
    }
    for (Violation violation : failure.violations()) {
      errors.put(violation.field().replaceFirst("^profile\\.", ""), staff.view().text(violation));
    }
    errors.keySet().retainAll(INPUTS.stream().map(Input::name).toList());
    return errors;
  }

  private static Map<String, Object> input(
      Input input,
      User user,
      Map<String, String> entered,
      Map<String, String> errors,
      boolean isOutdated) {
    String current = input.current().apply(user);
    String value = entered.getOrDefault(input.name(), current);
    boolean differs = isOutdated && !value.equals(current);
    var values = new HashMap<String, Object>();
    values.put("name", input.name());
    values.put("label", input.label());
    values.put("type", input.type());
    values.put("example", input.example());
    values.put("value", value);
    values.put("error", errors.getOrDefault(input.name(), ""));
    values.put("differs", differs);
    values.put("now", current.isEmpty() ? "empty" : current);
    return values;
  }
}
