package com.ecommerce.user.core.internal.bulk;

import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.credential.Password;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.hash.PasswordHash;
import com.ecommerce.user.core.request.RequestContext;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Checks the passwords of rows and hashes those that are not hashed yet, one after the other on the
 * hashing pool, before a transaction begins. Thread-safe.
 */
final class ImportPreparation {
  private final Clock clock;
  private final JdbiPasswords passwords;

  ImportPreparation(Clock clock, JdbiPasswords passwords) {
    this.clock = clock;
    this.passwords = passwords;
  }

  /**
   * Prepares the rows.
   *
   * @param rows null in the place of a row that was refused
   * @param refusals null in the place of the others
   * @param current returns the stored hash of the user whom a row updates
   * @return fails with {@code HASHING_BUSY} or when the call is cancelled
   */
  CompletionStage<List<PreparedRow>> prepare(
      RequestContext call,
      ImportOptions options,
      List<ImportedUser> rows,
      List<UserServiceException> refusals,
      Function<ImportedUser, Optional<PasswordHash>> current) {
    List<PreparedRow> prepared = new ArrayList<>(rows.size());
    CompletionStage<Void> all = CompletableFuture.completedStage(null);
    for (int i = 0; i < rows.size(); i++) {
      int index = i;
      var row = rows.get(i);
      var refusal = refusals.get(i);
      all =
          all.thenCompose(
                  done ->
                      refusal == null
                          ? prepare(call, options, index, row, current)
                          : CompletableFuture.completedStage(refused(index, refusal)))
              .thenAccept(prepared::add);
    }
    return all.thenApply(done -> prepared);
  }

  private CompletionStage<PreparedRow> prepare(
      RequestContext call,
      ImportOptions options,
      int index,
      ImportedUser row,
      Function<ImportedUser, Optional<PasswordHash>> current) {
    try {
      row.violations(clock).throwIfAny();
      return hash(call, options, row, current)
          .handle(
              (hash, failed) ->
                  failed == null
                      ? new PreparedRow(index, row, hash, Optional.empty())
                      : refused(index, Stages.expected(failed)));
    } catch (UserServiceException refusal) {
      return CompletableFuture.completedStage(refused(index, refusal));
    }
  }

  /** Refuses the row if the failure is about the row. Any other failure fails the call. */
  private static PreparedRow refused(int index, UserServiceException failure) {
    return switch (failure.reason()) {
      case INVALID_REQUEST, PASSWORD_MISMATCH ->
          new PreparedRow(index, null, Optional.empty(), Optional.of(failure));
      default -> throw failure;
    };
  }

  private CompletionStage<Optional<PasswordHash>> hash(
      RequestContext call,
      ImportOptions options,
      ImportedUser row,
      Function<ImportedUser, Optional<PasswordHash>> current) {
    if (row.passwordHash().isPresent()) {
      return checked(call, row);
    }
    return row.password().isPresent()
        ? hashed(call, options, row, row.password().get(), current.apply(row))
        : CompletableFuture.completedStage(Optional.empty());
  }

  private CompletionStage<Optional<PasswordHash>> checked(RequestContext call, ImportedUser row) {
    var hash = Violations.parsed("password_hash", row.passwordHash().get(), passwords::parseHash);
    if (row.testPassword().isEmpty()) {
      return CompletableFuture.completedStage(Optional.of(hash));
    }
    return passwords
        .matches(call, row.testPassword().get(), hash)
        .thenApply(
            matches -> {
              if (!matches) {
                throw UserServiceException.invalid(
                    ErrorReason.PASSWORD_MISMATCH,
                    "test_password",
                    "does not match the hash (expected: the password that the hash was made of)");
              }
              return Optional.of(hash);
            });
  }

  private CompletionStage<Optional<PasswordHash>> hashed(
      RequestContext call,
      ImportOptions options,
      ImportedUser row,
      Password password,
      Optional<PasswordHash> current) {
    var violations = new Violations();
    passwords.policy().check(violations, "password", password, row.person());
    violations.throwIfAny();
    if (options.dryRun()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return current
        .map(hash -> passwords.matches(call, password, hash))
        .orElseGet(() -> CompletableFuture.completedStage(false))
        .thenCompose(
            isCurrent ->
                isCurrent
                    ? CompletableFuture.completedStage(Optional.empty())
                    : passwords
                        .hash(call, "password", password, row.person())
                        .thenApply(Optional::of));
  }
}
