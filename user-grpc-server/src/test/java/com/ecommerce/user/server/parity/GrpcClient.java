package com.ecommerce.user.server.parity;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.EmailPreferences;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LogoutRequest;
import com.ecommerce.user.v1.ReactivateUserRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import com.ecommerce.user.v1.VerifyEmailRequest;
import com.google.protobuf.FieldMask;
import com.google.rpc.BadRequest;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** A client over gRPC. */
final class GrpcClient implements Client {
  private final TestService service;
  private String accessToken = "";
  private String refreshToken = "";

  GrpcClient(TestService service) {
    this.service = service;
  }

  private UserServiceBlockingStub users() {
    return accessToken.isEmpty() ? service.users() : TestService.with(accessToken, service.users());
  }

  private AuthServiceBlockingStub auth() {
    return accessToken.isEmpty() ? service.auth() : TestService.with(accessToken, service.auth());
  }

  private static Answer answer(Supplier<Map<String, String>> call) {
    try {
      return Answer.ok(call.get());
    } catch (StatusRuntimeException failed) {
      var failure = Failure.of(failed);
      var rules =
          failure.badRequest().stream()
              .flatMap(request -> request.getFieldViolationsList().stream())
              .map(BadRequest.FieldViolation::getDescription)
              .toList();
      long retry = failure.retry().map(info -> info.getRetryDelay().getSeconds()).orElse(0L);
      return Answer.failed(failure.reason(), rules, retry);
    }
  }

  private static Map<String, String> facts(User user) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("id", user.getId());
    facts.put("email", user.getEmail());
    facts.put("pending_email", user.getPendingEmail());
    facts.put("external_id", user.getExternalId());
    facts.put("username", user.getDisplayName());
    facts.put("first_name", user.getFirstName());
    facts.put("last_name", user.getLastName());
    facts.put("phone_number", user.getPhone().getE164());
    facts.put("avatar_url", user.getAvatarUrl());
    facts.put("status", word(user.getStatus().name(), "USER_STATUS_"));
    facts.put(
        "roles",
        user.getRolesList().stream()
            .map(role -> word(role.name(), "USER_ROLE_"))
            .sorted()
            .toList()
            .toString());
    facts.put("is_verified", Boolean.toString(user.getEmailVerified()));
    facts.put("phone_verified", Boolean.toString(user.getPhoneVerified()));
    facts.put("bio", user.getProfile().getBio());
    facts.put("version", Long.toString(user.getAudit().getVersion()));
    return facts;
  }

  private static String word(String name, String prefix) {
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> facts(UserAddress address) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("id", address.getId());
    facts.put("full_name", address.getFullName());
    facts.put("line1", address.getAddress().getLine1());
    facts.put("country_code", address.getAddress().getCountryCode());
    facts.put("type", word(address.getType().name(), "ADDRESS_TYPE_"));
    facts.put("is_default_shipping", Boolean.toString(address.getIsDefaultShipping()));
    facts.put("is_default_billing", Boolean.toString(address.getIsDefaultBilling()));
    facts.put("version", Long.toString(address.getAudit().getVersion()));
    return facts;
  }

  @Override
  public Answer register(String email, String password, String firstName, String phone) {
    var request =
        CreateUserRequest.newBuilder()
            .setEmail(email)
            .setPassword(password)
            .setFirstName(firstName)
            .setPhone(PhoneNumber.newBuilder().setE164(phone));
    var created = answer(() -> facts(users().createUser(request.build()).getUser()));
    if (created.outcome().equals("OK")) {
      login(email, password);
    }
    return created;
  }

  @Override
  public Answer login(String email, String password) {
    return answer(
        () -> {
          var request = LoginRequest.newBuilder().setEmail(email).setPassword(password);
          var response = service.auth().login(request.build());
          accessToken = response.getAccessToken();
          refreshToken = response.getRefreshToken();
          return facts(response.getUser());
        });
  }

  @Override
  public Answer refresh() {
    return answer(
        () -> {
          var request = RefreshTokenRequest.newBuilder().setRefreshToken(refreshToken);
          var response = auth().refreshToken(request.build());
          accessToken = response.getAccessToken();
          refreshToken = response.getRefreshToken();
          return Map.of();
        });
  }

  @Override
  public Answer logout() {
    return answer(
        () -> {
          auth().logout(LogoutRequest.newBuilder().setRefreshToken(refreshToken).build());
          return Map.of();
        });
  }

  @Override
  public Answer user(String id) {
    var request = GetUserRequest.newBuilder().setUserId(id).build();
    return answer(() -> facts(users().getUser(request).getUser()));
  }

  @Override
  public Answer rename(String id, long version, String firstName) {
    var user =
        User.newBuilder()
            .setFirstName(firstName)
            .setAudit(AuditInfo.newBuilder().setVersion(version));
    return update(id, user, "first_name");
  }

  private Answer update(String id, User.Builder user, String path) {
    var request =
        UpdateUserRequest.newBuilder()
            .setUserId(id)
            .setUser(user)
            .setUpdateMask(FieldMask.newBuilder().addPaths(path))
            .build();
    return answer(() -> facts(users().updateUser(request).getUser()));
  }

  @Override
  public Answer changeBio(String id, String bio) {
    var request =
        UpdateUserProfileRequest.newBuilder()
            .setUserId(id)
            .setProfile(UserProfile.newBuilder().setBio(bio))
            .setUpdateMask(FieldMask.newBuilder().addPaths("bio"))
            .build();
    return answer(
        () -> Map.of("bio", users().updateUserProfile(request).getUser().getProfile().getBio()));
  }

  @Override
  public Answer changeEmail(String id, String email) {
    return update(id, User.newBuilder().setEmail(email), "email");
  }

  @Override
  public Answer listByEmail(String status) {
    return answer(
        () -> {
          List<String> emails = new ArrayList<>();
          long total;
          String token = "";
          do {
            var page =
                users()
                    .listUsers(
                        ListUsersRequest.newBuilder()
                            .addStatuses(
                                UserStatus.valueOf(
                                    "USER_STATUS_" + status.toUpperCase(Locale.ROOT)))
                            .setSort(SortSpec.newBuilder().setField("email"))
                            .setPagination(
                                PaginationRequest.newBuilder().setPageSize(2).setPageToken(token))
                            .build());
            page.getUsersList().forEach(user -> emails.add(user.getEmail()));
            total = page.getPagination().getTotalCount();
            token = page.getPagination().getNextPageToken();
          } while (!token.isEmpty() && emails.size() < 1_000);
          return Map.of("emails", emails.toString(), "count", Long.toString(total));
        });
  }

  @Override
  public Answer search(String query) {
    var request = SearchUsersRequest.newBuilder().setQuery(query).build();
    return answer(
        () -> {
          var page = users().searchUsers(request);
          var emails = page.getUsersList().stream().map(User::getEmail).toList();
          return Map.of(
              "emails",
              emails.toString(),
              "count",
              Long.toString(page.getPagination().getTotalCount()));
        });
  }

  @Override
  public Answer addAddress(String id, String line1, String country, String type) {
    var address =
        UserAddress.newBuilder()
            .setType(AddressType.valueOf("ADDRESS_TYPE_" + type.toUpperCase(Locale.ROOT)))
            .setAddress(
                Address.newBuilder().setLine1(line1).setCity("Paris").setCountryCode(country));
    var request = AddUserAddressRequest.newBuilder().setUserId(id).setAddress(address).build();
    return answer(() -> facts(users().addUserAddress(request).getAddress()));
  }

  @Override
  public Answer addresses(String id) {
    var request = ListUserAddressesRequest.newBuilder().setUserId(id).build();
    return answer(
        () ->
            Map.of(
                "addresses",
                users().listUserAddresses(request).getAddressesList().stream()
                    .map(address -> facts(address).toString())
                    .toList()
                    .toString()));
  }

  @Override
  public Answer setDefault(String id, String addressId, String type) {
    var request =
        SetDefaultAddressRequest.newBuilder()
            .setUserId(id)
            .setAddressId(addressId)
            .setType(AddressType.valueOf("ADDRESS_TYPE_" + type.toUpperCase(Locale.ROOT)))
            .build();
    return answer(() -> facts(users().setDefaultAddress(request).getAddress()));
  }

  private static Map<String, String> facts(UserPreferences preferences) {
    return Map.of(
        "email.promotions", Boolean.toString(preferences.getEmail().getPromotions()),
        "email.order_updates", Boolean.toString(preferences.getEmail().getOrderUpdates()),
        "push.enabled", Boolean.toString(preferences.getPush().getEnabled()),
        "sms.two_factor_auth", Boolean.toString(preferences.getSms().getTwoFactorAuth()),
        "privacy.searchable", Boolean.toString(preferences.getPrivacy().getSearchable()));
  }

  @Override
  public Answer preferences(String id) {
    var request = GetUserPreferencesRequest.newBuilder().setUserId(id).build();
    return answer(() -> facts(users().getUserPreferences(request).getPreferences()));
  }

  @Override
  public Answer optIntoPromotions(String id) {
    var email = EmailPreferences.newBuilder().setPromotions(true);
    var request =
        UpdateUserPreferencesRequest.newBuilder()
            .setUserId(id)
            .setPreferences(UserPreferences.newBuilder().setEmail(email))
            .setUpdateMask(FieldMask.newBuilder().addPaths("email.promotions"))
            .build();
    return answer(() -> facts(users().updateUserPreferences(request).getPreferences()));
  }

  @Override
  public Answer verifyEmail(String id) {
    var request = VerifyEmailRequest.newBuilder().setUserId(id).build();
    return answer(
        () -> {
          var response = users().verifyEmail(request);
          return Map.of(
              "sent", Boolean.toString(response.getSent()), "message", response.getMessage());
        });
  }

  @Override
  public Answer confirmEmail(String token) {
    var request = ConfirmEmailVerificationRequest.newBuilder().setToken(token).build();
    return answer(
        () -> Map.of("user_id", service.users().confirmEmailVerification(request).getUserId()));
  }

  @Override
  public Answer changePassword(String id, String current, String next) {
    var request =
        ChangePasswordRequest.newBuilder()
            .setUserId(id)
            .setCurrentPassword(current)
            .setNewPassword(next)
            .build();
    return answer(
        () -> {
          users().changePassword(request);
          return Map.of();
        });
  }

  @Override
  public Answer requestReset(String email) {
    var request = RequestPasswordResetRequest.newBuilder().setEmail(email).build();
    return answer(
        () -> Map.of("message", service.users().requestPasswordReset(request).getMessage()));
  }

  @Override
  public Answer reset(String token, String next) {
    var request = ResetPasswordRequest.newBuilder().setToken(token).setNewPassword(next).build();
    return answer(
        () -> {
          service.users().resetPassword(request);
          return Map.of();
        });
  }

  @Override
  public Answer sessions(String id) {
    var request = ListSessionsRequest.newBuilder().setUserId(id).build();
    return answer(
        () -> Map.of("count", Integer.toString(auth().listSessions(request).getSessionsCount())));
  }

  @Override
  public Answer deactivate(String id) {
    var request = DeactivateUserRequest.newBuilder().setUserId(id).build();
    return answer(() -> facts(users().deactivateUser(request).getUser()));
  }

  @Override
  public Answer reactivate(String id) {
    var request = ReactivateUserRequest.newBuilder().setUserId(id).build();
    return answer(() -> facts(users().reactivateUser(request).getUser()));
  }

  @Override
  public Answer delete(String id) {
    var request = DeleteUserRequest.newBuilder().setUserId(id).build();
    return answer(
        () -> {
          users().deleteUser(request);
          return Map.of();
        });
  }
}
