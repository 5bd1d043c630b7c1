package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.NewUser;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.account.UserStatus;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSearch;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListUsersResponse;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SearchUsersResponse;
import com.ecommerce.user.v1.UserRole;
import java.util.List;

/** Converts between the messages of {@code user.v1} about accounts and types of the core. */
final class UserProtos {
  private UserProtos() {}

  static com.ecommerce.user.v1.User user(User user) {
    var message =
        com.ecommerce.user.v1.User.newBuilder()
            .setId(user.id().toString())
            .setEmail(user.email().address())
            .setDisplayName(user.displayName())
            .setFirstName(user.firstName())
            .setLastName(user.lastName())
            .setAvatarUrl(user.avatarUrl())
            .setStatus(UserEnums.status(user.status()))
            .setEmailVerified(user.emailVerified())
            .setPhoneVerified(user.phoneVerified())
            .setProfile(profile(user.profile()))
            .setAudit(CommonProtos.audit(user.audit()));
    user.roles().forEach(role -> message.addRoles(UserEnums.role(role)));
    user.phone().map(CommonProtos::phone).ifPresent(message::setPhone);
    user.lastLoginAt().map(CommonProtos::timestamp).ifPresent(message::setLastLoginAt);
    user.pendingEmail().map(Email::address).ifPresent(message::setPendingEmail);
    user.externalId().map(ExternalId::text).ifPresent(message::setExternalId);
    return message.build();
  }

  /**
   * Returns the user as the request describes it, for callers who must not learn whether it was
   * created.
   */
  static com.ecommerce.user.v1.User sent(NewUser user) {
    var message =
        com.ecommerce.user.v1.User.newBuilder()
            .setEmail(user.email().address())
            .setDisplayName(user.displayName())
            .setFirstName(user.firstName())
            .setLastName(user.lastName())
            .setStatus(UserEnums.status(UserStatus.PENDING_VERIFICATION));
    user.roles().forEach(role -> message.addRoles(UserEnums.role(role)));
    user.phone().map(CommonProtos::phone).ifPresent(message::setPhone);
    return message.build();
  }

  private static com.ecommerce.user.v1.UserProfile profile(UserProfile profile) {
    var message =
        com.ecommerce.user.v1.UserProfile.newBuilder()
            .setBio(profile.bio())
            .setGender(profile.gender())
            .setLanguage(profile.language())
            .setCurrency(profile.currency())
            .setTimezone(profile.timezone())
            .setCompany(profile.company())
            .setWebsite(profile.website())
            .putAllSocialLinks(profile.socialLinks());
    profile.dateOfBirth().map(CommonProtos::date).ifPresent(message::setDateOfBirth);
    return message.build();
  }

  static UserId userId(String raw) {
    return Violations.parsed("user_id", raw, UserId::parse);
  }

  static Email email(String raw) {
    return Violations.parsed("email", raw, Email::parse);
  }

  static NewUser newUser(CreateUserRequest request) {
    var violations = new Violations();
    var user =
        NewUser.builder(violations)
            .email(request.getEmail())
            .password(request.getPassword())
            .firstName(request.getFirstName())
            .lastName(request.getLastName())
            .displayName(request.getDisplayName())
            .language(request.getLanguage());
    violations.parse(
        "phone", request.getPhone(), CommonProtos::phone, phone -> phone.ifPresent(user::phone));
    violations.parse("roles", request.getRolesList(), UserEnums::roles, user::roles);
    return user.build();
  }

  /** A user's id, and the reason of the request. */
  record Reasoned(UserId id, String reason) {}

  static Reasoned reasoned(String userId, String reason) {
    return Violations.parsed(
        violations ->
            new Reasoned(
                violations.parse("user_id", userId, UserId::parse),
                violations.parse("reason", reason, TextRule.REASON::parse)));
  }

  static UserFilter filter(
      Violations violations,
      List<com.ecommerce.user.v1.UserStatus> statuses,
      List<UserRole> roles) {
    var parsedStatuses = violations.parse("statuses", statuses, UserEnums::statuses);
    var parsedRoles = violations.parse("roles", roles, UserEnums::roles);
    return parsedStatuses == null || parsedRoles == null
        ? UserFilter.ALL
        : new UserFilter(parsedStatuses, parsedRoles);
  }

  /** A request to list users. */
  record Listing(UserFilter filter, UserSort sort, com.ecommerce.user.core.page.PageRequest page) {}

  static Listing listing(ListUsersRequest request) {
    var violations = new Violations();
    var filter = filter(violations, request.getStatusesList(), request.getRolesList());
    var field = violations.parse("sort.field", request.getSort().getField(), UserSort.Field::parse);
    Boolean ascending =
        violations.parse(
            "sort.order",
            request.getSort().getOrder(),
            order -> UserEnums.isAscending(order, field != null && field.isAscendingByDefault()));
    var page = CommonProtos.page(violations, request.getPagination());
    violations.throwIfAny();
    return new Listing(filter, new UserSort(field, ascending), page);
  }

  static ListUsersResponse listed(Page<User> page) {
    var response = ListUsersResponse.newBuilder().setPagination(CommonProtos.page(page));
    page.items().forEach(user -> response.addUsers(user(user)));
    return response.build();
  }

  /** A request to search users. */
  record Searching(UserSearch search, com.ecommerce.user.core.page.PageRequest page) {}

  static Searching searching(SearchUsersRequest request) {
    var violations = new Violations();
    String query = violations.parse("query", request.getQuery(), TextRule.SEARCH_QUERY::parse);
    var filter = filter(violations, request.getStatusesList(), request.getRolesList());
    var from = CommonProtos.start(violations, "created_at", request.getCreatedAt());
    var before = CommonProtos.end(violations, "created_at", request.getCreatedAt());
    UserSearch.checkRange(violations, "created_at", from, before);
    var page = CommonProtos.page(violations, request.getPagination());
    violations.throwIfAny();
    return new Searching(new UserSearch(query, filter, from, before), page);
  }

  static SearchUsersResponse found(Page<User> page) {
    var response = SearchUsersResponse.newBuilder().setPagination(CommonProtos.page(page));
    page.items().forEach(user -> response.addUsers(user(user)));
    return response.build();
  }
}
