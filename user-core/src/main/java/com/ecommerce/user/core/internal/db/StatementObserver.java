package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.request.WorkObserver;
import java.lang.StackWalker.StackFrame;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Reports the statements of a handle to an observer. */
final class StatementObserver implements SqlLogger {
  private static final String CORE = "com.ecommerce.user.core.";
  private static final StackWalker STACK =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  private final WorkObserver observer;

  StatementObserver(WorkObserver observer) {
    this.observer = observer;
  }

  @Override
  public void logAfterExecution(StatementContext context) {
    report(context, Optional.empty());
  }

  @Override
  public void logException(StatementContext context, SQLException failure) {
    report(context, Optional.of(Optional.ofNullable(failure.getSQLState()).orElse("")));
  }

  /** Returns the method of this library that runs the statement, such as {@code UserDao.find}. */
  private static Optional<String> source() {
    return STACK.walk(
        frames ->
            frames
                .filter(StatementObserver::isSource)
                .findFirst()
                .map(
                    frame ->
                        frame.getDeclaringClass().getSimpleName() + "." + frame.getMethodName()));
  }

  private static boolean isSource(StackFrame frame) {
    var type = frame.getDeclaringClass();
    return type.getName().startsWith(CORE)
        && type != StatementObserver.class
        && type != MultiTableStatement.class;
  }

  private void report(StatementContext context, Optional<String> failure) {
    observer.onStatement(
        new WorkObserver.Statement(
            // The SQL still has its placeholders, so it contains no values.
            context.getRenderedSql().strip(),
            source(),
            context.getExecutionMoment(),
            context.getCompletionMoment() == null
                ? context.getExceptionMoment()
                : context.getCompletionMoment(),
            failure));
  }
}
