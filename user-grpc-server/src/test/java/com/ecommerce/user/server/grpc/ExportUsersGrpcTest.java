package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static com.ecommerce.user.server.testing.Failure.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.ExportUserRequest;
import com.ecommerce.user.v1.ExportUsersRequest;
import com.ecommerce.user.v1.ExportUsersResponse;
import com.ecommerce.user.v1.ExportedEvent;
import com.ecommerce.user.v1.ImportOutcome;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc.UserAdminServiceBlockingStub;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ExportUsersGrpcTest extends RightsGrpcTesting {
  private static final int MANY = 3_000;

  /** Enough users with long texts that no buffer of a transport can have all of them. */
  @BeforeAll
  void importUsers() throws Exception {
    var rows =
        IntStream.range(0, MANY)
            .mapToObj(
                number -> {
                  var user = ImportedUser.newBuilder().setEmail("many" + number + "@example.com");
                  user.getProfileBuilder().setBio("x".repeat(1_900));
                  return user.build();
                })
            .toList();
    for (var outcome : importAll(rows)) {
      assertEquals(ImportOutcome.IMPORT_OUTCOME_CREATED, outcome.getOutcome());
    }
  }

  private List<ImportUsersResponse> importAll(List<ImportedUser> users) throws Exception {
    var results = new ArrayList<ImportUsersResponse>();
    var end = new CompletableFuture<Void>();
    var rows =
        TestService.with(tokens.get(Who.SERVICE), UserAdminServiceGrpc.newStub(service.channel()))
            .importUsers(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ImportUsersResponse result) {
                    results.add(result);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    end.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(null);
                  }
                });
    users.forEach(user -> rows.onNext(ImportUsersRequest.newBuilder().setUser(user).build()));
    rows.onCompleted();
    end.get(60, TimeUnit.SECONDS);
    return results;
  }

  private UserAdminServiceBlockingStub admin(Who who) {
    return who == Who.ANONYMOUS
        ? service.admin()
        : TestService.with(tokens.get(who), service.admin());
  }

  private List<ImportedUser> export(ExportUsersRequest.Builder request) {
    var exported = new ArrayList<ImportedUser>();
    admin(Who.ADMIN)
        .exportUsers(request.build())
        .forEachRemaining(row -> exported.add(row.getUser()));
    return exported;
  }

  @Test
  void exportUsers_hasRowsThatAnImportFindsUnchanged() throws Exception {
    var exported = export(ExportUsersRequest.newBuilder().setWithPasswordHashes(true));

    assertTrue(exported.size() >= MANY, exported.size() + " users");
    var own =
        exported.stream().filter(user -> user.getUserId().equals(target)).findFirst().orElseThrow();
    assertTrue(own.getPasswordHash().startsWith("$bcrypt-sha256$"), "the hash");
    for (var result : importAll(exported)) {
      assertEquals(ImportOutcome.IMPORT_OUTCOME_UNCHANGED, result.getOutcome(), result::toString);
    }
  }

  @Test
  void exportUsers_filters() {
    signIn("seller@example.com", Role.SELLER);

    var sellers =
        export(
            ExportUsersRequest.newBuilder()
                .addRoles(UserRole.USER_ROLE_SELLER)
                .addStatuses(UserStatus.USER_STATUS_PENDING_VERIFICATION));

    assertTrue(
        sellers.stream().allMatch(user -> user.getRolesList().contains(UserRole.USER_ROLE_SELLER)),
        sellers::toString);
    assertTrue(
        sellers.stream().anyMatch(user -> user.getEmail().equals("seller@example.com")),
        sellers::toString);
    assertTrue(sellers.stream().noneMatch(ImportedUser::hasPasswordHash), "hashes on demand only");
    assertInvalid(
        () -> export(ExportUsersRequest.newBuilder().addStatusesValue(99)),
        "statuses UNKNOWN_VALUE");
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ANONYMOUS", "OWN_USER", "SUPPORT"})
  void exportUsers_isForAdmins(Who who) {
    assertFails(
        who == Who.ANONYMOUS ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED,
        who == Who.ANONYMOUS ? "CREDENTIALS_MISSING" : "ACCESS_DENIED",
        () -> admin(who).exportUsers(ExportUsersRequest.getDefaultInstance()).hasNext());
  }

  /** Reads nothing, then a little, and then hangs up. */
  private static final class SlowReader
      implements ClientResponseObserver<ExportUsersRequest, ExportUsersResponse> {
    private final AtomicInteger read = new AtomicInteger();
    private final CompletableFuture<Void> first = new CompletableFuture<>();
    private final CompletableFuture<Throwable> end = new CompletableFuture<>();
    private ClientCallStreamObserver<ExportUsersRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<ExportUsersRequest> stream) {
      call = stream;
      stream.disableAutoRequestWithInitial(1);
    }

    @Override
    public void onNext(ExportUsersResponse row) {
      read.incrementAndGet();
      first.complete(null);
    }

    @Override
    public void onError(Throwable failure) {
      end.complete(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(null);
    }
  }

  @Test
  void exportUsers_waitsForItsClientAndEndsWithIt() throws Exception {
    var reader = new SlowReader();
    TestService.with(tokens.get(Who.ADMIN), UserAdminServiceGrpc.newStub(service.channel()))
        .exportUsers(ExportUsersRequest.getDefaultInstance(), reader);
    reader.first.get(60, TimeUnit.SECONDS);
    assertEquals(1, reader.read.get());
    assertFalse(reader.end.isDone(), "the service has sent everything at once");
    reader.call.request(10);
    reader.call.cancel("enough", null);

    var failure = (StatusRuntimeException) reader.end.get(60, TimeUnit.SECONDS);
    assertEquals(Status.Code.CANCELLED, failure.getStatus().getCode());
    // The place of the export is free again.
    for (int i = 0; i < 5; i++) {
      assertTrue(export(ExportUsersRequest.newBuilder()).size() >= MANY, "exported");
    }
  }

  @Test
  void exportUser_isForItsOwnerAndAdmins() {
    var request = ExportUserRequest.newBuilder().setUserId(target).build();
    for (var who : List.of(Who.OWN_USER, Who.ADMIN, Who.SERVICE)) {
      var document = admin(who).exportUser(request);
      assertEquals(target, document.getUser().getId());
      assertTrue(
          document.getEventsList().stream()
              .map(ExportedEvent::getType)
              .toList()
              .containsAll(List.of("user.created", "session.started", "session.ended")),
          document::toString);
      assertFalse(document.toString().contains("$bcrypt"), "no secrets");
      assertTrue(document.hasPasswordChangedAt() && document.hasRegistration());
    }
    for (var who : List.of(Who.OTHER_USER, Who.SUPPORT)) {
      assertFails(
          Status.Code.PERMISSION_DENIED, "ACCESS_DENIED", () -> admin(who).exportUser(request));
    }
    assertFails(
        Status.Code.NOT_FOUND,
        "USER_NOT_FOUND",
        () ->
            admin(Who.ADMIN).exportUser(ExportUserRequest.newBuilder().setUserId(NOBODY).build()));
  }
}
