package com.ecommerce.user.torture;

import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LogoutRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.ValidateTokenRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Calls over gRPC, without tokens: the service runs with AUTH_MODE=off. */
final class GrpcRaceClient implements RaceClient, AutoCloseable {
  private static final long DEADLINE_SECONDS = 30;

  private final int instance;
  private final ManagedChannel channel;

  GrpcRaceClient(int instance, Target target) {
    this.instance = instance;
    this.channel = Network.OTHERS.channelTo(target);
  }

  @Override
  public int instance() {
    return instance;
  }

  private UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private AuthServiceBlockingStub sessions() {
    return AuthServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static Answer answer(Supplier<Map<String, String>> call) {
    try {
      return new Answer(OK, call.get());
    } catch (StatusRuntimeException failed) {
      // A status and its reason.
      return new Answer(Statuses.describe(failed).split(" ")[1], Map.of());
    }
  }

  private static Answer done(Runnable call) {
    return answer(
        () -> {
          call.run();
          return Map.of();
        });
  }

  private static Map<String, String> facts(User user) {
    return Map.of(
        "id", user.getId(),
        "version", Long.toString(user.getAudit().getVersion()),
        "email", user.getEmail(),
        "first_name", user.getFirstName(),
        "last_name", user.getLastName());
  }

  @Override
  public Answer create(String email, String password) {
    var request = CreateUserRequest.newBuilder().setEmail(email).setPassword(password).build();
    return answer(() -> facts(users().createUser(request).getUser()));
  }

  @Override
  public Answer read(String userId) {
    var request = GetUserRequest.newBuilder().setUserId(userId).build();
    return answer(() -> facts(users().getUser(request).getUser()));
  }

  @Override
  public Answer update(String userId, String field, String value, long version) {
    var user = User.newBuilder().setAudit(AuditInfo.newBuilder().setVersion(version));
    if (field.equals("first_name")) {
      user.setFirstName(value);
    } else {
      user.setLastName(value);
    }
    return update(userId, user.build());
  }

  private Answer update(String userId, User user) {
    var request = UpdateUserRequest.newBuilder().setUserId(userId).setUser(user).build();
    return answer(() -> facts(users().updateUser(request).getUser()));
  }

  @Override
  public Answer changeEmail(String userId, String email) {
    return update(userId, User.newBuilder().setEmail(email).build());
  }

  @Override
  public Answer delete(String userId) {
    var request = DeleteUserRequest.newBuilder().setUserId(userId).build();
    return done(() -> users().deleteUser(request));
  }

  @Override
  public Answer deactivate(String userId) {
    var request = DeactivateUserRequest.newBuilder().setUserId(userId).build();
    return done(() -> users().deactivateUser(request));
  }

  @Override
  public Answer confirm(String token) {
    var request = ConfirmEmailVerificationRequest.newBuilder().setToken(token).build();
    return done(() -> users().confirmEmailVerification(request));
  }

  @Override
  public Answer requestReset(String email) {
    var request = RequestPasswordResetRequest.newBuilder().setEmail(email).build();
    return done(() -> users().requestPasswordReset(request));
  }

  @Override
  public Answer reset(String token, String password) {
    var request =
        ResetPasswordRequest.newBuilder().setToken(token).setNewPassword(password).build();
    return done(() -> users().resetPassword(request));
  }

  @Override
  public Answer login(String email, String password) {
    var request = LoginRequest.newBuilder().setEmail(email).setPassword(password).build();
    return answer(
        () -> {
          var login = sessions().login(request);
          return Map.of("access", login.getAccessToken(), "refresh", login.getRefreshToken());
        });
  }

  @Override
  public Answer refresh(String refreshToken) {
    var request = RefreshTokenRequest.newBuilder().setRefreshToken(refreshToken).build();
    return answer(
        () -> {
          var pair = sessions().refreshToken(request);
          return Map.of("access", pair.getAccessToken(), "refresh", pair.getRefreshToken());
        });
  }

  @Override
  public Answer logout(String refreshToken) {
    var request = LogoutRequest.newBuilder().setRefreshToken(refreshToken).build();
    return done(() -> sessions().logout(request));
  }

  @Override
  public Answer validate(String accessToken) {
    var request = ValidateTokenRequest.newBuilder().setAccessToken(accessToken).build();
    return new Answer(sessions().validateToken(request).getValid() ? OK : "INVALID", Map.of());
  }

  @Override
  public Answer addAddress(String userId) {
    var request =
        AddUserAddressRequest.newBuilder()
            .setUserId(userId)
            .setAddress(GrpcActions.address())
            .build();
    return answer(() -> Map.of("id", users().addUserAddress(request).getAddress().getId()));
  }

  @Override
  public Answer label(String userId, String addressId, String label) {
    var request =
        UpdateUserAddressRequest.newBuilder()
            .setUserId(userId)
            .setAddressId(addressId)
            .setAddress(UserAddress.newBuilder().setLabel(label))
            .build();
    return done(() -> users().updateUserAddress(request));
  }

  @Override
  public Answer setDefault(String userId, String addressId) {
    var request =
        SetDefaultAddressRequest.newBuilder()
            .setUserId(userId)
            .setAddressId(addressId)
            .setType(AddressType.ADDRESS_TYPE_BOTH)
            .build();
    return done(() -> users().setDefaultAddress(request));
  }

  @Override
  public Answer deleteAddress(String userId, String addressId) {
    var request =
        DeleteUserAddressRequest.newBuilder().setUserId(userId).setAddressId(addressId).build();
    return done(() -> users().deleteUserAddress(request));
  }

  @Override
  public List<AddressFacts> addresses(String userId) {
    var request = ListUserAddressesRequest.newBuilder().setUserId(userId).build();
    return users().listUserAddresses(request).getAddressesList().stream()
        .map(
            address ->
                new AddressFacts(
                    address.getId(),
                    address.getLabel(),
                    address.getIsDefaultShipping(),
                    address.getIsDefaultBilling()))
        .toList();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
