package com.ecommerce.user.server.tracing;

import com.ecommerce.user.core.mail.MailObserver;
import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;

/**
 * Makes a trace of each attempt to send a mail. The attempt may be hours after the call that queued
 * the mail, so the trace is separate, with a link to that of the call. It does not contain the
 * recipient.
 */
final class TracedMails implements MailObserver {
  private final Spans spans;

  TracedMails(Spans spans) {
    this.spans = spans;
  }

  @Override
  public Observation begin(Attempt attempt) {
    var builder =
        spans
            .root("process mail_outbox")
            .setSpanKind(SpanKind.CONSUMER)
            .setAttribute(SpanKeys.MESSAGING_SYSTEM, "postgresql")
            .setAttribute(SpanKeys.MESSAGING_DESTINATION_NAME, "mail_outbox")
            .setAttribute(SpanKeys.MESSAGING_OPERATION_NAME, "process")
            .setAttribute(SpanKeys.MESSAGING_OPERATION_TYPE, "process")
            .setAttribute(SpanKeys.MESSAGING_MESSAGE_ID, attempt.mail().toString())
            .setAttribute(SpanKeys.MAIL_KIND, attempt.kind().name())
            .setAttribute(SpanKeys.MAIL_ATTEMPT, (long) attempt.number());
    attempt.cause().ifPresent(cause -> builder.addLink(context(cause)));
    var span = builder.startSpan();
    return new MailSpan(span, new SpanObserver(spans, span));
  }

  private static SpanContext context(TraceParent cause) {
    return SpanContext.createFromRemoteParent(
        cause.traceId(),
        cause.spanId(),
        TraceFlags.fromHex(cause.flags(), 0),
        TraceState.getDefault());
  }

  private record MailSpan(Span span, SpanObserver observer) implements Observation {
    @Override
    public WorkObserver work() {
      return observer;
    }

    /** Records only the class of the failure, since its message may contain the address. */
    @Override
    public void failed(Exception failure) {
      span.setAttribute(SpanKeys.ERROR_TYPE, failure.getClass().getName());
      span.setStatus(StatusCode.ERROR);
    }

    @Override
    public void close() {
      span.end();
    }
  }
}
