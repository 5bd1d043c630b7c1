package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Empty;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests calls that a generated client does not make. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MalformedCallGrpcTest {
  /** A field with a length of 127 bytes that has only one. */
  private static final byte[] CUT_OFF = {0x0A, 0x7F, 'x'};

  /** A text in field 1 that is not UTF-8. */
  private static final byte[] NOT_UTF8 = {0x0A, 2, (byte) 0xC3, (byte) 0x28};

  private TestService service;
  private TestService guarded;
  private String token;

  @BeforeAll
  void start(TestDatabase database) {
    service = TestService.on(database);
    guarded = TestService.guardedOn(database);
    var user =
        guarded.core().users().create(RequestContext.system(), TestUsers.aUser("ada@example.com"));
    var signedIn = guarded.core().sessions().signIn(RequestContext.system(), user.id(), "");
    token = signedIn.tokens().accessToken();
  }

  @AfterAll
  void stop() {
    service.close();
    guarded.close();
  }

  private Empty call(String method, byte[] message) {
    return call(service, method, message);
  }

  private static Empty call(TestService to, String method, byte[] message) {
    var descriptor =
        MethodDescriptor.newBuilder(
                new RawBytes(), ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setType(MethodType.UNARY)
            .setFullMethodName(method)
            .build();
    return ClientCalls.blockingUnaryCall(to.channel(), descriptor, CallOptions.DEFAULT, message);
  }

  static Stream<String> methods() {
    return UserServiceGrpc.getServiceDescriptor().getMethods().stream()
        .map(MethodDescriptor::getFullMethodName);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void messageThatIsCutOff_isInvalid(String method) {
    assertFails(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", () -> call(method, CUT_OFF));
  }

  @Test
  void textThatIsNotUtf8_isInvalidAndNoDefect() {
    try (var log = new CapturedLog()) {
      assertFails(
          Code.INVALID_ARGUMENT,
          "INVALID_ARGUMENT",
          () -> call("user.v1.UserService/GetUser", NOT_UTF8));

      assertEquals(
          0,
          log.events().stream()
              .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
              .count());
    }
  }

  /**
   * Tests an overlong form, an encoded surrogate and Latin-1, in a field of an inner message and in
   * the keys and values of a map.
   */
  @ParameterizedTest
  @ValueSource(strings = {"c0af", "eda080", "fc2e"})
  void innerTextThatIsNotUtf8_isInvalid(String hex) {
    byte[] bad = HexFormat.of().parseHex(hex);
    byte[] good = "web".getBytes(StandardCharsets.UTF_8);
    int profile = UpdateUserProfileRequest.PROFILE_FIELD_NUMBER;
    byte[] bio = field(UserProfile.BIO_FIELD_NUMBER, bad);
    byte[] key =
        field(UserProfile.SOCIAL_LINKS_FIELD_NUMBER, joined(field(1, bad), field(2, good)));
    byte[] url =
        field(UserProfile.SOCIAL_LINKS_FIELD_NUMBER, joined(field(1, good), field(2, bad)));
    for (byte[] inner : List.of(bio, key, url)) {
      assertFails(
          Code.INVALID_ARGUMENT,
          "INVALID_ARGUMENT",
          () -> call("user.v1.UserService/UpdateUserProfile", field(profile, inner)));
    }
  }

  /** Returns the protobuf encoding of a field with a length below 128. */
  private static byte[] field(int number, byte[] content) {
    return joined(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"user.v1.UserService/NoSuchMethod", "no.such.Service/GetUser", "x/y"})
  void unknownMethod_isUnimplemented(String method) {
    assertFails(Code.UNIMPLEMENTED, "UNIMPLEMENTED", () -> call(method, new byte[0]));
  }

  @Test
  void messageOfWhoMustNotCall_isNotRead() {
    assertFails(
        Code.UNAUTHENTICATED,
        "CREDENTIALS_MISSING",
        () -> call(guarded, "user.v1.UserService/UpdateUser", CUT_OFF));
    assertFails(
        Code.INVALID_ARGUMENT,
        "INVALID_ARGUMENT",
        () -> call(guarded, "user.v1.UserService/CreateUser", CUT_OFF));
  }

  @ParameterizedTest
  @MethodSource("methods")
  void callWithoutMessage_isInvalid(String method) {
    assertFails(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", () -> send(service, method, 0));
    assertFails(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", () -> send(guarded, method, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user.v1.UserService/HealthCheck",
        "user.v1.UserService/CreateUser",
        "grpc.health.v1.Health/Check",
        "grpc.health.v1.Health/Watch"
      })
  void callWithTwoMessages_isInvalid(String method) {
    assertFails(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", () -> send(service, method, 2));
    assertFails(Code.INVALID_ARGUMENT, "INVALID_ARGUMENT", () -> send(guarded, method, 2));
  }

  /** Sends so many empty messages, and throws the failure of the call. */
  private void send(TestService to, String method, int messages) throws Exception {
    var descriptor =
        MethodDescriptor.newBuilder(
                new RawBytes(), ProtoUtils.marshaller(Empty.getDefaultInstance()))
            .setType(MethodType.BIDI_STREAMING)
            .setFullMethodName(method)
            .build();
    var stub = TestService.with(token, to.users());
    var call = stub.getChannel().newCall(descriptor, CallOptions.DEFAULT);
    var closed = new CompletableFuture<Empty>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            closed.completeExceptionally(status.asRuntimeException(trailers));
          }
        },
        new Metadata());
    call.request(1);
    for (int i = 0; i < messages; i++) {
      call.sendMessage(new byte[0]);
    }
    call.halfClose();
    try {
      closed.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw (StatusRuntimeException) failed.getCause();
    }
  }

  private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      throw new IllegalStateException("requests only");
    }
  }
}
