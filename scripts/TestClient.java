import com.ecommerce.common.v1.HealthStatus;
import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeactivateUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Any;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Calls the account methods of a running User Service one after the other, as {@code
 * scripts/test-client} describes. Stops at the first call that fails or has a wrong answer.
 */
final class TestClient {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(ErrorInfo.getDescriptor())
                  .add(BadRequest.getDescriptor())
                  .add(ResourceInfo.getDescriptor())
                  .add(RetryInfo.getDescriptor())
                  .build());

  private final UserServiceGrpc.UserServiceBlockingStub service;
  private final long timeoutSeconds;

  private TestClient(UserServiceGrpc.UserServiceBlockingStub service, long timeoutSeconds) {
    this.service = service;
    this.timeoutSeconds = timeoutSeconds;
  }

  /**
   * Takes the arguments that the shell script has checked: host, port, seconds per call, token, yes
   * for TLS, and the files of the authority, the certificate and its key. The token and the files
   * may be empty.
   */
  public static void main(String[] arguments) throws Exception {
    // Libraries log only warnings and errors.
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    String host = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    long timeoutSeconds = Long.parseLong(arguments[2]);
    String token = arguments[3];
    ManagedChannel channel =
        Grpc.newChannelBuilderForAddress(host, port, credentials(arguments)).build();
    var service = UserServiceGrpc.newBlockingStub(channel);
    if (!token.isEmpty()) {
      var headers = new Metadata();
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
      service = service.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }
    boolean passed = false;
    try {
      new TestClient(service, timeoutSeconds).run();
      passed = true;
      System.out.println("All 7 calls passed.");
    } catch (StatusRuntimeException e) {
      System.err.println("FAILED: " + e.getStatus().getCode() + ": " + describe(e));
    } catch (WrongAnswerException e) {
      System.err.println("FAILED: " + e.getMessage());
    } finally {
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
    System.exit(passed ? 0 : 1);
  }

  private static ChannelCredentials credentials(String[] arguments) throws IOException {
    if (!arguments[4].equals("yes")) {
      return InsecureChannelCredentials.create();
    }
    String authority = arguments[5];
    String certificate = arguments[6];
    String key = arguments[7];
    var tls = TlsChannelCredentials.newBuilder();
    if (!authority.isEmpty()) {
      tls.trustManager(new File(authority));
    }
    if (!certificate.isEmpty()) {
      tls.keyManager(new File(certificate), new File(key));
    }
    return tls.build();
  }

  private void run() throws InvalidProtocolBufferException {
    // These values are new, however often the client runs against one database.
    var random = new SecureRandom();
    String unique = "test-client-" + hex(random, 8);
    String email = unique + "@example.com";

    call(
        "HealthCheck",
        () -> service().healthCheck(Empty.getDefaultInstance()),
        answer -> answer.getStatus() != HealthStatus.HEALTH_STATUS_UNHEALTHY);

    var page = PaginationRequest.newBuilder().setPageSize(5);
    call(
        "ListUsers",
        () -> service().listUsers(ListUsersRequest.newBuilder().setPagination(page).build()),
        answer -> answer.getUsersCount() <= 5 && answer.getPagination().getTotalCount() >= 0);

    var newUser =
        CreateUserRequest.newBuilder()
            .setEmail(email)
            .setPassword(hex(random, 16))
            .setFirstName("Test")
            .setLastName("Client")
            .build();
    User created =
        call(
                "CreateUser",
                () -> service().createUser(newUser),
                answer -> answer.getUser().getEmail().equals(email))
            .getUser();

    var byId = GetUserRequest.newBuilder().setUserId(created.getId()).build();
    call(
        "GetUser",
        () -> service().getUser(byId),
        answer -> answer.getUser().getEmail().equals(email));

    var byEmail = GetUserByEmailRequest.newBuilder().setEmail(email).build();
    call(
        "GetUserByEmail",
        () -> service().getUserByEmail(byEmail),
        answer -> answer.getUser().getId().equals(created.getId()));

    var search = SearchUsersRequest.newBuilder().setQuery(unique).build();
    call(
        "SearchUsers",
        () -> service().searchUsers(search),
        answer ->
            answer.getUsersCount() == 1 && answer.getUsers(0).getId().equals(created.getId()));

    var deactivation =
        DeactivateUserRequest.newBuilder()
            .setUserId(created.getId())
            .setReason("made by the test client")
            .build();
    call(
        "DeactivateUser",
        () -> service().deactivateUser(deactivation),
        answer -> answer.getUser().getStatus() == UserStatus.USER_STATUS_DEACTIVATED);
  }

  /** Prints the answer, then checks it. */
  private static <T extends Message> T call(String method, Supplier<T> call, Predicate<T> isRight)
      throws InvalidProtocolBufferException {
    System.out.println("== " + method);
    T answer = call.get();
    System.out.println(JSON.print(answer));
    if (!isRight.test(answer)) {
      throw new WrongAnswerException(method + " answered, but not what was expected");
    }
    return answer;
  }

  private UserServiceGrpc.UserServiceBlockingStub service() {
    return service.withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS);
  }

  /** Returns the message, and the details of grpc-status-details-bin, one per line. */
  private static String describe(StatusRuntimeException failure)
      throws InvalidProtocolBufferException {
    var text = new StringBuilder(failure.getStatus().getDescription() + "");
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      text.append("\n  because: ").append(cause.getMessage());
    }
    var status = StatusProto.fromThrowable(failure);
    for (Any detail : status.getDetailsList()) {
      text.append("\n").append(JSON.print(detail));
    }
    return text.toString();
  }

  private static String hex(SecureRandom random, int bytes) {
    byte[] value = new byte[bytes];
    random.nextBytes(value);
    return HexFormat.of().formatHex(value);
  }

  private static final class WrongAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongAnswerException(String message) {
      super(message);
    }
  }
}
