package com.ecommerce.user.server.intercept;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.request.Cancellation;
import io.grpc.Context;
import io.grpc.Deadline;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The deadline and the cancellation of a gRPC call. */
final class ContextCancellation implements Cancellation {
  private final Context context;
  private final Executor executor;

  ContextCancellation(Context context, Executor executor) {
    this.context = context;
    this.executor = executor;
  }

  @Override
  public Optional<ErrorReason> reason() {
    if (!context.isCancelled()) {
      return Optional.empty();
    }
    Deadline deadline = context.getDeadline();
    boolean expired = deadline != null && deadline.isExpired();
    return Optional.of(expired ? ErrorReason.DEADLINE_EXCEEDED : ErrorReason.CALL_CANCELLED);
  }

  @Override
  public Registration onCancel(Runnable action) {
    Context.CancellationListener listener = cancelled -> action.run();
    context.addListener(listener, executor);
    return () -> context.removeListener(listener);
  }
}
