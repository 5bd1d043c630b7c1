package com.ecommerce.user.torture;

import com.ecommerce.user.v1.AddUserAddressResponse;
import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.CreateUserResponse;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Calls every method with generated messages and metadata. Not thread-safe. */
final class GrpcFuzzer {
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final long DEADLINE_SECONDS = 10;

  private static final List<String> NAMES =
      List.of(
          "x-forwarded-for",
          "forwarded",
          "traceparent",
          "tracestate",
          "baggage",
          "idempotency-key",
          "x-real-ip",
          "accept-language",
          "x-http-method-override",
          "cookie",
          "grpc-tags-bin",
          "grpc-trace-bin",
          "grpc-previous-rpc-attempts");

  /** Streams that end only with their client, or that have another number of answers than one. */
  private static final Set<String> NOT_UNARY =
      Set.of(
          "grpc.health.v1.Health/Watch",
          "user.v1.UserAdminService/ImportUsers",
          "user.v1.UserAdminService/ExportUsers",
          "user.v1.UserEventService/WatchEvents");

  private final ManagedChannel channel;
  private final FuzzValues values;
  private final FuzzMessages messages;
  private final FuzzRecord record;
  private final List<Method> methods = new ArrayList<>();

  private record Method(MethodDescriptor<byte[], byte[]> method, Descriptor input) {}

  /** Passes bytes on as they are. */
  private enum Bytes implements Marshaller<byte[]> {
    AS_THEY_ARE;

    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  GrpcFuzzer(ManagedChannel channel, FuzzValues values, FuzzRecord record) {
    this.channel = channel;
    this.values = values;
    this.messages = new FuzzMessages(values);
    this.record = record;
    add(UserServiceGrpc.getServiceDescriptor());
    add(AuthServiceGrpc.getServiceDescriptor());
    add(UserAdminServiceGrpc.getServiceDescriptor());
    add(UserEventServiceGrpc.getServiceDescriptor());
    add(HealthGrpc.getServiceDescriptor());
    add(ServerReflectionGrpc.getServiceDescriptor());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private void add(ServiceDescriptor service) {
    for (MethodDescriptor<?, ?> method : service.getMethods()) {
      if (!NOT_UNARY.contains(method.getFullMethodName())) {
        var supplier = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
        methods.add(new Method(unary(method), supplier.getMethodDescriptor().getInputType()));
      }
    }
  }

  /** Reflection answers one message with one, as a unary method does. */
  private static MethodDescriptor<byte[], byte[]> unary(MethodDescriptor<?, ?> method) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(method.getFullMethodName())
        .setRequestMarshaller(Bytes.AS_THEY_ARE)
        .setResponseMarshaller(Bytes.AS_THEY_ARE)
        .build();
  }

  /** Makes one call. */
  void call(FuzzCaller caller) {
    var method = values.oneOf(methods);
    String name = method.method().getFullMethodName();
    byte[] request = messages.bytes(method.input());
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    if (values.chance(0.1)) {
      options = options.withCompression("gzip");
    }
    var channelWithMetadata =
        ClientInterceptors.intercept(
            channel, MetadataUtils.newAttachHeadersInterceptor(metadata(caller)));
    long begin = System.nanoTime();
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(channelWithMetadata, method.method(), options, request);
      record.add(name, "OK", System.nanoTime() - begin);
      record.checkSecrets(name, answer);
      remember(name, answer);
    } catch (StatusRuntimeException failed) {
      record.add(name, Statuses.describe(failed), System.nanoTime() - begin);
      check(name, caller, request, failed);
    }
  }

  private Metadata metadata(FuzzCaller caller) {
    var metadata = new Metadata();
    if (values.chance(0.03)) {
      metadata.put(AUTHORIZATION, "Bearer " + ascii(values.text()));
    } else if (!caller.token().isEmpty()) {
      metadata.put(AUTHORIZATION, caller.authorization());
    }
    while (values.chance(0.15)) {
      String name = values.oneOf(NAMES);
      if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
        metadata.put(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER), values.bytes(300));
      } else {
        metadata.put(key(name), ascii(values.text()));
      }
    }
    return metadata;
  }

  private static String ascii(String text) {
    return text.replaceAll("[^ -~]", "?");
  }

  private void check(
      String name, FuzzCaller caller, byte[] request, StatusRuntimeException failed) {
    Status status = failed.getStatus();
    String example =
        caller
            + " with "
            + Base64.getEncoder().encodeToString(request)
            + ", "
            + status.getDescription();
    if (status.getCode() == Code.INTERNAL || status.getCode() == Code.UNKNOWN) {
      record.breakPromise(name + " " + status.getCode(), example);
    }
    byte[] details = failed.getTrailers() == null ? null : failed.getTrailers().get(DETAILS);
    if (details == null) {
      record.breakPromise(name + " " + status.getCode() + " without details", example);
    } else {
      record.checkSecrets(name, details);
    }
    record.checkSecrets(name, String.valueOf(status.getDescription()));
  }

  /** Keeps the ids of created objects for later calls. */
  private void remember(String name, byte[] answer) {
    try {
      if (name.endsWith("/CreateUser")) {
        values.addUser(CreateUserResponse.parseFrom(answer).getUser().getId());
      } else if (name.endsWith("/AddUserAddress")) {
        values.addAddress(AddUserAddressResponse.parseFrom(answer).getAddress().getId());
      }
    } catch (InvalidProtocolBufferException malformed) {
      record.breakPromise(name + " answered no message", "");
    }
  }
}
