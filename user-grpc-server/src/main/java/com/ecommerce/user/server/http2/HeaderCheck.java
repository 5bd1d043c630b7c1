package com.ecommerce.user.server.http2;

import io.grpc.Codec;
import io.grpc.Status;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.List;

/**
 * Checks the headers of a call before gRPC reads them, since gRPC would reset the stream or answer
 * without details (gRPC over HTTP/2, "Requests"). Allocates nothing for a well-formed call.
 * Stateless.
 */
final class HeaderCheck {
  /** The only HTTP method that a call may use. */
  static final AsciiString POST = AsciiString.cached("POST");

  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");
  private static final AsciiString CONNECTION = AsciiString.cached("connection");
  private static final AsciiString HOST = AsciiString.cached("host");
  private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
  private static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
  private static final AsciiString GZIP = AsciiString.cached("gzip");
  private static final AsciiString IDENTITY =
      AsciiString.cached(Codec.Identity.NONE.getMessageEncoding());

  /** The maximum length of a timeout: eight digits and a unit. */
  private static final int MAX_TIMEOUT_LENGTH = 9;

  private static final String TIMEOUT_UNITS = "HMSmun";

  /**
   * A fault in the headers.
   *
   * @param http the HTTP status for clients that do not speak gRPC
   * @param status the gRPC status
   */
  record Fault(HttpResponseStatus http, Status status) {}

  private static final Fault NO_GRPC =
      new Fault(
          HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
          invalid("content-type: not gRPC (expected: application/grpc)"));
  private static final Fault NO_POST =
      new Fault(
          HttpResponseStatus.METHOD_NOT_ALLOWED, invalid(":method: not gRPC (expected: POST)"));
  private static final Fault NO_PATH =
      ofCall(
          Status.UNIMPLEMENTED.withDescription(
              ":path: names no method (expected: for example /user.v1.UserService/GetUser)"));
  private static final Fault CONNECTION_SPECIFIC =
      ofCall(invalid("connection: not allowed in HTTP/2 (expected: no such header)"));
  private static final Fault SEVERAL_HOSTS =
      ofCall(invalid("host: several values (expected: one)"));
  private static final Fault BAD_TIMEOUT =
      ofCall(
          invalid("grpc-timeout: malformed (expected: 1 to 8 digits and one of H, M, S, m, u, n)"));
  private static final Fault UNKNOWN_ENCODING =
      ofCall(
          Status.UNIMPLEMENTED.withDescription(
              "grpc-encoding: not supported (expected: gzip or identity)"));

  private HeaderCheck() {}

  private static Status invalid(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description);
  }

  private static Fault ofCall(Status status) {
    return new Fault(HttpResponseStatus.OK, status);
  }

  /** Returns the first fault, or null if there is none. */
  static Fault fault(Http2Headers headers) {
    if (!POST.contentEquals(headers.method())) {
      return NO_POST;
    }
    CharSequence path = headers.path();
    if (path == null || path.length() < 2 || path.charAt(0) != '/') {
      return NO_PATH;
    }
    if (!isGrpc(headers.get(CONTENT_TYPE))) {
      return NO_GRPC;
    }
    if (headers.contains(CONNECTION)) {
      return CONNECTION_SPECIFIC;
    }
    if (headers.authority() == null && headers.getAll(HOST).size() > 1) {
      return SEVERAL_HOSTS;
    }
    CharSequence timeout = headers.get(TIMEOUT);
    if (timeout != null && !isTimeout(timeout)) {
      return BAD_TIMEOUT;
    }
    return headers.get(ENCODING) == null || isEncoding(headers.getAll(ENCODING))
        ? null
        : UNKNOWN_ENCODING;
  }

  /**
   * Returns whether the type is {@code application/grpc}, optionally with a suffix or parameters,
   * as gRPC accepts it.
   */
  private static boolean isGrpc(CharSequence type) {
    if (type == null || GRPC.contentEquals(type)) {
      return type != null;
    }
    if (!AsciiString.regionMatches(type, true, 0, GRPC, 0, GRPC.length())) {
      return false;
    }
    return type.length() == GRPC.length() || "+;".indexOf(type.charAt(GRPC.length())) >= 0;
  }

  private static boolean isEncoding(List<CharSequence> encodings) {
    return encodings.stream()
        .allMatch(encoding -> GZIP.contentEquals(encoding) || IDENTITY.contentEquals(encoding));
  }

  private static boolean isTimeout(CharSequence timeout) {
    int last = timeout.length() - 1;
    if (last < 1 || last >= MAX_TIMEOUT_LENGTH) {
      return false;
    }
    for (int i = 0; i < last; i++) {
      if (timeout.charAt(i) < '0' || timeout.charAt(i) > '9') {
        return false;
      }
    }
    return TIMEOUT_UNITS.indexOf(timeout.charAt(last)) >= 0;
  }
}
