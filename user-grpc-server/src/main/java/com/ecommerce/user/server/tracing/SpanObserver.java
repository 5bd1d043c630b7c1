package com.ecommerce.user.server.tracing;

import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Records the work of a call as child spans of its span. Work that serves several calls is a child
 * of one of their spans, with links to and from the others. Thread-safe.
 */
final class SpanObserver implements WorkObserver {
  /** The response header (W3C Trace Context, editor's draft). */
  static final String TRACE_RESPONSE = "traceresponse";

  private static final Set<String> OPERATIONS = Set.of("SELECT", "INSERT", "UPDATE", "DELETE");

  private final Spans spans;
  private final Span span;
  private final List<Span> others;

  SpanObserver(Spans spans, Span span) {
    this(spans, span, List.of());
  }

  private SpanObserver(Spans spans, Span span, List<Span> others) {
    this.spans = spans;
    this.span = span;
    this.others = others;
  }

  @Override
  public void onStatement(Statement statement) {
    String word = statement.sql().split("\\s", 2)[0].toUpperCase(Locale.ROOT);
    boolean isKnown = OPERATIONS.contains(word);
    var builder =
        spans
            .child(isKnown ? word + " " + spans.database() : spans.database(), span)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(statement.start())
            .setAttribute(SpanKeys.DB_SYSTEM_NAME, "postgresql")
            .setAttribute(SpanKeys.DB_NAMESPACE, spans.database())
            .setAttribute(SpanKeys.DB_QUERY_TEXT, statement.sql());
    if (isKnown) {
      builder.setAttribute(SpanKeys.DB_OPERATION_NAME, word);
    }
    statement.source().ifPresent(dao -> builder.setAttribute(SpanKeys.CODE_FUNCTION_NAME, dao));
    others.forEach(other -> builder.addLink(other.getSpanContext()));
    var query = builder.startSpan();
    statement.failure().ifPresent(state -> fail(query, state));
    others.forEach(other -> other.addLink(query.getSpanContext()));
    query.end(statement.end());
  }

  /** Records only the SQL state of a failure, since messages may contain values of rows. */
  private static void fail(Span query, String state) {
    query.setStatus(StatusCode.ERROR);
    if (state.isEmpty()) {
      query.setAttribute(SpanKeys.ERROR_TYPE, "_OTHER");
    } else {
      query.setAttribute(SpanKeys.ERROR_TYPE, state);
      query.setAttribute(SpanKeys.DB_RESPONSE_STATUS_CODE, state);
    }
  }

  @Override
  public Work begin(String name) {
    var work = spans.child(name, span).startSpan();
    return work::end;
  }

  @Override
  public Optional<TraceParent> traceParent() {
    return TraceParent.parse(text(span.getSpanContext()));
  }

  /** Returns the context in the format of the headers traceparent and traceresponse. */
  static String text(SpanContext context) {
    return "00-"
        + context.getTraceId()
        + "-"
        + context.getSpanId()
        + "-"
        + context.getTraceFlags().asHex();
  }

  /**
   * Chooses a recorded span as the parent, if there is one, since children of an unsampled span
   * would be lost.
   */
  @Override
  public WorkObserver together(List<WorkObserver> observers) {
    List<Span> all = new ArrayList<>();
    all.add(span);
    for (WorkObserver observer : observers) {
      if (observer instanceof SpanObserver known) {
        all.add(known.span);
      }
    }
    var parent = all.stream().filter(Span::isRecording).findFirst().orElse(span);
    all.remove(parent);
    return new SpanObserver(spans, parent, all.stream().filter(Span::isRecording).toList());
  }
}
