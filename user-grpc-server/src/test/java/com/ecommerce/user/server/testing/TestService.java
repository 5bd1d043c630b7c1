package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.mail.Mail;
import com.ecommerce.user.core.mail.MailDelivery;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestMailbox;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.InProcessServer;
import com.ecommerce.user.server.config.AuthMode;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.AuthServiceGrpc.AuthServiceBlockingStub;
import com.ecommerce.user.v1.ConfirmEmailVerificationRequest;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc.UserAdminServiceBlockingStub;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc.UserEventServiceBlockingStub;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.FieldMask;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The whole service in process, on the test class's own database, and clients that check that every
 * failure follows the contract.
 */
public final class TestService implements AutoCloseable {
  private final Runnable closePool;
  private final MutableClock clock = MutableClock.atNoon();
  private final ConformanceInterceptor conformance = new ConformanceInterceptor();
  private final List<Mail> mails = new CopyOnWriteArrayList<>();
  private final InProcessServer server;

  private TestService(
      DataSource pool,
      Runnable closePool,
      AuthMode authMode,
      UnaryOperator<UserCore.Builder> choices) {
    this.closePool = closePool;
    server =
        InProcessServer.start(
            pool,
            clock,
            authMode,
            core ->
                choices.apply(core.passwords(TestCore.CHEAP_PASSWORDS).mailTransport(mails::add)));
  }

  private static TestService on(
      TestDatabase database, AuthMode authMode, UnaryOperator<UserCore.Builder> choices) {
    var pool = database.pool(16);
    return new TestService(pool, pool::close, authMode, choices);
  }

  public static TestService on(TestDatabase database) {
    return on(database, UnaryOperator.identity());
  }

  /** Starts a service with {@code AUTH_MODE=required}. */
  public static TestService guardedOn(TestDatabase database) {
    return guardedOn(database, UnaryOperator.identity());
  }

  /** Starts a service with other settings of the core. */
  public static TestService on(TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return on(database, AuthMode.OFF, choices);
  }

  /** Starts a service on a pool, which stays open, with other settings of the core. */
  public static TestService on(DataSource pool, UnaryOperator<UserCore.Builder> choices) {
    return new TestService(pool, () -> {}, AuthMode.OFF, choices);
  }

  /** Starts a service with {@code AUTH_MODE=required} and other settings of the core. */
  public static TestService guardedOn(
      TestDatabase database, UnaryOperator<UserCore.Builder> choices) {
    return on(database, AuthMode.REQUIRED, choices);
  }

  public Channel channel() {
    return ClientInterceptors.intercept(server.channel(), conformance);
  }

  public UserServiceBlockingStub users() {
    return UserServiceGrpc.newBlockingStub(channel());
  }

  public AuthServiceBlockingStub auth() {
    return AuthServiceGrpc.newBlockingStub(channel());
  }

  public UserAdminServiceBlockingStub admin() {
    return UserAdminServiceGrpc.newBlockingStub(channel());
  }

  public UserEventServiceBlockingStub events() {
    return UserEventServiceGrpc.newBlockingStub(channel());
  }

  /** Returns the stub with an access token on every call. */
  public static <S extends AbstractStub<S>> S with(String accessToken, S stub) {
    return withAuthorization("Bearer " + accessToken, stub);
  }

  public static <S extends AbstractStub<S>> S withAuthorization(String value, S stub) {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), value);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  public UserCore core() {
    return server.core();
  }

  /** Returns the mails of all calls that were answered, the oldest first. */
  public List<Mail> mails() {
    core().mailDelivery().ifPresent(MailDelivery::sendDue);
    return List.copyOf(mails);
  }

  /** Returns the mails to this address, the oldest first. */
  public List<Mail> mailsTo(String address) {
    return mails().stream().filter(mail -> mail.recipient().address().equals(address)).toList();
  }

  /** Returns the token in the link of the newest mail to this address that has one. */
  public String newestTokenTo(String address) {
    return mailsTo(address).stream()
        .filter(mail -> mail.text().contains("token="))
        .reduce((older, newer) -> newer)
        .map(TestMailbox::tokenIn)
        .orElseThrow(() -> new AssertionError("no mail with a link to " + address));
  }

  /** Creates Ada Lovelace with this email, which is verified. */
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

  /** Creates Ada Lovelace with this email. */
  public User create(String email) {
    return create(aRequest(email));
  }

  public User create(CreateUserRequest.Builder request) {
    return users().createUser(request.build()).getUser();
  }

  /** Returns a request to create Ada Lovelace with this email. */
  public static CreateUserRequest.Builder aRequest(String email) {
    return CreateUserRequest.newBuilder()
        .setEmail(email)
        .setPassword(TestUsers.PASSWORD)
        .setFirstName("Ada")
        .setLastName("Lovelace");
  }

  /** Returns a request to change the masked paths of this user. */
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
   * @throws AssertionError if an answer broke the contract
   */
  @Override
  public void close() {
    server.close();
    closePool.run();
    conformance.assertNoProblem();
  }
}
