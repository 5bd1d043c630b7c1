package com.ecommerce.user.server.http2;

import io.grpc.InternalMetadata;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes a status and its trailers as the headers that end a stream. Stateless. */
final class StatusHeaders {
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");
  private static final Base64.Encoder BASE64 = Base64.getEncoder().withoutPadding();

  private StatusHeaders() {}

  /** Returns the only headers of a call that has sent none: "Trailers-Only". */
  static Http2Headers only(HttpResponseStatus http, Status status, Metadata trailers) {
    var headers = new DefaultHttp2Headers(false);
    headers.status(http.codeAsText());
    headers.set(CONTENT_TYPE, GRPC);
    return add(headers, status, trailers);
  }

  /** Returns the headers that follow messages. */
  static Http2Headers trailing(Status status, Metadata trailers) {
    return add(new DefaultHttp2Headers(false), status, trailers);
  }

  private static Http2Headers add(Http2Headers headers, Status status, Metadata trailers) {
    var all = new Metadata();
    all.merge(trailers);
    all.put(InternalStatus.CODE_KEY, status);
    if (status.getDescription() != null) {
      all.put(InternalStatus.MESSAGE_KEY, status.getDescription());
    }
    byte[][] namesAndValues = InternalMetadata.serialize(all);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String name = new String(namesAndValues[i], StandardCharsets.US_ASCII);
      byte[] value = namesAndValues[i + 1];
      boolean isBinary = name.endsWith(Metadata.BINARY_HEADER_SUFFIX);
      headers.add(name, new AsciiString(isBinary ? BASE64.encode(value) : value, false));
    }
    return headers;
  }
}
