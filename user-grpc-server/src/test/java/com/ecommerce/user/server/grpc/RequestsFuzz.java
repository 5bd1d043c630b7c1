package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.core.testing.FuzzInput.accepted;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.ecommerce.user.core.credential.PasswordPolicy;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.testing.FuzzInput;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.server.grpc.events.UserEventProtos;
import com.ecommerce.user.server.grpc.events.WebhookProtos;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.CreateWebhookEndpointRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.IssueServiceTokenRequest;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.ListWebhookDeliveriesRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.RedeliverWebhookEventsRequest;
import com.ecommerce.user.v1.ResetPasswordRequest;
import com.ecommerce.user.v1.RevokeSessionRequest;
import com.ecommerce.user.v1.RotateWebhookSecretRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UpdateWebhookEndpointRequest;
import com.ecommerce.user.v1.WatchEventsRequest;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Timeout;

/** Fuzzes the conversion of the bytes of a message to values of the core. */
@Timeout(10)
class RequestsFuzz {
  private static final String ID = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  private final UserMasks masks = new UserMasks(MutableClock.atNoon());
  private final List<Reader> readers = new ArrayList<>();

  private record Reader(Message form, Function<Message, Object> mapping) {}

  RequestsFuzz() {
    var policy = new PasswordPolicy();
    add(CreateUserRequest.getDefaultInstance(), UserProtos::newUser);
    add(UpdateUserRequest.getDefaultInstance(), masks::update);
    add(UpdateUserProfileRequest.getDefaultInstance(), masks::update);
    add(ListUsersRequest.getDefaultInstance(), UserProtos::listing);
    add(SearchUsersRequest.getDefaultInstance(), UserProtos::searching);
    add(AddUserAddressRequest.getDefaultInstance(), AddressProtos::addition);
    add(UpdateUserAddressRequest.getDefaultInstance(), AddressMasks::update);
    add(SetDefaultAddressRequest.getDefaultInstance(), AddressProtos::defaulting);
    add(ListUserAddressesRequest.getDefaultInstance(), AddressProtos::listing);
    add(UpdateUserPreferencesRequest.getDefaultInstance(), PreferenceProtos::update);
    add(
        DeleteUserRequest.getDefaultInstance(),
        request -> UserProtos.reasoned(request.getUserId(), request.getReason()));
    add(
        ChangePasswordRequest.getDefaultInstance(),
        request -> CredentialProtos.passwordChange(request, policy));
    add(
        ResetPasswordRequest.getDefaultInstance(),
        request -> CredentialProtos.passwordReset(request, policy));
    add(LoginRequest.getDefaultInstance(), AuthProtos::login);
    add(ListSessionsRequest.getDefaultInstance(), AuthProtos::listing);
    add(RevokeSessionRequest.getDefaultInstance(), AuthProtos::revocation);
    add(IssueServiceTokenRequest.getDefaultInstance(), AuthProtos::client);
    add(BatchGetUsersRequest.getDefaultInstance(), UserAdminProtos::keys);
    add(ListEventsRequest.getDefaultInstance(), UserEventProtos::listing);
    add(WatchEventsRequest.getDefaultInstance(), UserEventProtos::watching);
    add(CreateWebhookEndpointRequest.getDefaultInstance(), WebhookProtos::settings);
    add(UpdateWebhookEndpointRequest.getDefaultInstance(), WebhookProtos::update);
    add(RotateWebhookSecretRequest.getDefaultInstance(), WebhookProtos::overlap);
    add(RedeliverWebhookEventsRequest.getDefaultInstance(), WebhookProtos::redelivery);
    add(ListWebhookDeliveriesRequest.getDefaultInstance(), WebhookProtos::listing);
    add(ImportedUser.getDefaultInstance(), ImportProtos::user);
  }

  @SuppressWarnings("unchecked")
  private <M extends Message> void add(M form, Function<M, Object> mapping) {
    readers.add(new Reader(form, message -> mapping.apply((M) message)));
  }

  /** The first byte chooses the method; the others are the message. */
  @FuzzTest
  void message_isReadOrRefusedWithItsViolations(byte[] input) {
    if (input.length == 0) {
      return;
    }
    var reader = readers.get((input[0] & 0xFF) % readers.size());
    Message message;
    try {
      byte[] bytes = Arrays.copyOfRange(input, 1, input.length);
      message = reader.form().getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException malformed) {
      return;
    }
    accepted(input, UserServiceException.class, () -> reader.mapping().apply(message));
  }

  /** The input is the paths of a mask. */
  @FuzzTest
  void mask_setsOnlyWhatItNames(byte[] input) {
    List<String> paths =
        FuzzInput.texts(input, 6).stream().filter(path -> !path.isEmpty()).toList();
    var mask = FieldMask.newBuilder().addAllPaths(paths).build();
    var request = UpdateUserRequest.newBuilder().setUserId(ID).setUpdateMask(mask);
    request.getUserBuilder().setFirstName("Ada").setDisplayName("Ada").setEmail("no address");
    var update = accepted(input, UserServiceException.class, () -> masks.update(request.build()));
    if (update.isPresent() && !paths.isEmpty()) {
      assertTrue(
          paths.stream().allMatch(path -> path.matches("\\*|[a-z_]+(\\.[a-z_]+)?")),
          "unknown path");
      assertFalse(paths.contains("email"), "an email that is none");
    }
    // A path that occurs twice counts once.
    var twice = FieldMask.newBuilder().addAllPaths(paths).addAllPaths(paths).build();
    var again =
        accepted(
            input,
            UserServiceException.class,
            () -> masks.update(request.setUpdateMask(twice).build()));
    assertTrue(again.isPresent() == update.isPresent(), "a path twice");
  }
}
