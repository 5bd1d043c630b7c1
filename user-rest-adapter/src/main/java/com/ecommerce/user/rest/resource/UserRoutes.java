package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.JsonFields;
import com.ecommerce.user.rest.http.Routes;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** The routes of users: lists, searches, reads and changes. {@code me} stands for the caller. */
public final class UserRoutes {
  private static final String EMAIL = "email";
  private static final String ME = ApiRequest.OWN_USER;
  private static final String REASON = "reason";
  private static final String USER = "/api/users/{user_id}";

  private final Users users;
  private final Directory directory;
  private final UserPatches patches;
  private final Optional<String> publicUrl;

  public UserRoutes(UserCore core, Clock clock, Optional<String> publicUrl) {
    this.users = core.users();
    this.directory = core.directory();
    this.patches = new UserPatches(clock);
    this.publicUrl = publicUrl;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", "/api/users", Operation.LIST_USERS, this::list)
        .withParameters(UserListing.parameters())
        .onAsync("POST", "/api/users", Operation.CREATE_USER_WITH_ROLES, this::create)
        .onAsync("GET", "/api/users/by-email", Operation.GET_USER_BY_EMAIL, this::getByEmail)
        .withParameters(EMAIL)
        .onAsync("GET", ME, Operation.GET_USER, this::get)
        .on("PUT", ME, Operation.UPDATE_USER, this::update)
        .on("PATCH", ME, Operation.UPDATE_USER, this::update)
        .on("DELETE", ME, Operation.DEACTIVATE_USER, this::close)
        .onAsync("GET", USER, Operation.GET_USER, this::get)
        .on("PUT", USER, Operation.UPDATE_USER, this::update)
        .on("PATCH", USER, Operation.UPDATE_USER, this::update)
        .on("DELETE", USER, Operation.DELETE_USER, this::delete)
        .on("POST", USER + "/deactivate", Operation.DEACTIVATE_USER, this::deactivate)
        .on("POST", USER + "/reactivate", Operation.REACTIVATE_USER, this::reactivate)
        .onAsync("GET", USER + "/profile", Operation.GET_USER, this::getProfile)
        .on("PUT", USER + "/profile", Operation.UPDATE_USER_PROFILE, this::updateProfile)
        .on("PATCH", USER + "/profile", Operation.UPDATE_USER_PROFILE, this::updateProfile);
  }

  /** Returns a response that shows the user, with the version as the ETag. */
  static ApiResponse reply(User user) {
    return ApiResponse.json(200, UserJson.of(user)).version(user.audit().version());
  }

  private static ApiResponse profile(User user) {
    return ApiResponse.json(200, ProfileJson.of(user.profile())).version(user.audit().version());
  }

  private ApiResponse list(ApiRequest request) {
    var listing = UserListing.of(request);
    var page =
        listing
            .search()
            .map(search -> directory.search(request.call(), search, listing.page()))
            .orElseGet(
                () ->
                    directory.list(
                        request.call(), listing.filter(), listing.sort(), listing.page()));
    return ApiResponse.json(200, UserListJson.of(page, request, publicUrl));
  }

  /**
   * Creates a user with roles, which needs the right to choose them. People register by another
   * route.
   */
  private CompletionStage<ApiResponse> create(ApiRequest request) {
    var newUser = NewUsers.created(request.body(NewUsers.CREATED));
    return users
        .createAsync(request.call(), newUser)
        .thenApply(
            user ->
                ApiResponse.json(201, UserJson.of(user))
                    .version(user.audit().version())
                    .header("Location", "/api/users/" + user.id()));
  }

  private CompletionStage<ApiResponse> getByEmail(ApiRequest request) {
    var violations = request.violations();
    Email email = violations.parse(EMAIL, request.query(EMAIL).orElse(""), Email::parse);
    violations.throwIfAny();
    return users.getByEmailAsync(request.call(), email).thenApply(UserRoutes::reply);
  }

  private CompletionStage<ApiResponse> get(ApiRequest request) {
    return users.getAsync(request.call(), request.user()).thenApply(UserRoutes::reply);
  }

  private CompletionStage<ApiResponse> getProfile(ApiRequest request) {
    return users.getAsync(request.call(), request.user()).thenApply(UserRoutes::profile);
  }

  private ApiResponse update(ApiRequest request) {
    var fields = request.body(UserPatches.USER_FIELDS);
    if (!fields.has("id") || !fields.violations().isEmpty()) {
      return update(request, fields, OptionalLong.empty());
    }
    return ReadAndChange.repeated(
        request.conditions(),
        () -> {
          // The body may be a user as the client read it, so only changed fields are written and
          // need permission.
          var current = users.getCurrent(request.call(), request.user());
          return update(request, fields.since(UserJson.of(current)), version(current));
        });
  }

  private ApiResponse update(ApiRequest request, JsonFields fields, OptionalLong read) {
    // Rights are checked before the form of the body.
    if (UserPatches.isPrivileged(request, fields)) {
      requirePrivilege(request);
    }
    var patch = patches.user(request, fields, () -> version(request), read);
    // The patch itself is checked as well, since it determines what is written.
    if (patch.isPrivileged()) {
      requirePrivilege(request);
    }
    return reply(changed(request, patch));
  }

  private static void requirePrivilege(ApiRequest request) {
    Access.require(request.caller(), Operation.UPDATE_ROLES_AND_STATUS, request.target());
  }

  private ApiResponse updateProfile(ApiRequest request) {
    var fields = request.body(UserPatches.PROFILE_FIELDS);
    if (!fields.violations().isEmpty()) {
      return updateProfile(request, fields, OptionalLong.empty());
    }
    return ReadAndChange.repeated(
        request.conditions(),
        () -> {
          // A profile has no id, so any body may be a profile as the client read it.
          var current = users.getCurrent(request.call(), request.user());
          var changed = fields.since(ProfileJson.of(current.profile()));
          return updateProfile(request, changed, version(current));
        });
  }

  private ApiResponse updateProfile(ApiRequest request, JsonFields fields, OptionalLong read) {
    return profile(
        changed(request, patches.profile(request, fields, () -> version(request), read)));
  }

  private User changed(ApiRequest request, UserPatch patch) {
    return users.update(request.call(), request.user(), patch);
  }

  private static OptionalLong version(User user) {
    return OptionalLong.of(user.audit().version());
  }

  private long version(ApiRequest request) {
    return users.getCurrent(request.call(), request.user()).audit().version();
  }

  /** Deactivates the caller's own account. Another route deletes it. */
  private ApiResponse close(ApiRequest request) {
    request.conditions().require(() -> version(request));
    users.deactivate(request.call(), request.user(), "");
    return ApiResponse.json(200, new MessageJson("The account is deactivated."));
  }

  private ApiResponse delete(ApiRequest request) {
    if (request.isAboutMe()) {
      // The path has a percent-encoded "me", which the router does not match with that route.
      return close(request);
    }
    String reason = reason(request);
    request.conditions().require(() -> version(request));
    users.delete(request.call(), request.user(), reason);
    return ApiResponse.nothing();
  }

  private ApiResponse deactivate(ApiRequest request) {
    String reason = reason(request);
    request.conditions().require(() -> version(request));
    return reply(users.deactivate(request.call(), request.user(), reason));
  }

  private ApiResponse reactivate(ApiRequest request) {
    request.conditions().require(() -> version(request));
    return reply(users.reactivate(request.call(), request.user()));
  }

  private static String reason(ApiRequest request) {
    var fields = request.optionalBody(REASON);
    String reason = fields.parse(REASON, TextRule.REASON::parse);
    fields.violations().throwIfAny();
    return reason;
  }
}
