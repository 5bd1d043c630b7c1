package com.ecommerce.user.rest.console;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.rest.console.StaffRequest.Place;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.resource.Pages;
import com.ecommerce.user.rest.resource.UserListing;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The list of users, with the search and the filters of the REST API. Its pages are keyset pages,
 * which the browser appends to each other while the reader scrolls.
 */
final class UserListPage {
  static final String PATH = ConsoleRoutes.HOME + "/users";
  private static final int PAGE_SIZE = 50;

  /** The number of columns of the table, including the checkboxes. */
  private static final int COLUMNS = 6;

  private static final List<Choice> ACTIONS =
      Arrays.stream(BulkAction.values())
          .map(action -> new Choice(Labels.lower(action), action.title(), false))
          .toList();

  private final Directory directory;
  private final ConsolePages console;

  UserListPage(UserCore core, ConsolePages console) {
    this.directory = core.directory();
    this.console = console;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET", PATH, Operation.LIST_USERS, request -> console.show(request, this::list))
        .withParameters(UserListing.parameters());
  }

  private ApiResponse list(StaffRequest staff) {
    var request = staff.request();
    try {
      var listing = UserListing.of(request, PAGE_SIZE);
      return page(staff, 200, listing.read(directory, staff.call()), "");
    } catch (UserServiceException failure) {
      var nobody = new Page<User>(List.of(), Optional.empty(), 0);
      int status = request.status(failure);
      return page(staff, status, nobody, Labels.text(staff.view(), failure));
    }
  }

  private static ApiResponse page(
      StaffRequest staff, int status, Page<User> users, String problem) {
    var request = staff.request();
    var values = staff.values();
    values.put("problem", problem);
    values.put("q", request.query("q").orElse(""));
    values.put("created_after", request.query("created_after").orElse(""));
    values.put("created_before", request.query("created_before").orElse(""));
    values.put("statuses", choices(request, "status", UserStatus.values()));
    values.put("roles", choices(request, "role", Role.values()));
    values.put("may_act", staff.may(Operation.UPDATE_ROLES_AND_STATUS, staff.id()));
    values.put("columns", Integer.toString(COLUMNS));
    values.put("actions", ACTIONS);
    values.put("count", count(users));
    values.put("is_empty", users.items().isEmpty() && problem.isEmpty());
    values.put("users", users.items().stream().map(user -> row(staff, user)).toList());
    values.put("next", users.nextToken().map(token -> Pages.nextQuery(token, request)).orElse(""));
    values.put("is_first", request.query(Pages.CURSOR).isEmpty());
    return staff.page(status, Place.USERS, "Users", "users", values);
  }

  private static String count(Page<User> users) {
    return users.totalCount() == Page.NOT_COMPUTED
        ? "More than 10,000 users"
        : Labels.count(users.totalCount(), "user");
  }

  private record Choice(String code, String name, boolean chosen) {}

  private static List<Choice> choices(ApiRequest request, String parameter, Enum<?>[] constants) {
    String chosen = request.query(parameter).orElse("");
    return Arrays.stream(constants)
        .map(
            constant ->
                new Choice(
                    Labels.lower(constant),
                    Labels.words(constant),
                    Labels.lower(constant).equals(chosen)))
        .toList();
  }

  private static Map<String, Object> row(StaffRequest staff, User user) {
    var row = Labels.person(user);
    row.put("created", staff.time(user.audit().createdAt()));
    row.put("last_login", user.lastLoginAt().map(staff::time).orElse("Never"));
    return row;
  }
}
