package com.ecommerce.user.server.grpc;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;

/** Creates descriptors of methods that no service has. Stateless. */
public final class UnknownMethod {
  private UnknownMethod() {}

  /** Returns a method of the type UNKNOWN, whose messages are not parsed. */
  public static MethodDescriptor<InputStream, InputStream> named(String fullName) {
    return MethodDescriptor.newBuilder(new Unread(), new Unread())
        .setFullMethodName(fullName)
        .setType(MethodDescriptor.MethodType.UNKNOWN)
        .build();
  }

  private static final class Unread implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return new ByteArrayInputStream(new byte[0]);
    }
  }
}
