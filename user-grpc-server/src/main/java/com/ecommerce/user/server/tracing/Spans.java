package com.ecommerce.user.server.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;

/**
 * Makes spans, and finds those that callers sent along. Parents are always told: no thread has a
 * current span. Thread-safe.
 *
 * @param database the name of the database that the statements go to
 */
record Spans(Tracer tracer, TextMapPropagator propagator, String database) {
  private static final String SCOPE = "com.ecommerce.user";

  static Spans of(OpenTelemetry telemetry, String version, String database) {
    return new Spans(
        telemetry
            .getTracerProvider()
            .tracerBuilder(SCOPE)
            .setInstrumentationVersion(version)
            .build(),
        telemetry.getPropagators().getTextMapPropagator(),
        database);
  }

  /** One of a call from outside: a part of the caller's trace, if it sent one along. */
  <C> SpanBuilder server(String name, C carrier, TextMapGetter<C> getter) {
    return tracer
        .spanBuilder(name)
        .setSpanKind(SpanKind.SERVER)
        .setParent(propagator.extract(Context.root(), carrier, getter));
  }

  SpanBuilder child(String name, Span parent) {
    return tracer.spanBuilder(name).setParent(Context.root().with(parent));
  }

  SpanBuilder root(String name) {
    return tracer.spanBuilder(name).setNoParent();
  }
}
