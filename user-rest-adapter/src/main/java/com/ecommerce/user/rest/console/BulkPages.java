package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Applies an action to a selection of users, {@value #BATCH} of them in each request. The progress
 * page has a form with the remaining users and the failures so far, which the browser submits until
 * no user remains. The service therefore keeps no state, and leaving the page stops the work.
 *
 * <p>The caller is never among the users. Admins are left out at first; the last page leads to a
 * second confirmation, which is about them alone.
 */
final class BulkPages {
  private static final String PATH = ConsoleRoutes.HOME + "/bulk";

  /** The prefix of the names of the checkboxes, before the id of the user. */
  private static final String CHECKBOX = "user_";

  /** The field that is present if the action is confirmed for admins. */
  private static final String FOR_ADMINS = "for_admins";

  private static final int MAX_USERS = 1_000;

  /** The number of users in one request. A small number keeps requests short. */
  private static final int BATCH = 10;

  private final UserCore core;
  private final ConsolePages console;

  BulkPages(UserCore core, ConsolePages console) {
    this.core = core;
    this.console = console;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "POST",
            PATH,
            Operation.UPDATE_ROLES_AND_STATUS,
            request -> console.submit(request, this::select))
        .onSessionPage(
            "POST",
            PATH + "/run",
            Operation.UPDATE_ROLES_AND_STATUS,
            request -> console.submit(request, this::continueRun));
  }

  private ApiResponse select(StaffRequest staff, Map<String, String> form) {
    var selected =
        form.keySet().stream()
            .filter(name -> name.startsWith(CHECKBOX))
            .map(name -> name.substring(CHECKBOX.length()))
            .collect(Collectors.joining(","));
    var others = ids(selected).stream().filter(id -> !id.equals(staff.id())).toList();
    return confirmation(staff, Run.of(form), others, "");
  }

  /** Parses ids that are separated by commas. */
  private static List<UserId> ids(String text) {
    try {
      var ids = Arrays.stream(text.split(",")).filter(id -> !id.isEmpty()).map(UserId::parse);
      return ids.distinct().toList();
    } catch (InvalidValueException invalid) {
      throw UserServiceException.invalid(
          ErrorReason.INVALID_REQUEST, "users", "malformed ids (expected: those of the page)");
    }
  }

  private static ApiResponse confirmation(
      StaffRequest staff, Run run, List<UserId> ids, String error) {
    if (ids.isEmpty()) {
      return staff.failure("Select at least one user of the list other than yourself.");
    }
    if (ids.size() > MAX_USERS) {
      return tooMany(staff);
    }
    var action = run.action();
    var values = values(staff, run);
    String button = action.title() + " " + Labels.count(ids.size(), run.noun());
    values.put("heading", button + "?");
    values.put("button", button);
    values.put("count", Integer.toString(ids.size()));
    values.put("users", joined(ids));
    values.put("is_final", action.isFinal());
    values.put("error", error);
    int status = error.isEmpty() ? 200 : 400;
    return staff.page(status, Place.USERS, action.title() + " users", "bulk-confirm", values);
  }

  private static ApiResponse tooMany(StaffRequest staff) {
    return staff.failure("Select at most " + Labels.count(MAX_USERS, "user") + " at a time.");
  }

  private static String joined(List<UserId> ids) {
    return ids.stream().map(UserId::toString).collect(Collectors.joining(","));
  }

  private static Map<String, Object> values(StaffRequest staff, Run run) {
    var values = staff.values();
    values.put("action", Labels.lower(run.action()));
    values.put("is_for_admins", run.isForAdmins());
    return values;
  }

  /** A user for whom the action failed, and the reason. */
  private record Failure(UserId id, ErrorReason reason) {}

  /**
   * The application of an action.
   *
   * @param isForAdmins whether the action is confirmed for admins
   * @param failures the failures so far
   * @param admins the admins who were left out so far
   */
  private record Run(
      BulkAction action, boolean isForAdmins, List<Failure> failures, List<UserId> admins) {
    static Run of(Map<String, String> form) {
      return new Run(
          BulkAction.parse(form.getOrDefault("action", "")),
          form.containsKey(FOR_ADMINS),
          new ArrayList<>(BulkPages.failures(form)),
          new ArrayList<>(ids(form.getOrDefault("admins", ""))));
    }

    String noun() {
      return isForAdmins ? "admin" : "user";
    }
  }

  private ApiResponse continueRun(StaffRequest staff, Map<String, String> form) {
    boolean isFinal = BulkAction.parse(form.getOrDefault("action", "")).isFinal();
    return isFinal || form.containsKey(FOR_ADMINS)
        ? console.proven(staff, form, (known, fields) -> purpose(fields), this::run)
        : run(staff, form);
  }

  /** Returns the action and the number of users, such as "delete 12 users". */
  private static String purpose(Map<String, String> form) {
    var run = Run.of(form);
    int count = ids(form.getOrDefault("users", "")).size();
    return Labels.inSentence(run.action().title()) + " " + Labels.count(count, run.noun());
  }

  private ApiResponse run(StaffRequest staff, Map<String, String> form) {
    var run = Run.of(form);
    var ids = ids(form.getOrDefault("users", ""));
    if (ids.size() > MAX_USERS) {
      return tooMany(staff);
    }
    boolean isFirst = !form.containsKey("total");
    if (isFirst
        && run.action().isFinal()
        && !form.getOrDefault("typed", "").equals(Integer.toString(ids.size()))) {
      return confirmation(staff, run, ids, "This is not the number of users.");
    }
    int total = isFirst ? ids.size() : number(form, "total");
    var batch = ids.subList(0, Math.min(BATCH, ids.size()));
    batch.forEach(id -> apply(staff, run, id));
    return progress(staff, run, total, ids.subList(batch.size(), ids.size()));
  }

  private static int number(Map<String, String> form, String name) {
    String text = form.getOrDefault(name, "");
    return text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
  }

  /** Reads the failures of earlier requests: ids and reasons, separated by colons and commas. */
  private static List<Failure> failures(Map<String, String> form) {
    try {
      return Arrays.stream(form.getOrDefault("failures", "").split(","))
          .filter(failure -> !failure.isEmpty())
          .map(failure -> failure.split(":", 2))
          .map(parts -> new Failure(UserId.parse(parts[0]), reason(parts[parts.length - 1])))
          .toList();
    } catch (InvalidValueException invalid) {
      throw malformedFailures();
    }
  }

  private static ErrorReason reason(String name) {
    return Arrays.stream(ErrorReason.values())
        .filter(reason -> reason.name().equals(name))
        .findFirst()
        .orElseThrow(BulkPages::malformedFailures);
  }

  private static UserServiceException malformedFailures() {
    return UserServiceException.invalid(
        ErrorReason.INVALID_REQUEST, "failures", "malformed (expected: those of the page)");
  }

  private void apply(StaffRequest staff, Run run, UserId id) {
    try {
      staff.requireOther(id);
      staff.require(run.action().operation(), id);
      if (!run.isForAdmins() && isAdmin(staff, id)) {
        run.admins().add(id);
        return;
      }
      run.action().apply(core, staff.call(), id);
    } catch (UserServiceException failure) {
      if (!concernsUser(failure.reason())) {
        throw failure;
      }
      staff.request().noteDenial(failure);
      run.failures().add(new Failure(id, failure.reason()));
    }
  }

  private boolean isAdmin(StaffRequest staff, UserId id) {
    return core.users().getCurrent(staff.call(), id).roles().contains(Role.ADMIN);
  }

  /** Returns whether it may work with the next user, unlike after a failure of the service. */
  private static boolean concernsUser(ErrorReason reason) {
    return switch (reason.kind()) {
      case NOT_FOUND, ALREADY_EXISTS, FAILED_PRECONDITION, ABORTED, PERMISSION_DENIED -> true;
      // The limits of mails are those of the address.
      default -> reason == ErrorReason.RATE_LIMITED;
    };
  }

  private static ApiResponse progress(StaffRequest staff, Run run, int total, List<UserId> left) {
    var values = values(staff, run);
    var failures = run.failures();
    int done = Math.max(0, total - left.size());
    values.put("heading", run.action().title() + " " + Labels.count(total, run.noun()));
    values.put("total", Integer.toString(total));
    values.put("done", Integer.toString(done));
    values.put("progress", Labels.number(done) + " of " + Labels.count(total, run.noun()));
    values.put("is_running", !left.isEmpty());
    values.put("users", joined(left));
    values.put(
        "failures",
        failures.stream()
            .map(failure -> failure.id() + ":" + failure.reason())
            .collect(Collectors.joining(",")));
    values.put(
        "failed",
        failures.stream()
            .map(
                failure ->
                    Map.of("id", failure.id().toString(), "text", Labels.words(failure.reason())))
            .toList());
    values.put("has_failed", !failures.isEmpty());
    values.put("failed_count", Labels.count(failures.size(), run.noun()));
    values.put("admins", joined(run.admins()));
    values.put("left_out", run.admins().stream().map(UserId::toString).toList());
    values.put("has_left_out", !run.admins().isEmpty());
    values.put("left_out_count", Labels.count(run.admins().size(), "admin"));
    return staff.page(200, Place.USERS, "Progress", "bulk-progress", values);
  }
}
