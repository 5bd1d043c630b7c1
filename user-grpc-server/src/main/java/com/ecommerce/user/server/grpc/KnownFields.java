package com.ecommerce.user.server.grpc;

import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Discards fields of requests that this version does not know. Generated code keeps unknown fields
 * so that they can be passed on. This service never does that, and a field of two bytes on the wire
 * takes many times that in memory.
 */
public final class KnownFields {
  private KnownFields() {}

  /** Returns the same service, whose requests are parsed without unknown fields. */
  public static ServerServiceDefinition only(ServerServiceDefinition service) {
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    service.getMethods().forEach(method -> methods.add(readingKnownFields(method)));
    var original = service.getServiceDescriptor();
    var descriptor =
        ServiceDescriptor.newBuilder(original.getName())
            .setSchemaDescriptor(original.getSchemaDescriptor());
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    var definition = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(definition::addMethod);
    return definition.build();
  }

  private static <Q, R> ServerMethodDefinition<Q, R> readingKnownFields(
      ServerMethodDefinition<Q, R> method) {
    var descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(
                marshaller(descriptor.getRequestMarshaller()), descriptor.getResponseMarshaller())
            .build(),
        method.getServerCallHandler());
  }

  @SuppressWarnings("unchecked")
  private static <Q> Marshaller<Q> marshaller(Marshaller<Q> generated) {
    if (generated instanceof PrototypeMarshaller<Q> known
        && known.getMessagePrototype() instanceof Message prototype) {
      var parser = (Parser<Message>) prototype.getParserForType();
      return (Marshaller<Q>)
          new KnownFieldsMarshaller(
              (Marshaller<Message>) generated, DiscardUnknownFieldsParser.wrap(parser));
    }
    throw new IllegalArgumentException("not a protobuf marshaller: " + generated);
  }

  private record KnownFieldsMarshaller(Marshaller<Message> generated, Parser<Message> parser)
      implements MethodDescriptor.Marshaller<Message> {
    @Override
    public InputStream stream(Message message) {
      return generated.stream(message);
    }

    @Override
    public Message parse(InputStream stream) {
      try {
        // The transport has received the whole message, so this is its length.
        byte[] message = new byte[stream.available()];
        int length = stream.readNBytes(message, 0, message.length);
        return parser.parseFrom(message, 0, length);
      } catch (InvalidProtocolBufferException malformed) {
        throw Status.INTERNAL.withCause(malformed).asRuntimeException();
      } catch (IOException failed) {
        throw Status.INTERNAL.withCause(failed).asRuntimeException();
      }
    }
  }
}
