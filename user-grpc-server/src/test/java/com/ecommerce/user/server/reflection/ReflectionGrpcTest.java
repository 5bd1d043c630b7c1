package com.ecommerce.user.server.reflection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.server.testing.TestService;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.reflection.v1.ExtensionRequest;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Tests server reflection with the calls of grpcurl and similar clients, under both of its names.
 */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ReflectionGrpcTest {
  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> V1 =
      ServerReflectionGrpc.getServerReflectionInfoMethod();

  private static final MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> ALPHA =
      V1.toBuilder()
          .setFullMethodName("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
          .build();

  private static TestService service;

  @BeforeAll
  static void start(TestDatabase database) {
    service = TestService.guardedOn(database);
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  /** Returns the answers to these requests on one stream. */
  private static List<ServerReflectionResponse> ask(
      MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> method,
      List<ServerReflectionRequest> requests) {
    var answers = new LinkedBlockingQueue<ServerReflectionResponse>();
    var end = new CompletableFuture<Void>();
    var call = service.channel().newCall(method, CallOptions.DEFAULT);
    var sent = ClientCalls.asyncBidiStreamingCall(call, collecting(answers, end));
    requests.forEach(sent::onNext);
    sent.onCompleted();
    end.join();
    return List.copyOf(answers);
  }

  private static StreamObserver<ServerReflectionResponse> collecting(
      BlockingQueue<ServerReflectionResponse> answers, CompletableFuture<Void> end) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ServerReflectionResponse answer) {
        answers.add(answer);
      }

      @Override
      public void onError(Throwable failure) {
        end.completeExceptionally(failure);
      }

      @Override
      public void onCompleted() {
        end.complete(null);
      }
    };
  }

  private static ServerReflectionResponse ask(ServerReflectionRequest.Builder request) {
    var v1 = ask(V1, List.of(request.build()));
    assertEquals(v1, ask(ALPHA, List.of(request.build())));
    assertEquals(1, v1.size());
    return v1.get(0);
  }

  private static ServerReflectionRequest.Builder request() {
    return ServerReflectionRequest.newBuilder();
  }

  /**
   * Returns the name of the file in the answer, after checking that its dependencies are complete.
   */
  private static String file(ServerReflectionResponse answer) throws Exception {
    assertTrue(answer.hasFileDescriptorResponse(), answer.toString());
    Map<String, FileDescriptorProto> files = new HashMap<>();
    String first = "";
    for (var bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
      var file = FileDescriptorProto.parseFrom(bytes);
      files.put(file.getName(), file);
      first = first.isEmpty() ? file.getName() : first;
    }
    link(first, files);
    return first;
  }

  private static FileDescriptor link(String name, Map<String, FileDescriptorProto> files)
      throws Exception {
    var file = files.get(name);
    FileDescriptor[] dependencies = new FileDescriptor[file.getDependencyCount()];
    for (int i = 0; i < dependencies.length; i++) {
      dependencies[i] = link(file.getDependency(i), files);
    }
    return FileDescriptor.buildFrom(file, dependencies);
  }

  @Test
  void services_areListed_withoutAToken() {
    var answer = ask(request().setHost("users.example").setListServices("*"));
    assertEquals(
        List.of(
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection",
            "user.v1.AuthService",
            "user.v1.UserAdminService",
            "user.v1.UserEventService",
            "user.v1.UserService"),
        answer.getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .toList());
    assertEquals("users.example", answer.getValidHost());
    assertEquals("*", answer.getOriginalRequest().getListServices());
  }

  @Test
  void errorDetails_areDescribed() throws Exception {
    for (String name :
        List.of(
            "google/rpc/error_details.proto",
            "google/rpc/status.proto",
            "proto/user/v1/user.proto")) {
      assertEquals(name, file(ask(request().setFileByFilename(name))));
    }
    for (String type :
        List.of("ErrorInfo", "BadRequest.FieldViolation", "ResourceInfo", "RetryInfo")) {
      var answer = ask(request().setFileContainingSymbol("google.rpc." + type));
      assertEquals("google/rpc/error_details.proto", file(answer), type);
    }
  }

  @Test
  void symbolsOfEveryKind_areFound() throws Exception {
    for (String symbol :
        List.of(
            "user.v1.UserService",
            "user.v1.UserService.GetUser",
            "user.v1.User",
            "user.v1.User.email",
            "user.v1.UserProfile.SocialLinksEntry",
            "user.v1.UserStatus",
            "user.v1.USER_STATUS_ACTIVE",
            "user.v1.UserStatus.USER_STATUS_ACTIVE")) {
      var answer = ask(request().setFileContainingSymbol(symbol));
      assertEquals("proto/user/v1/user.proto", file(answer), symbol);
    }
    for (String symbol :
        List.of(
            "user.v1.AuthService",
            "user.v1.UserAdminService",
            "user.v1.UserEventService",
            "common.v1.SortOrder",
            "grpc.health.v1.HealthCheckResponse.SERVING",
            "grpc.reflection.v1.ServerReflectionRequest.message_request",
            "grpc.reflection.v1alpha.ErrorResponse",
            "google.protobuf.FieldMask",
            "google.rpc.Status")) {
      file(ask(request().setFileContainingSymbol(symbol)));
    }
  }

  @Test
  void unknownName_isAnErrorOfThatRequestAlone() {
    var extension = ExtensionRequest.newBuilder().setContainingType("user.v1.User");
    var answers =
        ask(
            V1,
            Stream.of(
                    request().setFileContainingSymbol("user.v1.Nobody"),
                    request().setFileByFilename("nothing.proto"),
                    request().setFileContainingExtension(extension.setExtensionNumber(100)),
                    request().setAllExtensionNumbersOfType("user.v1.Nobody"),
                    request(),
                    request().setAllExtensionNumbersOfType("user.v1.User"))
                .map(ServerReflectionRequest.Builder::build)
                .toList());
    assertEquals(
        List.of(5, 5, 5, 5, 3, 0),
        answers.stream().map(answer -> answer.getErrorResponse().getErrorCode()).toList());
    var none = answers.get(5).getAllExtensionNumbersResponse();
    assertEquals("user.v1.User", none.getBaseTypeName());
    assertEquals(List.of(), none.getExtensionNumberList());
  }

  @Test
  void clientThatDoesNotRead_isNotReadFrom() throws Exception {
    var answers = new LinkedBlockingQueue<ServerReflectionResponse>();
    var end = new CompletableFuture<Status>();
    var call = service.channel().newCall(V1, CallOptions.DEFAULT);
    call.start(listening(answers, end), new Metadata());
    Await.until(call::isReady);
    for (int i = 0; i < 3; i++) {
      call.sendMessage(request().setListServices("*").build());
    }
    Await.until(() -> !call.isReady());
    assertTrue(answers.isEmpty());

    call.request(4);
    for (int i = 0; i < 3; i++) {
      assertTrue(answers.poll(30, TimeUnit.SECONDS).hasListServicesResponse());
    }
    Await.until(call::isReady);
    assertFalse(end.isDone());
    call.halfClose();
    assertEquals(Status.Code.OK, end.join().getCode());
  }

  private static ClientCall.Listener<ServerReflectionResponse> listening(
      BlockingQueue<ServerReflectionResponse> answers, CompletableFuture<Status> end) {
    return new ClientCall.Listener<>() {
      @Override
      public void onMessage(ServerReflectionResponse answer) {
        answers.add(answer);
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        end.complete(status);
      }
    };
  }
}
