package com.ecommerce.user.rest;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Directory;
import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserPatch;
import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.value.TextRule;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** Users: lists, searches, single ones, and their changes. {@code me} is the caller. */
final class UserRoutes {
  private static final String EMAIL = "email";
  private static final String ME = RestRequest.OWN_USER;
  private static final String REASON = "reason";
  private static final String USER = "/api/users/{user_id}";

  private final Users users;
  private final Directory directory;
  private final UserPatches patches;
  private final Optional<String> publicUrl;

  UserRoutes(UserCore core, Clock clock, Optional<String> publicUrl) {
    this.users = core.users();
    this.directory = core.directory();
    this.patches = new UserPatches(clock);
    this.publicUrl = publicUrl;
  }

  void addTo(Routes routes) {
    routes
        .on("GET", "/api/users", Operation.LIST_USERS, this::list)
        .withParameters(UserListing.parameters())
        .onAsync("POST", "/api/users", Operation.CREATE_USER_WITH_ROLES, this::create)
        .onAsync("GET", "/api/users/by-email", Operation.FIND_USER_BY_EMAIL, this::getByEmail)
        .withParameters(EMAIL)
        .onAsync("GET", ME, Operation.READ_USER, this::get)
        .on("PUT", ME, Operation.UPDATE_USER, this::update)
        .on("PATCH", ME, Operation.UPDATE_USER, this::update)
        .on("DELETE", ME, Operation.DEACTIVATE_USER, this::close)
        .onAsync("GET", USER, Operation.READ_USER, this::get)
        .on("PUT", USER, Operation.UPDATE_USER, this::update)
        .on("PATCH", USER, Operation.UPDATE_USER, this::update)
        .on("DELETE", USER, Operation.DELETE_USER, this::delete)
        .on("POST", USER + "/deactivate", Operation.DEACTIVATE_USER, this::deactivate)
        .on("POST", USER + "/reactivate", Operation.REACTIVATE_USER, this::reactivate)
        .onAsync("GET", USER + "/profile", Operation.READ_USER, this::getProfile)
        .on("PUT", USER + "/profile", Operation.UPDATE_PROFILE, this::updateProfile)
        .on("PATCH", USER + "/profile", Operation.UPDATE_PROFILE, this::updateProfile);
  }

  /** A user with the version as the ETag. */
  static Reply reply(User user) {
    return Reply.json(200, UserJson.of(user)).version(user.audit().version());
  }

  private static Reply profile(User user) {
    return Reply.json(200, ProfileJson.of(user.profile())).version(user.audit().version());
  }

  private Reply list(RestRequest request) {
    var listing = UserListing.of(request);
    var page =
        listing
            .search()
            .map(search -> directory.search(request.call(), search, listing.page()))
            .orElseGet(
                () ->
                    directory.list(
                        request.call(), listing.filter(), listing.sort(), listing.page()));
    return Reply.json(200, UserListJson.of(page, request, publicUrl));
  }

  /** Others register; who may choose roles creates. */
  private CompletionStage<Reply> create(RestRequest request) {
    var newUser = NewUsers.created(request.body(NewUsers.CREATED));
    return users
        .createAsync(request.call(), newUser)
        .thenApply(
            user ->
                Reply.json(201, UserJson.of(user))
                    .version(user.audit().version())
                    .header("Location", "/api/users/" + user.id()));
  }

  private CompletionStage<Reply> getByEmail(RestRequest request) {
    var violations = request.violations();
    Email email = violations.parse(EMAIL, request.query(EMAIL).orElse(""), Email::parse);
    violations.throwIfAny();
    return users.getByEmailAsync(request.call(), email).thenApply(UserRoutes::reply);
  }

  private CompletionStage<Reply> get(RestRequest request) {
    return users.getAsync(request.call(), request.user()).thenApply(UserRoutes::reply);
  }

  private CompletionStage<Reply> getProfile(RestRequest request) {
    return users.getAsync(request.call(), request.user()).thenApply(UserRoutes::profile);
  }

  private Reply update(RestRequest request) {
    var fields = request.body(patches.userFields());
    if (!fields.has("id") || !fields.violations().isEmpty()) {
      return update(request, fields, OptionalLong.empty());
    }
    return ReadAndChange.repeated(
        request.conditions(),
        () -> {
          // A user as the client read it: fields that did not change are not written and need no
          // permission.
          var current = users.getCurrent(request.call(), request.user());
          return update(request, fields.since(UserJson.of(current)), version(current));
        });
  }

  private Reply update(RestRequest request, JsonFields fields, OptionalLong read) {
    // Rights come before form.
    if (UserPatches.isPrivileged(request, fields)) {
      requirePrivilege(request);
    }
    var patch = patches.user(request, fields, () -> version(request), read);
    // And whatever led here, what is written is what counts.
    if (patch.isPrivileged()) {
      requirePrivilege(request);
    }
    return reply(changed(request, patch));
  }

  private static void requirePrivilege(RestRequest request) {
    Access.require(request.caller(), Operation.UPDATE_ROLES_AND_STATUS, request.target());
  }

  private Reply updateProfile(RestRequest request) {
    var fields = request.body(patches.profileFields());
    if (!fields.violations().isEmpty()) {
      return updateProfile(request, fields, OptionalLong.empty());
    }
    return ReadAndChange.repeated(
        request.conditions(),
        () -> {
          // A profile has no id, so any body may be one as the client read it.
          var current = users.getCurrent(request.call(), request.user());
          var changed = fields.since(ProfileJson.of(current.profile()));
          return updateProfile(request, changed, version(current));
        });
  }

  private Reply updateProfile(RestRequest request, JsonFields fields, OptionalLong read) {
    return profile(
        changed(request, patches.profile(request, fields, () -> version(request), read)));
  }

  private User changed(RestRequest request, UserPatch patch) {
    return users.update(request.call(), request.user(), patch);
  }

  private static OptionalLong version(User user) {
    return OptionalLong.of(user.audit().version());
  }

  private long version(RestRequest request) {
    return users.getCurrent(request.call(), request.user()).audit().version();
  }

  /** Users close their own account; only another path deletes it. */
  private Reply close(RestRequest request) {
    request.conditions().require(() -> version(request));
    users.deactivate(request.call(), request.user(), "");
    return Reply.json(200, new MessageJson("The account is deactivated."));
  }

  private Reply delete(RestRequest request) {
    if (request.isAboutMe()) {
      // An encoded "me", which is not that path to the router.
      return close(request);
    }
    String reason = reason(request);
    request.conditions().require(() -> version(request));
    users.delete(request.call(), request.user(), reason);
    return Reply.nothing();
  }

  private Reply deactivate(RestRequest request) {
    String reason = reason(request);
    request.conditions().require(() -> version(request));
    return reply(users.deactivate(request.call(), request.user(), reason));
  }

  private Reply reactivate(RestRequest request) {
    request.conditions().require(() -> version(request));
    return reply(users.reactivate(request.call(), request.user()));
  }

  private static String reason(RestRequest request) {
    var fields = request.optionalBody(REASON);
    String reason = fields.parse(REASON, TextRule.REASON::parse);
    fields.violations().throwIfAny();
    return reason;
  }
}
