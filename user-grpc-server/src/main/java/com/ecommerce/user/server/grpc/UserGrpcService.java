package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.common.v1.HealthCheckResponse;
import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddUserAddressResponse;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationResponse;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.CreateUserResponse;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeactivateUserResponse;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserByEmailResponse;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserPreferencesResponse;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.GetUserResponse;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUserAddressesResponse;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListUsersResponse;
import com.ecommerce.user.v1.ReactivateUserRequest;
import com.ecommerce.user.v1.ReactivateUserResponse;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.RequestPasswordResetResponse;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SearchUsersResponse;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.SetDefaultAddressResponse;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressResponse;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesResponse;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserProfileResponse;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UpdateUserResponse;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.VerifyEmailRequest;
import com.ecommerce.user.v1.VerifyEmailResponse;
import com.google.protobuf.Empty;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.Optional;

/**
 * Implements {@code user.v1.UserService}: each method converts its request, calls one use case and
 * replies. Thread-safe.
 */
public final class UserGrpcService extends UserServiceGrpc.UserServiceImplBase {
  private final UserCore core;
  private final UserMasks masks;
  private final String buildVersion;
  private final boolean checksRights;

  /**
   * @param clock determines which days are in the past
   * @param buildVersion the version that HealthCheck reports
   * @param checksRights whether the interceptors check the rights of callers
   */
  public UserGrpcService(UserCore core, Clock clock, String buildVersion, boolean checksRights) {
    this.core = core;
    this.checksRights = checksRights;
    this.masks = new UserMasks(clock);
    this.buildVersion = buildVersion;
  }

  @Override
  public void createUser(CreateUserRequest request, StreamObserver<CreateUserResponse> observer) {
    var newUser = UserProtos.newUser(request);
    reply(
        observer,
        mayCreateAny()
            ? core.users().createAsync(call(), newUser).thenApply(UserProtos::user)
            : core.users()
                .registerAsync(call(), newUser)
                .thenApply(
                    user -> user.map(UserProtos::user).orElseGet(() -> UserProtos.sent(newUser))),
        user -> CreateUserResponse.newBuilder().setUser(user).build());
  }

  /**
   * Returns whether the caller may create users for others. All other callers register. If no
   * rights are checked, every caller is trusted.
   */
  private boolean mayCreateAny() {
    return !checksRights
        || Access.isAllowed(
            CallContext.CALLER.get(), Operation.CREATE_USER_WITH_ROLES, Optional.empty());
  }

  @Override
  public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> observer) {
    reply(
        observer,
        core.users().getAsync(call(), UserProtos.userId(request.getUserId())),
        user -> GetUserResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void getUserByEmail(
      GetUserByEmailRequest request, StreamObserver<GetUserByEmailResponse> observer) {
    reply(
        observer,
        core.users().getByEmailAsync(call(), UserProtos.email(request.getEmail())),
        user -> GetUserByEmailResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void updateUser(UpdateUserRequest request, StreamObserver<UpdateUserResponse> observer) {
    var update = masks.update(request);
    reply(
        observer,
        core.users().updateAsync(call(), update.id(), update.patch()),
        user -> UpdateUserResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void updateUserProfile(
      UpdateUserProfileRequest request, StreamObserver<UpdateUserProfileResponse> observer) {
    var update = masks.update(request);
    reply(
        observer,
        core.users().updateAsync(call(), update.id(), update.patch()),
        user -> UpdateUserProfileResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void deleteUser(DeleteUserRequest request, StreamObserver<Empty> observer) {
    var deletion = UserProtos.reasoned(request.getUserId(), request.getReason());
    core.users().delete(call(), deletion.id(), deletion.reason());
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void deactivateUser(
      DeactivateUserRequest request, StreamObserver<DeactivateUserResponse> observer) {
    var closing = UserProtos.reasoned(request.getUserId(), request.getReason());
    var user = core.users().deactivate(call(), closing.id(), closing.reason());
    reply(observer, DeactivateUserResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void reactivateUser(
      ReactivateUserRequest request, StreamObserver<ReactivateUserResponse> observer) {
    var user = core.users().reactivate(call(), UserProtos.userId(request.getUserId()));
    reply(observer, ReactivateUserResponse.newBuilder().setUser(UserProtos.user(user)).build());
  }

  @Override
  public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> observer) {
    var listing = UserProtos.listing(request);
    var page = core.directory().list(call(), listing.filter(), listing.sort(), listing.page());
    reply(observer, UserProtos.listed(page));
  }

  @Override
  public void searchUsers(
      SearchUsersRequest request, StreamObserver<SearchUsersResponse> observer) {
    var searching = UserProtos.searching(request);
    var page = core.directory().search(call(), searching.search(), searching.page());
    reply(observer, UserProtos.found(page));
  }

  @Override
  public void addUserAddress(
      AddUserAddressRequest request, StreamObserver<AddUserAddressResponse> observer) {
    var addition = AddressProtos.addition(request);
    var address =
        AddressProtos.address(core.addresses().add(call(), addition.id(), addition.address()));
    reply(observer, AddUserAddressResponse.newBuilder().setAddress(address).build());
  }

  @Override
  public void updateUserAddress(
      UpdateUserAddressRequest request, StreamObserver<UpdateUserAddressResponse> observer) {
    var update = AddressMasks.update(request);
    var address =
        core.addresses().update(call(), update.userId(), update.addressId(), update.patch());
    var message = AddressProtos.address(address);
    reply(observer, UpdateUserAddressResponse.newBuilder().setAddress(message).build());
  }

  @Override
  public void deleteUserAddress(DeleteUserAddressRequest request, StreamObserver<Empty> observer) {
    var target = AddressProtos.target(request.getUserId(), request.getAddressId());
    core.addresses().delete(call(), target.userId(), target.addressId());
    reply(observer, Empty.getDefaultInstance());
  }

  @Override
  public void listUserAddresses(
      ListUserAddressesRequest request, StreamObserver<ListUserAddressesResponse> observer) {
    var listing = AddressProtos.listing(request);
    var addresses = core.addresses().list(call(), listing.id(), listing.type());
    reply(observer, AddressProtos.listed(addresses));
  }

  @Override
  public void setDefaultAddress(
      SetDefaultAddressRequest request, StreamObserver<SetDefaultAddressResponse> observer) {
    var target = AddressProtos.defaulting(request);
    var address =
        core.addresses().setDefault(call(), target.userId(), target.addressId(), target.type());
    var message = AddressProtos.address(address);
    reply(observer, SetDefaultAddressResponse.newBuilder().setAddress(message).build());
  }

  @Override
  public void getUserPreferences(
      GetUserPreferencesRequest request, StreamObserver<GetUserPreferencesResponse> observer) {
    var preferences = core.preferences().get(call(), UserProtos.userId(request.getUserId()));
    var message = PreferenceProtos.preferences(preferences);
    reply(observer, GetUserPreferencesResponse.newBuilder().setPreferences(message).build());
  }

  @Override
  public void updateUserPreferences(
      UpdateUserPreferencesRequest request,
      StreamObserver<UpdateUserPreferencesResponse> observer) {
    var update = PreferenceProtos.update(request);
    var preferences = core.preferences().update(call(), update.id(), update.patch());
    var message = PreferenceProtos.preferences(preferences);
    reply(observer, UpdateUserPreferencesResponse.newBuilder().setPreferences(message).build());
  }

  @Override
  public void verifyEmail(
      VerifyEmailRequest request, StreamObserver<VerifyEmailResponse> observer) {
    var id = UserProtos.userId(request.getUserId());
    reply(observer, CredentialProtos.verification(core.emailVerifications().request(call(), id)));
  }

  @Override
  public void confirmEmailVerification(
      ConfirmEmailVerificationRequest request,
      StreamObserver<ConfirmEmailVerificationResponse> observer) {
    String token = CredentialProtos.required("token", request.getToken());
    reply(observer, CredentialProtos.verified(core.emailVerifications().confirm(call(), token)));
  }

  @Override
  public void changePassword(ChangePasswordRequest request, StreamObserver<Empty> observer) {
    var change = CredentialProtos.passwordChange(request, core.passwords().policy());
    reply(
        observer,
        core.passwords().changeAsync(call(), change.id(), change.current(), change.next()),
        done -> Empty.getDefaultInstance());
  }

  @Override
  public void requestPasswordReset(
      RequestPasswordResetRequest request, StreamObserver<RequestPasswordResetResponse> observer) {
    var email = UserProtos.email(request.getEmail());
    reply(observer, CredentialProtos.reset(core.passwordResets().request(call(), email)));
  }

  @Override
  public void resetPassword(ResetPasswordRequest request, StreamObserver<Empty> observer) {
    var reset = CredentialProtos.passwordReset(request, core.passwords().policy());
    reply(
        observer,
        core.passwordResets().resetAsync(call(), reset.token(), reset.next()),
        done -> Empty.getDefaultInstance());
  }

  @Override
  public void healthCheck(Empty request, StreamObserver<HealthCheckResponse> observer) {
    reply(observer, core.health().check(), report -> HealthProtos.response(report, buildVersion));
  }
}
