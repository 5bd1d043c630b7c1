package com.ecommerce.user.server.intercept;

import static com.ecommerce.user.server.testing.TestService.aRequest;
import static com.ecommerce.user.server.testing.TestService.anUpdate;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.Races;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.ChangePasswordRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListEventsRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.grpc.Metadata;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the metadata of repeated calls, on two instances with one database. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdempotencyGrpcTest {
  private static final int AT_ONCE = 50;

  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicReference<Metadata> headers = new AtomicReference<>();
  private final AtomicReference<Metadata> trailers = new AtomicReference<>();
  private TestDatabase database;
  private TestService one;
  private TestService other;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    one = TestService.on(database);
    other = TestService.on(database);
  }

  @AfterAll
  void stop() {
    other.close();
    one.close();
  }

  private String anEmail() {
    return "repeat" + numbers.incrementAndGet() + "@example.com";
  }

  private String aKey() {
    return "key-" + numbers.incrementAndGet();
  }

  private static <S extends AbstractStub<S>> S keyed(String key, S stub) {
    var metadata = new Metadata();
    metadata.put(IdempotencyInterceptor.KEY, key);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private <S extends AbstractStub<S>> S captured(String key, S stub) {
    return keyed(key, stub)
        .withInterceptors(MetadataUtils.newCaptureMetadataInterceptor(headers, trailers));
  }

  private static boolean isReplayed(AtomicReference<Metadata> metadata) {
    return metadata.get() != null
        && "true".equals(metadata.get().get(IdempotencyInterceptor.REPLAYED));
  }

  @Test
  void repeatedCall_hasTheAnswerAndTheHeader() {
    var request = aRequest(anEmail()).build();
    String key = aKey();
    var first = captured(key, one.users()).createUser(request);
    assertFalse(isReplayed(headers));

    var again = captured(key, other.users()).createUser(request);

    assertTrue(isReplayed(headers));
    assertEquals(first, again);
  }

  @Test
  void manyCallsAtOnce_createOneUser() {
    var request = aRequest(anEmail()).build();
    String key = aKey();
    List<Supplier<User>> calls =
        IntStream.range(0, AT_ONCE)
            .<Supplier<User>>mapToObj(i -> () -> createUntilAnswered(i, key, request))
            .toList();

    var users =
        Races.run(calls).stream().map(outcome -> outcome.join()).collect(Collectors.toSet());

    assertEquals(1, users.size());
    var rows = database.query("select id from users where email = ?", request.getEmail());
    assertEquals(users.iterator().next().getId(), rows.get(0).get("id").toString());
    assertEquals(1, rows.size());
  }

  private User createUntilAnswered(int number, String key, CreateUserRequest request) {
    var users = keyed(key, (number % 2 == 0 ? one : other).users());
    for (int attempt = 0; attempt < 1_000; attempt++) {
      try {
        return users.createUser(request).getUser();
      } catch (StatusRuntimeException failed) {
        var failure = Failure.of(failed);
        boolean isBusy = failure.code() == Code.RESOURCE_EXHAUSTED;
        if (!isBusy) {
          failure.assertIs(Code.ABORTED, "REQUEST_IN_PROGRESS");
        }
        assertTrue(failure.retry().isPresent());
      }
    }
    throw new AssertionError("the first call never ended");
  }

  @Test
  void anotherRequest_isRefused() {
    User user = one.create(anEmail());
    String key = aKey();
    var values = User.newBuilder().setFirstName("Grace");
    keyed(key, one.users()).updateUser(anUpdate(user, values, "first_name").build());

    var failure =
        Failure.of(
            () ->
                keyed(key, one.users())
                    .updateUser(anUpdate(user, values.setFirstName("Ada"), "first_name").build()));

    failure.assertIs(Code.INVALID_ARGUMENT, "IDEMPOTENCY_KEY_REUSED");
    assertEquals(List.of("idempotency-key IDEMPOTENCY_KEY_REUSED"), failure.violations());
  }

  @Test
  void repeatedFailure_isTheSameWithATrailer() {
    String email = anEmail();
    User user = one.create(email);
    var request = aRequest(email).build();
    String key = aKey();
    var first = Failure.of(() -> keyed(key, one.users()).createUser(request));
    one.users().deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build());

    var again = Failure.of(() -> captured(key, other.users()).createUser(request));

    assertTrue(isReplayed(trailers));
    assertEquals(first.withoutCallId(), again.withoutCallId());
    assertNotEquals(first.callId(), again.callId());
  }

  @Test
  void deletion_isRepeatedAlthoughTheUserIsGone() {
    User user = one.create(anEmail());
    var request = DeleteUserRequest.newBuilder().setUserId(user.getId()).build();
    String key = aKey();
    keyed(key, one.users()).deleteUser(request);

    captured(key, other.users()).deleteUser(request);

    assertTrue(isReplayed(headers));
  }

  @Test
  void passwordChange_isRepeated() {
    User user = one.create(anEmail());
    var request =
        ChangePasswordRequest.newBuilder()
            .setUserId(user.getId())
            .setCurrentPassword(TestUsers.PASSWORD)
            .setNewPassword("another horse battery")
            .build();
    String key = aKey();
    keyed(key, one.users()).changePassword(request);

    captured(key, one.users()).changePassword(request);

    assertTrue(isReplayed(headers));
  }

  @Test
  void login_isRepeatedInTheSameSession() {
    String email = anEmail();
    one.create(email);
    var request = LoginRequest.newBuilder().setEmail(email).setPassword(TestUsers.PASSWORD).build();
    String key = aKey();
    var first = keyed(key, one.auth()).login(request);

    var again = captured(key, other.auth()).login(request);

    assertTrue(isReplayed(headers));
    assertEquals(first.getSession().getId(), again.getSession().getId());
    assertNotEquals(first.getRefreshToken(), again.getRefreshToken());
  }

  @Test
  void invalidKey_isRefusedWhereKeysAreTaken() {
    User user = one.create(anEmail());
    var failure =
        Failure.of(
            () ->
                keyed("x".repeat(256), one.users())
                    .deleteUser(DeleteUserRequest.newBuilder().setUserId(user.getId()).build()));

    failure.assertIs(Code.INVALID_ARGUMENT, "INVALID_REQUEST");
    assertEquals(List.of("idempotency-key INVALID_IDEMPOTENCY_KEY"), failure.violations());
    keyed("x".repeat(256), one.users())
        .getUser(GetUserRequest.newBuilder().setUserId(user.getId()).build());
  }

  @Test
  void request_isComparedWithoutPasswords() {
    var request = CreateUserRequest.newBuilder().setEmail("a@example.com").setPassword("secret");

    assertArrayEquals(
        IdempotencyInterceptor.withoutPasswords(
            CreateUserRequest.newBuilder().setEmail("a@example.com").build()),
        IdempotencyInterceptor.withoutPasswords(request.build()));
  }

  @Test
  void request_isComparedRegardlessOfTheOrderOfMapEntries() {
    var names = IntStream.range(0, 20).mapToObj(i -> "site" + i).toList();
    var profile = UserProfile.newBuilder();
    names.forEach(name -> profile.putSocialLinks(name, "https://example.com/" + name));
    var reversed = UserProfile.newBuilder();
    IntStream.range(0, 20)
        .mapToObj(i -> names.get(19 - i))
        .forEach(name -> reversed.putSocialLinks(name, "https://example.com/" + name));

    assertArrayEquals(
        IdempotencyInterceptor.withoutPasswords(profile.build()),
        IdempotencyInterceptor.withoutPasswords(reversed.build()));
  }

  @Test
  void passwords_areOnlyInTopLevelFieldsOfRequests() {
    keyedMethods()
        .forEach(
            method ->
                method.getInputType().getFields().stream()
                    .filter(field -> field.getType() == FieldDescriptor.Type.MESSAGE)
                    .forEach(field -> assertNoPassword(field.getMessageType(), new HashSet<>())));
  }

  /** Writes that the service config repeats without a key would be made twice. */
  @Test
  void serviceConfig_repeatsTheMethodsThatTakeKeys() throws IOException {
    var config =
        JsonParser.parseString(Files.readString(Path.of("../scripts/grpc-service-config.json")));
    Set<String> repeated = new TreeSet<>();
    for (var entry : config.getAsJsonObject().getAsJsonArray("methodConfig")) {
      if (entry.toString().contains("ABORTED")) {
        for (var name : entry.getAsJsonObject().getAsJsonArray("name")) {
          var method = name.getAsJsonObject();
          repeated.add(
              method.get("service").getAsString() + "/" + method.get("method").getAsString());
        }
      }
    }

    Set<String> taken =
        keyedMethods()
            .map(method -> method.getService().getFullName() + "/" + method.getName())
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(taken, repeated);
  }

  private static Stream<MethodDescriptor> keyedMethods() {
    return Stream.of(
            CreateUserRequest.getDescriptor().getFile(),
            LoginRequest.getDescriptor().getFile(),
            BatchGetUsersRequest.getDescriptor().getFile(),
            ListEventsRequest.getDescriptor().getFile())
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> Operation.titled(method.getName()).orElseThrow().takesIdempotencyKey());
  }

  private static void assertNoPassword(Descriptor type, Set<Descriptor> seen) {
    if (!seen.add(type)) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      assertFalse(field.getName().contains("password"), field.getFullName());
      if (field.getType() == FieldDescriptor.Type.MESSAGE) {
        assertNoPassword(field.getMessageType(), seen);
      }
    }
  }
}
