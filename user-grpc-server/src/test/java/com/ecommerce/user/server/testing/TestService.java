package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.InProcessUserService;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The whole service in process on a test class's own database, and a client that watches that every
 * failure is one of the contract.
 */
public final class TestService implements AutoCloseable {
  private final HikariDataSource pool;
  private final MutableClock clock = MutableClock.atNoon();
  private final ConformanceInterceptor conformance = new ConformanceInterceptor();
  private final InProcessUserService service;

  private TestService(TestDatabase database, UnaryOperator<InProcessUserService.Builder> choices) {
    pool = database.pool(16);
    service = choices.apply(InProcessUserService.builder().dataSource(pool).clock(clock)).start();
  }

  public static TestService on(TestDatabase database) {
    return new TestService(database, UnaryOperator.identity());
  }

  /** With {@code AUTH_MODE=required}. */
  public static TestService guardedOn(TestDatabase database) {
    return new TestService(database, InProcessUserService.Builder::requireAuthentication);
  }

  /** With other choices for the core than the usual ones. */
  public static TestService on(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return new TestService(database, builder -> builder.core(choices));
  }

  /** With {@code AUTH_MODE=required}, and other choices for the core than the usual ones. */
  public static TestService guardedOn(
      TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return new TestService(database, builder -> builder.requireAuthentication().core(choices));
  }

  public Channel channel() {
    return ClientInterceptors.intercept(service.channel(), conformance);
  }

  public UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel());
  }

  public AuthServiceBlockingStub auth() {
    return AuthServiceGrpc.newBlockingStub(channel());
  }

  /** The stub with an access token on every call. */
  public static <S extends AbstractStub<S>> S with(String accessToken, S stub) {
    return withAuthorization("Bearer " + accessToken, stub);
  }

  public static <S extends AbstractStub<S>> S withAuthorization(String value, S stub) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  public UserCore core() {
    return service.core();
  }

  /** The mails to this address, oldest first. */
  public List<Mail> mailsTo(String address) {
    return service.mails().stream()
        .filter(mail -> mail.recipient().address().equals(address))
        .toList();
  }

  /** The token in the link of the newest mail to this address that has one. */
  public String newestTokenTo(String address) {
    return mailsTo(address).stream()
        .filter(mail -> mail.text().contains("token="))
        .reduce((older, newer) -> newer)
        .map(TestMailbox::tokenIn)
        .orElseThrow(() -> new AssertionError("no mail with a link to " + address));
  }

  /** Ada Lovelace with this email, which is verified. */
  public User createVerified(String email) {
    var user = create(email);
    var token = ConfirmEmailVerificationRequest.newBuilder().setToken(newestTokenTo(email));
    users().confirmEmailVerification(token.build());
    return get(user.getId());
  }

  public User get(String id) {
    return users().getUser(GetUserRequest.newBuilder().setUserId(id).build()).getUser();
  }

  public MutableClock clock() {
    return clock;
  }

  /** Ada Lovelace with this email. */
  public User create(String email) {
    return create(aRequest(email));
  }

  public User create(CreateUserRequest.Builder request) {
    return users().createUser(request.build()).getUser();
  }

  /** To create Ada Lovelace with this email. */
  public static CreateUserRequest.Builder aRequest(String email) {
    return CreateUserRequest.newBuilder()
        .setEmail(email)
        .setPassword(TestUsers.PASSWORD)
        .setFirstName("Ada")
        .setLastName("Lovelace");
  }

  /** To change the masked paths of this user. */
  public static UpdateUserRequest.Builder anUpdate(User user, User.Builder values, String... mask) {
    return UpdateUserRequest.newBuilder()
        .setUserId(user.getId())
        .setUser(values)
        .setUpdateMask(FieldMask.newBuilder().addAllPaths(Arrays.asList(mask)));
  }

  public User update(User user, User.Builder values, String... mask) {
    return users().updateUser(anUpdate(user, values, mask).build()).getUser();
  }

  public User withStatus(User user, UserStatus status) {
    return update(user, User.newBuilder().setStatus(status), "status");
  }

  /**
   * @throws AssertionError when an answer broke the contract
   */
  @Override
  public void close() {
    service.close();
    pool.close();
    conformance.assertNoProblem();
  }
}
