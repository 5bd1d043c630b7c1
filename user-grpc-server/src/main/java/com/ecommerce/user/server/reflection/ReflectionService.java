package com.ecommerce.user.server.reflection;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.rpc.ErrorDetailsProto;
import com.google.rpc.StatusProto;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status.Code;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import io.grpc.reflection.v1.ErrorResponse;
import io.grpc.reflection.v1.ExtensionNumberResponse;
import io.grpc.reflection.v1.FileDescriptorResponse;
import io.grpc.reflection.v1.ListServiceResponse;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Server reflection (gRPC's {@code doc/server-reflection.md}) for generic clients such as grpcurl.
 * Unlike {@code ProtoReflectionServiceV1} of grpc-java, it finds symbols of every kind, and also
 * the types of error details, which no service imports but clients need to print them. Thread-safe.
 */
public final class ReflectionService extends ServerReflectionGrpc.ServerReflectionImplBase {
  private final List<ServiceDescriptor> services;

  /**
   * Created at the first request. Concurrent requests may create it twice, with the same content.
   */
  private final AtomicReference<DescriptorIndex> index = new AtomicReference<>();

  private ReflectionService(List<ServiceDescriptor> services) {
    this.services = List.copyOf(services);
  }

  /**
   * Returns a service that describes the given services and itself, under each of its names: {@code
   * grpc.reflection.v1}, and {@code grpc.reflection.v1alpha} for older clients.
   *
   * @param others the services of the server, generated from {@code .proto} files
   */
  public static List<ServerServiceDefinition> describing(List<ServiceDescriptor> others) {
    List<ServiceDescriptor> all = new ArrayList<>(others);
    all.add(ServerReflectionGrpc.getServiceDescriptor());
    all.add(alphaDescriptor());
    var definition = new ReflectionService(all).bindService();
    return List.of(definition, alpha(definition));
  }

  @SuppressWarnings("deprecation")
  private static ServiceDescriptor alphaDescriptor() {
    return io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServiceDescriptor();
  }

  /** Returns the same service under its older name. The messages of both have the same fields. */
  @SuppressWarnings("deprecation")
  private static ServerServiceDefinition alpha(ServerServiceDefinition definition) {
    var method = ServerReflectionGrpc.getServerReflectionInfoMethod();
    var named = io.grpc.reflection.v1alpha.ServerReflectionGrpc.getServerReflectionInfoMethod();
    MethodDescriptor<ServerReflectionRequest, ServerReflectionResponse> renamed =
        method.toBuilder()
            .setFullMethodName(named.getFullMethodName())
            .setSchemaDescriptor(named.getSchemaDescriptor())
            .build();
    var descriptor =
        ServiceDescriptor.newBuilder(alphaDescriptor().getName())
            .setSchemaDescriptor(alphaDescriptor().getSchemaDescriptor())
            .addMethod(renamed)
            .build();
    @SuppressWarnings("unchecked")
    var handler =
        (ServerCallHandler<ServerReflectionRequest, ServerReflectionResponse>)
            definition.getMethod(method.getFullMethodName()).getServerCallHandler();
    return ServerServiceDefinition.builder(descriptor).addMethod(renamed, handler).build();
  }

  @Override
  public StreamObserver<ServerReflectionRequest> serverReflectionInfo(
      StreamObserver<ServerReflectionResponse> responses) {
    var conversation =
        new Conversation((ServerCallStreamObserver<ServerReflectionResponse>) responses);
    conversation.start();
    return conversation;
  }

  /**
   * One call. It requests the next message only when the client can take the answer to the last
   * one, so that a client that does not read cannot fill the memory. gRPC never calls its methods
   * concurrently.
   */
  private final class Conversation implements StreamObserver<ServerReflectionRequest> {
    private final ServerCallStreamObserver<ServerReflectionResponse> call;
    private boolean waiting;

    Conversation(ServerCallStreamObserver<ServerReflectionResponse> call) {
      this.call = call;
    }

    void start() {
      call.disableAutoRequest();
      call.setOnReadyHandler(this::ready);
      // Without a handler, sending to a client that has cancelled the call would throw.
      call.setOnCancelHandler(() -> {});
      call.request(1);
    }

    private void ready() {
      if (waiting) {
        waiting = false;
        call.request(1);
      }
    }

    @Override
    public void onNext(ServerReflectionRequest request) {
      call.onNext(answer(request));
      if (call.isReady()) {
        call.request(1);
      } else {
        waiting = true;
      }
    }

    @Override
    public void onError(Throwable cancelled) {
      // The client has disconnected.
    }

    @Override
    public void onCompleted() {
      call.onCompleted();
    }
  }

  private ServerReflectionResponse answer(ServerReflectionRequest request) {
    var response =
        ServerReflectionResponse.newBuilder()
            .setValidHost(request.getHost())
            .setOriginalRequest(request);
    switch (request.getMessageRequestCase()) {
      case FILE_BY_FILENAME ->
          addFile(response, index().file(request.getFileByFilename()), "no such file");
      case FILE_CONTAINING_SYMBOL ->
          addFile(
              response,
              index().fileOfSymbol(request.getFileContainingSymbol()),
              "no such symbol (expected: a full name, such as user.v1.User)");
      case FILE_CONTAINING_EXTENSION -> {
        var extension = request.getFileContainingExtension();
        addFile(
            response,
            index().fileOfExtension(extension.getContainingType(), extension.getExtensionNumber()),
            "no such extension");
      }
      case ALL_EXTENSION_NUMBERS_OF_TYPE ->
          addExtensionNumbers(response, request.getAllExtensionNumbersOfType());
      case LIST_SERVICES -> response.setListServicesResponse(list());
      case MESSAGEREQUEST_NOT_SET ->
          response.setErrorResponse(error(Code.INVALID_ARGUMENT, "the request asks for nothing"));
    }
    return response.build();
  }

  private static void addFile(
      ServerReflectionResponse.Builder response,
      Optional<FileDescriptorResponse> file,
      String otherwise) {
    file.ifPresentOrElse(
        response::setFileDescriptorResponse,
        () -> response.setErrorResponse(error(Code.NOT_FOUND, otherwise)));
  }

  private void addExtensionNumbers(ServerReflectionResponse.Builder response, String type) {
    index()
        .extensionNumbers(type)
        .ifPresentOrElse(
            numbers ->
                response.setAllExtensionNumbersResponse(
                    ExtensionNumberResponse.newBuilder()
                        .setBaseTypeName(type)
                        .addAllExtensionNumber(numbers)),
            () -> response.setErrorResponse(error(Code.NOT_FOUND, "no such message type")));
  }

  private static ErrorResponse error(Code code, String message) {
    return ErrorResponse.newBuilder().setErrorCode(code.value()).setErrorMessage(message).build();
  }

  private ListServiceResponse list() {
    var names = new TreeSet<String>();
    services.forEach(service -> names.add(service.getName()));
    var list = ListServiceResponse.newBuilder();
    names.forEach(name -> list.addService(ServiceResponse.newBuilder().setName(name)));
    return list.build();
  }

  private DescriptorIndex index() {
    var known = index.get();
    if (known == null) {
      known = new DescriptorIndex(files());
      index.set(known);
    }
    return known;
  }

  /** Returns the files of the services and of the error details. */
  private List<FileDescriptor> files() {
    List<FileDescriptor> files = new ArrayList<>();
    for (ServiceDescriptor service : services) {
      files.add(((ProtoFileDescriptorSupplier) service.getSchemaDescriptor()).getFileDescriptor());
    }
    files.add(ErrorDetailsProto.getDescriptor());
    files.add(StatusProto.getDescriptor());
    return files;
  }
}
