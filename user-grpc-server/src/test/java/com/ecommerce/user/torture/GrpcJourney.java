package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.LogoutRequest;
import com.ecommerce.user.v1.ReactivateUserRequest;
import com.ecommerce.user.v1.ReauthenticateRequest;
import com.ecommerce.user.v1.RefreshTokenRequest;
import com.ecommerce.user.v1.RequestPasswordResetRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.RevokeAllSessionsRequest;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.ValidateTokenRequest;
import com.ecommerce.user.v1.VerifyEmailRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;

/** The journey of a user over gRPC, with all calls that change its state. */
final class GrpcJourney extends UserJourney {
  private static final String LIMITED = "RESOURCE_EXHAUSTED RATE_LIMITED (retry)";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  GrpcJourney(MixedCalls calls) {
    super(calls, "grpc-journey");
  }

  @Override
  void addSteps() {
    step("CreateUser", this::create);
    step("GetUser", this::read);
    step("Login", () -> login(MixedCalls.PASSWORD));
    step("ValidateToken", this::validate);
    step("RefreshToken", this::refresh);
    step("Reauthenticate", this::reauthenticate);
    step("UpdateUserProfile", this::update);
    step("AddUserAddress", this::addAddress);
    step("ConfirmEmailVerification", this::confirm);
    step("VerifyEmail", this::verify);
    step("ChangePassword", this::changePassword);
    step("Login", () -> login(password(1)));
    step("ListSessions", this::listSessions);
    step("RevokeSession", this::revokeSession);
    step("RequestPasswordReset", this::requestReset);
    step("Login", () -> login(password(1)));
    step("DeactivateUser", this::deactivate);
    step("ReactivateUser", this::reactivate);
    step("ResetPassword", this::reset);
    step("RevokeAllSessions", this::revokeAll);
    step("Logout", this::logout);
    step("DeleteUser", this::delete);
  }

  private static String password(int number) {
    return MixedCalls.PASSWORD + " " + number;
  }

  private void create() {
    calls().takeToken(email(), "verify-email");
    calls().takeToken(email(), "reset-password");
    var created =
        calls()
            .users()
            .createUser(
                CreateUserRequest.newBuilder()
                    .setEmail(email())
                    .setPassword(MixedCalls.PASSWORD)
                    .setFirstName("Ada")
                    .build());
    note("id", created.getUser().getId());
  }

  private void read() {
    calls().users().getUser(GetUserRequest.newBuilder().setUserId(fact("id")).build());
  }

  private void login(String password) {
    var login =
        calls()
            .sessions()
            .login(
                LoginRequest.newBuilder()
                    .setEmail(email())
                    .setPassword(password)
                    .setDeviceName("torture")
                    .build());
    note("access", login.getAccessToken());
    note("refresh", login.getRefreshToken());
    note("session", login.getSession().getId());
  }

  private void validate() {
    var validated =
        calls()
            .sessions()
            .validateToken(
                ValidateTokenRequest.newBuilder().setAccessToken(fact("access")).build());
    if (!validated.getValid()) {
      throw Status.UNKNOWN
          .withDescription("the token of a new session is not valid")
          .asRuntimeException();
    }
  }

  private void refresh() {
    var refreshed =
        calls()
            .sessions()
            .refreshToken(
                RefreshTokenRequest.newBuilder().setRefreshToken(fact("refresh")).build());
    note("access", refreshed.getAccessToken());
    note("refresh", refreshed.getRefreshToken());
  }

  private void reauthenticate() {
    var metadata = new Metadata();
    metadata.put(AUTHORIZATION, "Bearer " + fact("access"));
    calls()
        .sessions()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .reauthenticate(
            ReauthenticateRequest.newBuilder().setPassword(MixedCalls.PASSWORD).build());
  }

  private void update() {
    calls()
        .users()
        .updateUserProfile(
            UpdateUserProfileRequest.newBuilder()
                .setUserId(fact("id"))
                .setProfile(UserProfile.newBuilder().setCompany("Example"))
                .build());
  }

  private void addAddress() {
    calls()
        .users()
        .addUserAddress(
            AddUserAddressRequest.newBuilder()
                .setUserId(fact("id"))
                .setAddress(GrpcActions.address())
                .build());
  }

  /** Uses the link if it was mailed; the number of mails to a mailbox is limited. */
  private void confirm() {
    calls()
        .takeToken(email(), "verify-email")
        .ifPresent(
            token ->
                calls()
                    .users()
                    .confirmEmailVerification(
                        ConfirmEmailVerificationRequest.newBuilder().setToken(token).build()));
  }

  private void verify() {
    try {
      calls().users().verifyEmail(VerifyEmailRequest.newBuilder().setUserId(fact("id")).build());
    } catch (StatusRuntimeException failed) {
      if (!Statuses.describe(failed).equals(LIMITED)) {
        throw failed;
      }
    }
  }

  private void changePassword() {
    calls()
        .users()
        .changePassword(
            ChangePasswordRequest.newBuilder()
                .setUserId(fact("id"))
                .setCurrentPassword(MixedCalls.PASSWORD)
                .setNewPassword(password(1))
                .build());
  }

  private void listSessions() {
    calls().sessions().listSessions(ListSessionsRequest.newBuilder().setUserId(fact("id")).build());
  }

  private void revokeSession() {
    calls()
        .sessions()
        .revokeSession(
            RevokeSessionRequest.newBuilder()
                .setUserId(fact("id"))
                .setSessionId(fact("session"))
                .build());
  }

  private void requestReset() {
    calls()
        .users()
        .requestPasswordReset(RequestPasswordResetRequest.newBuilder().setEmail(email()).build());
  }

  private void deactivate() {
    calls()
        .users()
        .deactivateUser(DeactivateUserRequest.newBuilder().setUserId(fact("id")).build());
  }

  private void reactivate() {
    calls()
        .users()
        .reactivateUser(ReactivateUserRequest.newBuilder().setUserId(fact("id")).build());
  }

  private void reset() {
    calls()
        .takeToken(email(), "reset-password")
        .ifPresent(
            token ->
                calls()
                    .users()
                    .resetPassword(
                        ResetPasswordRequest.newBuilder()
                            .setToken(token)
                            .setNewPassword(password(2))
                            .build()));
  }

  private void revokeAll() {
    calls()
        .sessions()
        .revokeAllSessions(RevokeAllSessionsRequest.newBuilder().setUserId(fact("id")).build());
  }

  private void logout() {
    calls().sessions().logout(LogoutRequest.newBuilder().setRefreshToken(fact("refresh")).build());
  }

  private void delete() {
    calls().users().deleteUser(DeleteUserRequest.newBuilder().setUserId(fact("id")).build());
  }
}
