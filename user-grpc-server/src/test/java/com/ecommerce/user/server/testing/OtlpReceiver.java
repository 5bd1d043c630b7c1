package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.testing.Await;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Receives spans by OTLP over HTTP, like a collector. The caller closes it. */
public final class OtlpReceiver implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.of();

  private final HttpServer server;
  private final List<ExportTraceServiceRequest> requests = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();

  private OtlpReceiver(HttpServer server) {
    this.server = server;
  }

  public static OtlpReceiver start() throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var receiver = new OtlpReceiver(HttpServer.create(address, 0));
    receiver.server.createContext("/", receiver::take);
    receiver.server.start();
    return receiver;
  }

  /** Returns the value for OTEL_EXPORTER_OTLP_ENDPOINT. */
  public String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String type = exchange.getRequestHeaders().getFirst("Content-Type");
      if (!exchange.getRequestURI().getPath().equals("/v1/traces")
          || !"application/x-protobuf".equals(type)) {
        problems.add(exchange.getRequestURI() + " with " + type);
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      requests.add(ExportTraceServiceRequest.parseFrom(body(exchange)));
      byte[] answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
      exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return zipped ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
  }

  /** Returns the requests that are not exports of traces. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /** Returns everything that was received, to search it for personal data. */
  public String everything() {
    return requests.toString();
  }

  public List<Span> spans() {
    return requests.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(ofResource -> ofResource.getScopeSpansList().stream())
        .flatMap(ofScope -> ofScope.getSpansList().stream())
        .toList();
  }

  /** Returns the resource of all spans. */
  public Map<String, String> resource() {
    return attributes(
        requests.stream()
            .flatMap(request -> request.getResourceSpansList().stream())
            .map(ResourceSpans::getResource)
            .findFirst()
            .orElseThrow()
            .getAttributesList());
  }

  /** Waits for a span that matches, and returns it. */
  public Span await(Predicate<Span> wanted) throws Exception {
    Await.until(() -> spans().stream().anyMatch(wanted));
    return spans().stream().filter(wanted).findFirst().orElseThrow();
  }

  /** Waits for a span with this name in this trace, and returns it. */
  public Span await(String traceId, String name) throws Exception {
    return await(span -> traceId(span).equals(traceId) && span.getName().equals(name));
  }

  public static String traceId(Span span) {
    return HEX.formatHex(span.getTraceId().toByteArray());
  }

  public static String spanId(Span span) {
    return HEX.formatHex(span.getSpanId().toByteArray());
  }

  public static String parentId(Span span) {
    return HEX.formatHex(span.getParentSpanId().toByteArray());
  }

  public static Map<String, String> attributes(Span span) {
    return attributes(span.getAttributesList());
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, attribute -> text(attribute.getValue())));
  }

  private static String text(AnyValue value) {
    return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
