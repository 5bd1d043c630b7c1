package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.patch.VersionCondition;
import com.ecommerce.user.core.session.Sessions;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.verification.EmailVerifications;
import com.ecommerce.user.core.verification.PasswordResets;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.UserRoutes;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The forms and the download on the pages of a user: status, roles, mails, sessions, deletion and
 * export. Admins cannot close or delete their own account here, nor change their own roles, since
 * no other admin may be left to undo it.
 */
final class UserActions {
  private static final String DELETE = UserPages.PATH + "/delete";
  private static final String EXPORT = UserPages.PATH + "/export";

  private final Users users;
  private final Sessions sessions;
  private final EmailVerifications verifications;
  private final PasswordResets resets;
  private final UserExports exports;
  private final ConsolePages console;
  private final UserPages pages;

  UserActions(UserCore core, ConsolePages console, UserPages pages) {
    this.users = core.usersWithAdmin();
    this.sessions = core.sessions();
    this.verifications = core.emailVerifications();
    this.resets = core.passwordResets();
    this.exports = core.userExports();
    this.console = console;
    this.pages = pages;
  }

  void addTo(Routes routes) {
    String path = UserPages.PATH;
    add(routes, path + "/verify", Operation.VERIFY_EMAIL, this::verify);
    add(routes, path + "/reset", Operation.REQUEST_PASSWORD_RESET, this::reset);
    routes
        .onSessionPage(
            "POST",
            path + "/status",
            Operation.UPDATE_ROLES_AND_STATUS,
            request -> console.submit(request, this::submitStatus))
        .onSessionPage(
            "POST",
            path + "/roles",
            Operation.UPDATE_ROLES_AND_STATUS,
            request ->
                console.submitProven(request, this::changesRoles, returning(this::changeRoles)))
        .onSessionPage(
            "POST",
            UserPages.SECURITY,
            Operation.REVOKE_ALL_SESSIONS,
            request -> console.submit(request, this::endSessions))
        .onSessionPage(
            "POST",
            UserPages.SECURITY + "/{session_id}",
            Operation.REVOKE_SESSION,
            request -> console.submit(request, this::endSession))
        .onSessionPage(
            "GET",
            DELETE,
            Operation.DELETE_USER,
            request -> console.show(request, staff -> confirmation(staff, "", "")))
        .onSessionPage(
            "POST",
            DELETE,
            Operation.DELETE_USER,
            request ->
                console.submitProven(
                    request, (staff, form) -> "delete the user " + email(staff), this::delete))
        .onSessionPage(
            "GET",
            EXPORT,
            Operation.EXPORT_USER,
            request ->
                console.show(
                    request,
                    staff ->
                        console.proven(
                            staff, Map.of(), this::exports, (proven, form) -> export(proven))))
        .onSessionPage(
            "POST",
            EXPORT,
            Operation.EXPORT_USER,
            request ->
                console.submitProven(request, this::exports, returning(this::readyToExport)));
  }

  private String email(StaffRequest staff) {
    return users.getCurrent(staff.call(), staff.request().user()).email().address();
  }

  private String changesRoles(StaffRequest staff, Map<String, String> form) {
    var roles = roles(form);
    String names = roles.isEmpty() ? "none" : String.join(", ", Labels.roles(roles));
    return "change the roles of the user " + email(staff) + " to " + names;
  }

  private String exports(StaffRequest staff, Map<String, String> form) {
    return "export the data of the user " + email(staff);
  }

  /** Applies an action to the user whom the path names. */
  @FunctionalInterface
  private interface Action {
    Notice apply(StaffRequest staff, UserId user, Map<String, String> form);
  }

  private void add(Routes routes, String path, Operation operation, Action action) {
    routes.onSessionPage(
        "POST", path, operation, request -> console.submit(request, returning(action)));
  }

  /** Returns a handler after which the browser returns to the page of the account. */
  private ConsolePages.FormHandler returning(Action action) {
    return (staff, form) -> {
      try {
        var user = staff.request().user();
        return action.apply(staff, user, form).at(UserListPage.PATH + "/" + user);
      } catch (UserServiceException failure) {
        return pages.account(staff, Optional.of(failure));
      }
    };
  }

  /**
   * Returns the condition that the user still has the version on which a form is based. A form
   * without a version has no condition.
   */
  static VersionCondition version(Map<String, String> form) {
    String version = form.getOrDefault("version", "");
    return version.matches("[0-9]{1,18}")
        ? VersionCondition.is(Long.parseLong(version))
        : VersionCondition.ANY;
  }

  private Notice changeStatus(StaffRequest staff, UserId id, Map<String, String> form) {
    staff.requireOther(id);
    var change = StatusChange.parse(form.getOrDefault("change", ""));
    change.apply(users, staff.call(), id, form.getOrDefault("reason", ""), version(form));
    return change.notice();
  }

  /** Changes a status. That of an admin gives or takes power, so it needs the password. */
  private ApiResponse submitStatus(StaffRequest staff, Map<String, String> form) {
    var user = users.getCurrent(staff.call(), staff.request().user());
    var change = returning(this::changeStatus);
    return user.roles().contains(Role.ADMIN)
        ? console.proven(staff, form, (known, fields) -> purpose(user, fields), change)
        : change.handle(staff, form);
  }

  private static String purpose(User admin, Map<String, String> form) {
    var change = StatusChange.parse(form.getOrDefault("change", ""));
    return Labels.inSentence(change.title()) + " the admin " + admin.email().address();
  }

  private Notice changeRoles(StaffRequest staff, UserId id, Map<String, String> form) {
    staff.requireOther(id);
    var patch = UserPatch.builder().roles(roles(form)).condition(version(form)).build();
    users.update(staff.call(), id, patch);
    return Notice.ROLES_CHANGED;
  }

  private static Set<Role> roles(Map<String, String> form) {
    return Arrays.stream(Role.values())
        .filter(role -> form.containsKey("role_" + Labels.lower(role)))
        .collect(Collectors.toSet());
  }

  private Notice verify(StaffRequest staff, UserId id, Map<String, String> form) {
    return verifications.request(staff.call(), id).sent()
        ? Notice.VERIFICATION_SENT
        : Notice.VERIFIED_ALREADY;
  }

  private Notice reset(StaffRequest staff, UserId id, Map<String, String> form) {
    return resets.requestFor(staff.call(), id).sent() ? Notice.RESET_SENT : Notice.RESET_NOT_SENT;
  }

  private ApiResponse endSessions(StaffRequest staff, Map<String, String> form) {
    var user = staff.request().user();
    // The session of the caller continues.
    sessions.revokeAll(staff.call(), user, Optional.of(staff.session()));
    return Notice.SESSIONS_ENDED.at(UserListPage.PATH + "/" + user + "/security");
  }

  private ApiResponse endSession(StaffRequest staff, Map<String, String> form) {
    var user = staff.request().user();
    sessions.revoke(staff.call(), user, staff.request().id("session_id", SessionId::parse));
    return Notice.SESSIONS_ENDED.at(UserListPage.PATH + "/" + user + "/security");
  }

  private ApiResponse confirmation(StaffRequest staff, String reason, String error) {
    var user = users.getCurrent(staff.call(), staff.request().user());
    staff.requireOther(user.id());
    return UserPages.confirmation(staff, user, reason, error);
  }

  private ApiResponse delete(StaffRequest staff, Map<String, String> form) {
    var user = users.getCurrent(staff.call(), staff.request().user());
    staff.requireOther(user.id());
    String reason = form.getOrDefault("reason", "");
    if (!form.getOrDefault("email", "").strip().equalsIgnoreCase(user.email().address())) {
      return confirmation(staff, reason, "This is not the email of the user.");
    }
    users.delete(staff.call(), user.id(), reason);
    return Notice.DELETED.at(UserListPage.PATH);
  }

  /** Leads back from the form that asked for the password, on which a download would leave it. */
  private Notice readyToExport(StaffRequest staff, UserId id, Map<String, String> form) {
    return Notice.READY_TO_EXPORT;
  }

  private ApiResponse export(StaffRequest staff) {
    return UserRoutes.download(exports.document(staff.call(), staff.request().user()));
  }
}
