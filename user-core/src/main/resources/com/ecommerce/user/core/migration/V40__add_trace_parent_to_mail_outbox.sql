-- The place in a distributed trace that queued the mail (the header traceparent of W3C Trace Context), so that the trace
-- of its sending links there. Null when the call was not traced.
alter table mail_outbox add column trace_parent text;
