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
 * Makes spans, and reads the parent spans that callers send. Parents are always passed explicitly;
 * no thread has a current span. Thread-safe.
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

  /**
   * Returns a builder for the span of an incoming call, which continues the caller's trace if the
   * call has one.
   */
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
