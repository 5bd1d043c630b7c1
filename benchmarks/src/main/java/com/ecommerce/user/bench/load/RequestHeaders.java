package com.ecommerce.user.bench.load;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetSocketAddress;

/**
 * The headers of the calls of one connection. As in every HTTP/2 client, they are sent in full the
 * first time, and then as references to the dynamic table (RFC 7541).
 */
final class RequestHeaders {
  private final byte[] first;
  private final byte[] later;
  private boolean isFirst = true;

  RequestHeaders(InetSocketAddress server, String method) {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .path("/" + method)
            .authority("localhost:" + server.getPort())
            .set("content-type", "application/grpc")
            .set("te", "trailers")
            .set("user-agent", "user-service-bench");
    var encoder = new DefaultHttp2HeadersEncoder();
    first = encode(encoder, headers);
    later = encode(encoder, headers);
  }

  private static byte[] encode(DefaultHttp2HeadersEncoder encoder, Http2Headers headers) {
    var block = Unpooled.buffer();
    try {
      encoder.encodeHeaders(1, headers, block);
      return ByteBufUtil.getBytes(block);
    } catch (Http2Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  byte[] next() {
    if (!isFirst) {
      return later;
    }
    isFirst = false;
    return first;
  }
}
