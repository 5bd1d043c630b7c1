package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.config.JdbiConfig;
import org.jdbi.v3.core.statement.SqlStatements;

/** The data that a handle has about the call that it works for. Public for Jdbi, which makes it. */
public final class RequestConfig implements JdbiConfig<RequestConfig> {
  private WorkObserver observer = WorkObserver.NONE;

  /** Without any observer: that of a call which nobody traces. */
  public RequestConfig() {}

  static void observe(Handle handle, WorkObserver observer) {
    handle.getConfig(RequestConfig.class).observer = observer;
    handle.getConfig(SqlStatements.class).setSqlLogger(new StatementObserver(observer));
  }

  /** The place in a trace that the handle's work belongs to. */
  public static Optional<TraceParent> traceParent(Handle handle) {
    return handle.getConfig(RequestConfig.class).observer.traceParent();
  }

  @Override
  public RequestConfig createCopy() {
    var copy = new RequestConfig();
    copy.observer = observer;
    return copy;
  }
}
