package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.request.WorkObserver;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Tells an observer of the statements on one handle. */
final class StatementObserver implements SqlLogger {
  private final WorkObserver observer;

  StatementObserver(WorkObserver observer) {
    this.observer = observer;
  }

  @Override
  public void logAfterExecution(StatementContext context) {
    tell(context, Optional.empty());
  }

  @Override
  public void logException(StatementContext context, SQLException failure) {
    tell(context, Optional.of(Optional.ofNullable(failure.getSQLState()).orElse("")));
  }

  private static Optional<String> source(StatementContext context) {
    return Optional.ofNullable(context.getExtensionMethod())
        .map(dao -> dao.getType().getSimpleName() + "." + dao.getMethod().getName())
        .or(() -> Optional.ofNullable((String) context.getAttribute(RequestConfig.SOURCE)));
  }

  private void tell(StatementContext context, Optional<String> failure) {
    observer.onStatement(
        new WorkObserver.Statement(
            // Before its parameters are replaced; all of them are bound.
            context.getRenderedSql().strip(),
            source(context),
            context.getExecutionMoment(),
            context.getCompletionMoment() == null
                ? context.getExceptionMoment()
                : context.getCompletionMoment(),
            failure));
  }
}
