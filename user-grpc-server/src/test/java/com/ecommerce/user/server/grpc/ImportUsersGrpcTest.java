package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.testing.Failure.assertFails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.FieldError;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.CapturedLog;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.EmailPreferences;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.ImportOptions;
import com.ecommerce.user.v1.ImportOutcome;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.LoginRequest;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(120)
class ImportUsersGrpcTest extends RightsGrpcTesting {
  /** bcrypt's hash of {@link TestUsers#PASSWORD}, made by passlib. */
  private static final String HASH = "$2b$05$VmLwEkPhNLtAAo5/Iy1v1OSXUd1bEyKxVfiWBqV2LAsJDUeQE8FIa";

  /** A call of ImportUsers, whose results are read when the test wants them. */
  private static final class Call
      implements ClientResponseObserver<ImportUsersRequest, ImportUsersResponse> {
    private final List<ImportUsersResponse> results = new CopyOnWriteArrayList<>();
    private final CompletableFuture<List<ImportUsersResponse>> end = new CompletableFuture<>();
    private final int initiallyRead;
    private ClientCallStreamObserver<ImportUsersRequest> rows;

    Call(int initiallyRead) {
      this.initiallyRead = initiallyRead;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ImportUsersRequest> stream) {
      rows = stream;
      stream.disableAutoRequestWithInitial(initiallyRead);
    }

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
      end.complete(List.copyOf(results));
    }
  }

  private Call begin(Who who, int initiallyRead) {
    var stub = UserAdminServiceGrpc.newStub(service.channel());
    var call = new Call(initiallyRead);
    (who == Who.ANONYMOUS ? stub : TestService.with(tokens.get(who), stub)).importUsers(call);
    return call;
  }

  private static ImportUsersRequest request(ImportedUser.Builder user) {
    return ImportUsersRequest.newBuilder().setUser(user).build();
  }

  private static ImportedUser.Builder row(String email) {
    return ImportedUser.newBuilder().setEmail(email).setFirstName("Ada").setLastName("Lovelace");
  }

  private List<ImportUsersResponse> send(ImportUsersRequest... requests) throws Exception {
    var call = begin(Who.SERVICE, Integer.MAX_VALUE);
    Stream.of(requests).forEach(call.rows::onNext);
    call.rows.onCompleted();
    return call.end.get(60, TimeUnit.SECONDS);
  }

  private ImportUsersResponse sendOne(ImportedUser.Builder user) throws Exception {
    return send(request(user)).get(0);
  }

  private StatusRuntimeException failureOf(Call call) {
    try {
      call.end.get(60, TimeUnit.SECONDS);
      throw new AssertionError("the call has not failed");
    } catch (java.util.concurrent.ExecutionException failed) {
      return (StatusRuntimeException) failed.getCause();
    } catch (Exception unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private static ImportedUser.Builder whole(String email) {
    return row(email)
        .setUserId("7D444840-9dc0-41d1-b245-5ffdce74fad2")
        .setExternalId("crm-1")
        .setEmailVerified(true)
        .setDisplayName("Countess")
        .setPhone(PhoneNumber.newBuilder().setE164("+442079460958"))
        .setPhoneVerified(true)
        .setAvatarUrl("https://example.com/ada.png")
        .setStatus(UserStatus.USER_STATUS_ACTIVE)
        .addRoles(UserRole.USER_ROLE_SELLER)
        .setProfile(
            UserProfile.newBuilder()
                .setBio("Analyst")
                .setDateOfBirth(Date.newBuilder().setYear(1915).setMonth(12).setDay(10))
                .setGender("female")
                .setLanguage("en")
                .setCurrency("GBP")
                .setTimezone("Europe/London")
                .setCompany("Analytical Engines")
                .setWebsite("https://example.com")
                .putSocialLinks("a", "https://a.example.com"))
        .setCreatedAt(Timestamp.newBuilder().setSeconds(1_500_000_000).setNanos(123_456_000))
        .setUpdatedAt(Timestamp.newBuilder().setSeconds(1_500_000_100))
        .setLastLoginAt(Timestamp.newBuilder().setSeconds(1_500_000_200))
        .setPasswordHash(HASH)
        .addAddresses(
            UserAddress.newBuilder()
                .setId("7d444840-9dc0-41d1-b245-5ffdce74fad3")
                .setLabel("Home")
                .setAddress(
                    Address.newBuilder()
                        .setLine1("1 High St")
                        .setCity("Leeds")
                        .setCountryCode("GB"))
                .setType(AddressType.ADDRESS_TYPE_BOTH)
                .setAudit(
                    AuditInfo.newBuilder()
                        .setCreatedAt(Timestamp.newBuilder().setSeconds(1_500_000_300))))
        .setPreferences(
            UserPreferences.newBuilder()
                .setEmail(EmailPreferences.newBuilder().setNewsletter(true)));
  }

  @Test
  void importUsers_isOneLineOfTheSecurityLogAtItsEnd() throws Exception {
    var options = ImportUsersRequest.newBuilder();
    options.getOptionsBuilder().setDryRun(true);
    try (var log = new CapturedLog()) {
      send(options.build(), request(row("logged@example.com")), request(row("no email")));
      send(request(row("logged@example.com")), request(row("logged@example.com")));
      var cancelled = begin(Who.ADMIN, Integer.MAX_VALUE);
      cancelled.rows.onNext(request(row("logged-2@example.com")));
      Await.until(() -> cancelled.results.size() == 1);
      cancelled.rows.cancel("enough", null);

      Await.until(() -> securityLines(log).size() == 3);
      String admin = ids.get(Who.ADMIN).toString();
      assertEquals(
          List.of(
              "A dry run of an import of users has ended: 1 created, 0 updated, 0 unchanged, 1 failed, by"
                  + " service:orders from local",
              "An import of users has ended: 1 created, 0 updated, 1 unchanged, 0 failed, by"
                  + " service:orders from local",
              "An import of users has ended: 1 created, 0 updated, 0 unchanged, 0 failed, by "
                  + admin
                  + " from local"),
          securityLines(log));
    }
  }

  private static List<String> securityLines(CapturedLog log) {
    return log.events().stream()
        .filter(event -> event.getLoggerName().equals("com.ecommerce.user.security"))
        .map(event -> event.getFormattedMessage())
        .toList();
  }

  @Test
  void importUsers_keepsAllThatARowHas() throws Exception {
    var sent = whole("whole@example.com");

    var result = sendOne(sent);

    String id = "7d444840-9dc0-41d1-b245-5ffdce74fad2";
    assertEquals(
        ImportUsersResponse.newBuilder()
            .setRow(1)
            .setOutcome(ImportOutcome.IMPORT_OUTCOME_CREATED)
            .setUserId(id)
            .build(),
        result);
    var user = get(id);
    assertEquals(sent.getExternalId(), user.getExternalId());
    assertEquals(sent.getProfile(), user.getProfile());
    assertEquals(sent.getPhone().getE164(), user.getPhone().getE164());
    assertTrue(user.getEmailVerified() && user.getPhoneVerified());
    assertEquals(sent.getStatus(), user.getStatus());
    assertEquals(sent.getRolesList(), user.getRolesList());
    assertEquals(sent.getCreatedAt(), user.getAudit().getCreatedAt());
    assertEquals(sent.getUpdatedAt(), user.getAudit().getUpdatedAt());
    assertEquals("service:orders", user.getAudit().getCreatedBy());
    assertEquals(sent.getLastLoginAt(), user.getLastLoginAt());
    var admin = users(Who.ADMIN);
    var address =
        admin
            .listUserAddresses(ListUserAddressesRequest.newBuilder().setUserId(id).build())
            .getAddresses(0);
    assertEquals(sent.getAddresses(0).getId(), address.getId());
    assertTrue(address.getIsDefaultShipping() && address.getIsDefaultBilling());
    assertEquals(sent.getAddresses(0).getAudit().getCreatedAt(), address.getAudit().getCreatedAt());
    var preferences =
        admin
            .getUserPreferences(GetUserPreferencesRequest.newBuilder().setUserId(id).build())
            .getPreferences();
    assertEquals(sent.getPreferences().getEmail(), preferences.getEmail());
    assertTrue(preferences.getPush().getOrderUpdates(), "an absent group has its defaults");
    var login =
        LoginRequest.newBuilder().setEmail("whole@example.com").setPassword(TestUsers.PASSWORD);
    assertEquals(id, service.auth().login(login.build()).getUser().getId());
    assertEquals(ImportOutcome.IMPORT_OUTCOME_UNCHANGED, sendOne(sent).getOutcome());
  }

  private com.ecommerce.user.v1.User get(String id) {
    return users(Who.ADMIN)
        .getUser(com.ecommerce.user.v1.GetUserRequest.newBuilder().setUserId(id).build())
        .getUser();
  }

  @Test
  void importUsers_answersEachRowInItsOrder() throws Exception {
    var requests =
        IntStream.rangeClosed(1, 1_200)
            .mapToObj(
                number ->
                    request(row(number % 100 == 0 ? "nobody" : "order" + number + "@example.com")))
            .toArray(ImportUsersRequest[]::new);

    var results = send(requests);

    assertEquals(requests.length, results.size());
    for (int i = 0; i < requests.length; i++) {
      assertEquals(i + 1, results.get(i).getRow());
      assertEquals(
          (i + 1) % 100 == 0
              ? ImportOutcome.IMPORT_OUTCOME_FAILED
              : ImportOutcome.IMPORT_OUTCOME_CREATED,
          results.get(i).getOutcome());
    }
  }

  @Test
  void importUsers_namesAllFieldsOfARowThatBreakARule() throws Exception {
    var bad =
        row("nobody")
            .setUserId("42")
            .setCreatedAt(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
            .setPhone(PhoneNumber.newBuilder().setE164("+1"))
            .addRoles(UserRole.USER_ROLE_UNSPECIFIED)
            .setProfile(UserProfile.newBuilder().setLanguage("xx"))
            .addAddresses(UserAddress.newBuilder().setId("1"))
            .setPasswordHash("$2b$12$" + "x".repeat(2_000));

    var result = sendOne(bad);

    assertEquals("INVALID_REQUEST", result.getReason());
    assertEquals(
        List.of(
            "addresses[0].address.city REQUIRED",
            "addresses[0].address.country_code REQUIRED",
            "addresses[0].address.line1 REQUIRED",
            "addresses[0].id INVALID_UUID",
            "addresses[0].type REQUIRED",
            "created_at INVALID_TIMESTAMP",
            "email INVALID_EMAIL",
            "password_hash TOO_LONG",
            "phone INVALID_PHONE",
            "profile.language INVALID_LANGUAGE",
            "roles UNKNOWN_VALUE",
            "user_id INVALID_UUID"),
        result.getErrorsList().stream()
            .map(error -> error.getField() + " " + error.getRule())
            .sorted()
            .toList());
  }

  @Test
  void importUsers_namesWhatIsTaken() throws Exception {
    sendOne(row("taken@example.com").setExternalId("crm-taken"));

    var result = sendOne(row("taken@example.com").setExternalId("crm-other"));

    assertEquals("EMAIL_TAKEN", result.getReason());
    assertEquals(
        List.of("email"), result.getErrorsList().stream().map(FieldError::getField).toList());
  }

  @Test
  void importUsers_takesAnEmptyMessageForABadRow() throws Exception {
    var results = send(ImportUsersRequest.getDefaultInstance(), request(row("next@example.com")));

    assertEquals("email", results.get(0).getErrors(0).getField());
    assertEquals(ImportOutcome.IMPORT_OUTCOME_CREATED, results.get(1).getOutcome());
  }

  @Test
  void importUsers_ofADryRun_writesNothing() throws Exception {
    var options = ImportOptions.newBuilder().setDryRun(true);

    var results =
        send(
            ImportUsersRequest.newBuilder().setOptions(options).build(),
            request(row("dry@example.com")));

    assertEquals(1, results.get(0).getRow());
    assertEquals(ImportOutcome.IMPORT_OUTCOME_CREATED, results.get(0).getOutcome());
    assertEquals("", results.get(0).getUserId());
    assertEquals(List.of(), database.query("select id from users where email = 'dry@example.com'"));
  }

  @Test
  void importUsers_sendsMailsOnDemandOnly() throws Exception {
    var options = ImportOptions.newBuilder().setSendMails(true);

    send(request(row("quiet@example.com")));
    send(
        ImportUsersRequest.newBuilder().setOptions(options).build(),
        request(row("loud@example.com")));

    assertEquals(0, service.mailsTo("quiet@example.com").size());
    assertEquals(1, service.mailsTo("loud@example.com").size());
  }

  @Test
  void importUsers_refusesOptionsAfterARow() {
    var call = begin(Who.SERVICE, Integer.MAX_VALUE);
    call.rows.onNext(request(row("first@example.com")));
    call.rows.onNext(
        ImportUsersRequest.newBuilder().setOptions(ImportOptions.newBuilder()).build());

    assertFails(
        Status.Code.INVALID_ARGUMENT,
        "INVALID_REQUEST",
        () -> {
          throw failureOf(call);
        });
  }

  @Test
  void importUsers_answersARowBeforeTheNextOneIsSent() throws Exception {
    var call = begin(Who.SERVICE, Integer.MAX_VALUE);
    for (int i = 1; i <= 3; i++) {
      int expected = i;
      call.rows.onNext(request(row("single" + i + "@example.com")));
      Await.until(() -> call.results.size() == expected);
    }
    call.rows.onCompleted();

    assertEquals(3, call.end.get(60, TimeUnit.SECONDS).size());
  }

  @Test
  void importUsers_withoutRows_isOk() throws Exception {
    assertEquals(List.of(), send());
  }

  /** A client that reads no results is not read either, so neither side needs memory for it. */
  @Test
  void importUsers_readsNoFurtherThanItsClientReads() throws Exception {
    var call = begin(Who.SERVICE, 0);
    int sent = 0;
    String bio = "x".repeat(1_900);
    while (call.rows.isReady() && sent < 1_000_000) {
      call.rows.onNext(
          request(
              row("flow" + sent + "@example.com")
                  .setProfile(UserProfile.newBuilder().setBio(bio))));
      sent++;
    }
    assertFalse(call.rows.isReady(), "the service reads without end");
    int all = sent;
    call.rows.onCompleted();
    call.rows.request(Integer.MAX_VALUE);

    assertEquals(all, call.end.get(60, TimeUnit.SECONDS).size());
  }

  @Test
  void importUsers_thatIsCancelled_keepsWhatWasAnswered() throws Exception {
    var call = begin(Who.SERVICE, Integer.MAX_VALUE);
    call.rows.onNext(request(row("answered@example.com")));
    Await.until(() -> call.results.size() == 1);
    call.rows.cancel("enough", null);

    assertEquals(Status.Code.CANCELLED, failureOf(call).getStatus().getCode());
    assertEquals(
        UUID.fromString(call.results.get(0).getUserId()),
        database
            .query("select id from users where email = 'answered@example.com'")
            .get(0)
            .get("id"));
  }

  @ParameterizedTest
  @EnumSource(
      value = Who.class,
      names = {"ANONYMOUS", "OWN_USER", "SUPPORT"})
  void importUsers_isForAdmins(Who who) {
    var call = begin(who, Integer.MAX_VALUE);
    call.rows.onNext(request(row("denied@example.com").addRoles(UserRole.USER_ROLE_ADMIN)));

    var expected =
        who == Who.ANONYMOUS ? Status.Code.UNAUTHENTICATED : Status.Code.PERMISSION_DENIED;
    assertEquals(expected, failureOf(call).getStatus().getCode());
    assertEquals(
        List.of(), database.query("select id from users where email = 'denied@example.com'"));
  }

  @Test
  void importUsers_byAnAdmin_isAllowed() throws Exception {
    signIn("another.admin@example.com", Role.ADMIN);
    var call = begin(Who.ADMIN, Integer.MAX_VALUE);
    call.rows.onNext(request(row("by.admin@example.com")));
    call.rows.onCompleted();

    assertEquals(1, call.end.get(60, TimeUnit.SECONDS).size());
  }

  /** The largest valid row must be below the limit of the message. */
  @Test
  void importUsers_takesTheLargestRow() throws Exception {
    var links = new ArrayList<String>();
    var profile = UserProfile.newBuilder().setBio("𝒜".repeat(2_000));
    for (int i = 0; i < 20; i++) {
      links.add("https://example.com/" + "a".repeat(2_000));
      profile.putSocialLinks("network" + i, links.get(i));
    }
    var row = row("largest@example.com").setProfile(profile);
    for (int i = 0; i < 50; i++) {
      row.addAddresses(
          UserAddress.newBuilder()
              .setLabel("𝒜".repeat(150))
              .setFullName("𝒜".repeat(200))
              .setAddress(
                  Address.newBuilder()
                      .setLine1("𝒜".repeat(255))
                      .setLine2("𝒜".repeat(255))
                      .setCity("𝒜".repeat(150))
                      .setState("𝒜".repeat(150))
                      .setPostalCode("𝒜".repeat(20))
                      .setCountryCode("GB"))
              .setType(AddressType.ADDRESS_TYPE_BOTH)
              .setDeliveryInstructions("𝒜".repeat(500)));
    }

    var result = sendOne(row);

    assertEquals(ImportOutcome.IMPORT_OUTCOME_CREATED, result.getOutcome(), result::toString);
    assertFails(
        Status.Code.INVALID_ARGUMENT,
        "MESSAGE_TOO_LARGE",
        () -> {
          var call = begin(Who.SERVICE, 1);
          call.rows.onNext(request(row("huge@example.com").setDisplayName("x".repeat(2_000_000))));
          throw failureOf(call);
        });
  }
}
