package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.request.TraceParent;
import com.ecommerce.user.core.request.WorkObserver;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.config.JdbiConfig;
import org.jdbi.v3.core.statement.SqlStatements;

/** The data of a handle about its call. Public since Jdbi creates it. */
public final class RequestConfig implements JdbiConfig<RequestConfig> {
  private WorkObserver observer = WorkObserver.NONE;

  /** Creates the data of a call that is not traced. */
  public RequestConfig() {}

  static void observe(Handle handle, WorkObserver observer) {
    handle.getConfig(RequestConfig.class).observer = observer;
    handle.getConfig(SqlStatements.class).setSqlLogger(new StatementObserver(observer));
  }

  /** Returns the position in a trace to which the work of the handle belongs. */
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
