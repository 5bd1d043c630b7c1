package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.bulk.UserDocument;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.directory.Directory;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.json.JsonFields;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The routes of users: lists, searches, reads and changes. {@code me} stands for the caller. */
public final class UserRoutes {
  private static final String EMAIL = "email";
  private static final String ME = ApiRequest.OWN_USER;
  private static final String REASON = "reason";
  private static final String USER = "/api/users/{user_id}";

  private final Users users;
  private final Directory directory;
  private final UserExports exports;
  private final UserPatches patches;
  private final Optional<String> publicUrl;

  public UserRoutes(UserCore core, Clock clock, Optional<String> publicUrl) {
    this.users = core.users();
    this.directory = core.directory();
    this.exports = core.userExports();
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
        .onAsync("PUT", ME, Operation.UPDATE_USER, this::update)
        .onAsync("PATCH", ME, Operation.UPDATE_USER, this::update)
        .on("DELETE", ME, Operation.DEACTIVATE_USER, this::close)
        .onAsync("GET", USER, Operation.GET_USER, this::get)
        .onAsync("PUT", USER, Operation.UPDATE_USER, this::update)
        .onAsync("PATCH", USER, Operation.UPDATE_USER, this::update)
        .on("DELETE", USER, Operation.DELETE_USER, this::delete)
        .on("POST", USER + "/deactivate", Operation.DEACTIVATE_USER, this::deactivate)
        .on("POST", USER + "/reactivate", Operation.REACTIVATE_USER, this::reactivate)
        .on("GET", USER + "/export", Operation.EXPORT_USER, this::export)
        .onAsync("GET", USER + "/profile", Operation.GET_USER, this::getProfile)
        .onAsync("PUT", USER + "/profile", Operation.UPDATE_USER_PROFILE, this::updateProfile)
        .onAsync("PATCH", USER + "/profile", Operation.UPDATE_USER_PROFILE, this::updateProfile);
  }

  /** Returns a response that shows the user, with the version as the ETag. */
  static ApiResponse reply(User user) {
    return ApiResponse.json(200, UserJson.of(user)).version(user.audit().version());
  }

  private static ApiResponse profile(User user) {
    return ApiResponse.json(200, ProfileJson.of(user.profile())).version(user.audit().version());
  }

  private ApiResponse list(ApiRequest request) {
    var page = UserListing.of(request, PageRequest.DEFAULT_SIZE).read(directory, request.call());
    return ApiResponse.json(200, UserListJson.of(page, request, publicUrl));
  }

  /**
   * Creates a user with roles, which needs the right to choose them. People register by another
   * route.
   */
  private CompletionStage<ApiResponse> create(ApiRequest request) {
    var newUser = NewUsers.created(request.body(NewUsers.CREATED));
    // The path is about the list, which always exists.
    request.conditions().requireWithoutTag(() -> {});
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

  private CompletionStage<ApiResponse> update(ApiRequest request) {
    var fields = request.body(UserPatches.USER_FIELDS);
    if (!fields.has("id") || !fields.violations().isEmpty()) {
      var patch = patch(request, fields);
      return users.updateAsync(request.call(), request.user(), patch).thenApply(UserRoutes::reply);
    }
    // The body may be a user as the client read it, so only changed fields are written and need
    // permission.
    return users
        .updateAsync(
            request.call(),
            request.user(),
            current -> patch(request, fields.since(UserJson.of(current))))
        .thenApply(UserRoutes::reply);
  }

  private UserPatch patch(ApiRequest request, JsonFields fields) {
    // Rights are checked before the form of the body.
    if (UserPatches.isPrivileged(request, fields)) {
      requirePrivilege(request);
    }
    var patch = patches.user(request, fields);
    // The patch itself is checked as well, since it determines what is written.
    if (patch.isPrivileged()) {
      requirePrivilege(request);
    }
    return patch;
  }

  private static void requirePrivilege(ApiRequest request) {
    Access.require(request.caller(), Operation.UPDATE_ROLES_AND_STATUS, request.target());
  }

  private CompletionStage<ApiResponse> updateProfile(ApiRequest request) {
    var fields = request.body(UserPatches.PROFILE_FIELDS);
    if (!fields.violations().isEmpty()) {
      // Throws these violations, and those of the values.
      patches.profile(request, fields);
    }
    // A profile has no id, so any body may be a profile as the client read it.
    return users
        .updateAsync(
            request.call(),
            request.user(),
            current -> patches.profile(request, fields.since(ProfileJson.of(current.profile()))))
        .thenApply(UserRoutes::profile);
  }

  /** Deactivates the caller's own account. Another route deletes it. */
  private ApiResponse close(ApiRequest request) {
    users.deactivate(request.call(), request.user(), "", request.conditions());
    return ApiResponse.json(200, new MessageJson("The account is deactivated."));
  }

  private ApiResponse delete(ApiRequest request) {
    if (request.isAboutMe()) {
      // The path has a percent-encoded "me", which the router does not match with that route.
      return close(request);
    }
    String reason = reason(request);
    users.delete(request.call(), request.user(), reason, request.conditions());
    return ApiResponse.nothing();
  }

  private ApiResponse export(ApiRequest request) {
    return download(exports.document(request.call(), request.user()));
  }

  /** Returns a response that makes a browser store the document. */
  public static ApiResponse download(UserDocument document) {
    String file = "user-" + document.user().id() + ".json";
    return ApiResponse.json(200, UserDocumentJson.of(document))
        .header("Content-Disposition", "attachment; filename=\"" + file + "\"");
  }

  private ApiResponse deactivate(ApiRequest request) {
    String reason = reason(request);
    return reply(users.deactivate(request.call(), request.user(), reason, request.conditions()));
  }

  private ApiResponse reactivate(ApiRequest request) {
    return reply(users.reactivate(request.call(), request.user(), request.conditions()));
  }

  private static String reason(ApiRequest request) {
    var fields = request.optionalBody(REASON);
    String reason = fields.parse(REASON, TextRule.REASON::parse);
    fields.violations().throwIfAny();
    return reason;
  }
}
