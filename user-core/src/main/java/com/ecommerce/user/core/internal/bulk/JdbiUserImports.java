package com.ecommerce.user.core.internal.bulk;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.RequestKind;
import com.ecommerce.user.core.request.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The implementation of {@link UserImports} on a database, by Jdbi. */
public final class JdbiUserImports implements UserImports {
  private static final Logger log = LoggerFactory.getLogger(JdbiUserImports.class);

  private final Database database;
  private final Workers workers;
  private final ImportPreparation preparation;
  private final ImportParts parts;

  /** Creates the use cases, for {@code UserCore}. */
  public JdbiUserImports(Database database, Workers workers, ImportParts parts) {
    this.database = database;
    this.workers = workers;
    this.preparation = new ImportPreparation(parts.clock(), parts.passwords());
    this.parts = parts;
  }

  /** Rolls a dry run back. */
  private static final class DryRun extends RuntimeException {
    private final transient List<ImportResult> results;

    DryRun(List<ImportResult> results) {
      super("dry run", null, false, false);
      this.results = results;
    }
  }

  /**
   * Rows that were read.
   *
   * @param rows null in the place of a row that breaks a rule
   * @param refusals null in the place of the others
   * @param stored finds the stored hashes of the users whose rows have a password to hash
   */
  private record Read(
      List<ImportedUser> rows,
      List<UserServiceException> refusals,
      Function<ImportedUser, Optional<PasswordHash>> stored) {
    boolean needHashes() {
      return rows.stream()
          .anyMatch(
              row -> row != null && (row.password().isPresent() || row.testPassword().isPresent()));
    }
  }

  @Override
  public CompletionStage<List<ImportResult>> importAsync(
      RequestContext call, ImportOptions options, List<? extends Supplier<ImportedUser>> rows) {
    requireNonNull(call, "call");
    requireNonNull(options, "options");
    requireNonNull(rows, "rows");
    if (rows.size() > MAX_ROWS) {
      throw new IllegalArgumentException(
          rows.size() + " rows (expected: at most " + MAX_ROWS + ")");
    }
    return workers
        .supply(call, RequestKind.BULK, () -> begin(call, options, rows))
        .thenCompose(stage -> stage);
  }

  @Override
  public void logEnd(RequestContext call, ImportOptions options, Map<Outcome, Long> rows) {
    String counts =
        Arrays.stream(Outcome.values())
            .map(each -> rows.getOrDefault(each, 0L) + " " + each.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    parts.securityLog().imported(call, options.dryRun(), counts);
  }

  /** Completes on the same worker if no password has to be hashed. */
  private CompletionStage<List<ImportResult>> begin(
      RequestContext call, ImportOptions options, List<? extends Supplier<ImportedUser>> rows) {
    var read = read(call, rows);
    var prepared = preparation.prepare(call, options, read.rows(), read.refusals(), read.stored());
    return read.needHashes()
        ? prepared.thenCompose(
            ready ->
                workers.supplyResumed(call, RequestKind.BULK, () -> write(call, options, ready)))
        : prepared.thenApply(ready -> write(call, options, ready));
  }

  private Read read(RequestContext call, List<? extends Supplier<ImportedUser>> rows) {
    List<ImportedUser> users = new ArrayList<>(rows.size());
    List<UserServiceException> refusals = new ArrayList<>(rows.size());
    for (var row : rows) {
      try {
        users.add(row.get());
        refusals.add(null);
      } catch (UserServiceException refused) {
        users.add(null);
        refusals.add(refused);
      }
    }
    return new Read(users, refusals, stored(call, users));
  }

  private Function<ImportedUser, Optional<PasswordHash>> stored(
      RequestContext call, List<ImportedUser> rows) {
    var plain = rows.stream().filter(row -> row != null && row.password().isPresent()).toList();
    if (plain.isEmpty()) {
      return row -> Optional.empty();
    }
    var known = new KnownUsers(database.read(call, handle -> new ImportDao(handle).find(plain)));
    return row -> known.target(row).flatMap(KnownUser::hash);
  }

  private List<ImportResult> write(
      RequestContext call, ImportOptions options, List<PreparedRow> rows) {
    if (rows.stream().allMatch(row -> row.failure().isPresent())) {
      return rows.stream().map(row -> ImportResult.failed(row.failure().orElseThrow())).toList();
    }
    try {
      return writeTogether(call, options, rows);
    } catch (RuntimeException failed) {
      if (!isAboutRows(failed)) {
        throw failed;
      }
      return rows.size() == 1 ? List.of(refused(call, failed)) : writeOneByOne(call, options, rows);
    }
  }

  private List<ImportResult> writeTogether(
      RequestContext call, ImportOptions options, List<PreparedRow> rows) {
    try {
      return database.inTransaction(
          call,
          tx -> {
            var results = new ImportTransaction(parts, tx, call, options).run(rows);
            if (options.dryRun()) {
              throw new DryRun(results);
            }
            return results;
          });
    } catch (DryRun rolledBack) {
      return withoutNewIds(rows, rolledBack.results);
    }
  }

  /** Removes the ids of new users, which a dry run has rolled back. */
  private static List<ImportResult> withoutNewIds(
      List<PreparedRow> rows, List<ImportResult> results) {
    return IntStream.range(0, rows.size())
        .mapToObj(
            i -> {
              var result = results.get(i);
              return result.outcome() == Outcome.CREATED
                  ? new ImportResult(result.outcome(), rows.get(i).row().id(), Optional.empty())
                  : result;
            })
        .toList();
  }

  /** Writes each row in a transaction of its own, so that only the refused rows fail. */
  private List<ImportResult> writeOneByOne(
      RequestContext call, ImportOptions options, List<PreparedRow> rows) {
    List<ImportResult> results = new ArrayList<>();
    for (var row : rows) {
      var alone = new PreparedRow(0, row.row(), row.hash(), row.failure());
      results.addAll(write(call, options, List.of(alone)));
    }
    return results;
  }

  /** Returns whether the failure may be one of a single row. */
  private static boolean isAboutRows(RuntimeException failed) {
    return !(failed instanceof UserServiceException known)
        || switch (known.kind()) {
          case ALREADY_EXISTS, ABORTED, INVALID_ARGUMENT, FAILED_PRECONDITION -> true;
          default -> false;
        };
  }

  private static ImportResult refused(RequestContext call, RuntimeException failed) {
    if (failed instanceof UserServiceException known) {
      return ImportResult.failed(known);
    }
    try (var attached = call.log().attach()) {
      log.error("A row of an import could not be written", failed);
    }
    return ImportResult.failed(
        UserServiceException.of(
            ErrorReason.INTERNAL_ERROR, "internal error, see the log of the service"));
  }
}
