package com.ecommerce.user.server.tracing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.ecommerce.user.core.request.WorkObserver;
import com.ecommerce.user.core.request.WorkObserver.Statement;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanObserverTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00.000001Z");
  private static final Statement SELECT =
      new Statement("select\n  1", Optional.empty(), START, START.plusMillis(3), Optional.empty());

  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(exporter)).build();
  private final Spans spans =
      new Spans(provider.get("test"), W3CTraceContextPropagator.getInstance(), "shop");

  @AfterEach
  void close() {
    provider.close();
  }

  private SpanObserver observer(Span span) {
    return new SpanObserver(spans, span);
  }

  private SpanData only(String name) {
    var found =
        exporter.getFinishedSpanItems().stream().filter(span -> span.getName().equals(name));
    var all = found.toList();
    assertEquals(1, all.size(), exporter.getFinishedSpanItems().toString());
    return all.get(0);
  }

  @Test
  void statement_isAChildWithItsOwnTimes() {
    var call = spans.root("call").startSpan();

    observer(call).onStatement(SELECT);

    var query = only("SELECT shop");
    assertEquals(call.getSpanContext(), query.getParentSpanContext());
    assertEquals("SELECT", query.getAttributes().get(SpanKeys.DB_OPERATION_NAME));
    assertEquals(3_000_000, query.getEndEpochNanos() - query.getStartEpochNanos());
    assertEquals(
        START.getEpochSecond() * 1_000_000_000 + START.getNano(), query.getStartEpochNanos());
  }

  @Test
  void statementWithoutAKnownOperation_isNamedByItsDatabase() {
    var statement =
        new Statement(
            "with x as (select 1) select * from x",
            Optional.empty(),
            START,
            START,
            Optional.empty());

    observer(spans.root("call").startSpan()).onStatement(statement);

    assertNull(only("shop").getAttributes().get(SpanKeys.DB_OPERATION_NAME));
  }

  @Test
  void together_isAChildOfOneCallAndLinkedWithTheOthers() {
    var first = spans.root("first").startSpan();
    var second = spans.root("second").startSpan();
    List<WorkObserver> calls = List.of(observer(first), observer(second));

    WorkObserver.NONE.together(calls).onStatement(SELECT);
    first.end();
    second.end();

    var query = only("SELECT shop");
    assertEquals(first.getSpanContext(), query.getParentSpanContext());
    assertEquals(List.of(second.getSpanContext()), links(query));
    assertEquals(List.of(query.getSpanContext()), links(only("second")));
    assertEquals(List.of(), links(only("first")));
  }

  @Test
  void together_isSeenWhereACallIsRecorded() {
    var unrecorded = Span.getInvalid();
    var recorded = spans.root("call").startSpan();

    observer(unrecorded).together(List.of(observer(recorded))).onStatement(SELECT);

    assertEquals(recorded.getSpanContext(), only("SELECT shop").getParentSpanContext());
  }

  private static List<Object> links(SpanData span) {
    return span.getLinks().stream().map(LinkData::getSpanContext).map(Object.class::cast).toList();
  }

  @Test
  void traceParent_isThatOfTheSpan() {
    var span = spans.root("call").startSpan();

    var traceParent = observer(span).traceParent().orElseThrow();

    assertEquals(span.getSpanContext().getTraceId(), traceParent.traceId());
    assertEquals(span.getSpanContext().getSpanId(), traceParent.spanId());
    assertEquals(span.getSpanContext().getTraceFlags().asHex(), traceParent.flags());
  }
}
