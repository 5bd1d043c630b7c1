package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult;
import com.ecommerce.user.core.bulk.ImportedUser;
import com.ecommerce.user.core.bulk.UserImports;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.server.grpc.ImportProtos;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Imports all users of a source, page by page: while a page is written, the next one is read and
 * validated. A run that was interrupted continues when it is repeated, since rows that were written
 * are unchanged then. For one thread.
 */
public final class ImportRun {
  private final UserImports imports;
  private final ImportOptions options;
  private final FailureFile failures;
  private final Progress progress;
  private final ImportReport report = new ImportReport();

  public ImportRun(
      UserImports imports, ImportOptions options, FailureFile failures, Progress progress) {
    this.imports = imports;
    this.options = options;
    this.failures = failures;
    this.progress = progress;
  }

  /**
   * A row that was read.
   *
   * @param user returns the validated user, or throws the reason for which there is none
   */
  private record Row(String place, Supplier<ImportedUser> user) {}

  /** A page that is being written. */
  private record Page(
      List<Row> rows, double progress, CompletionStage<List<ImportResult>> results) {}

  /**
   * Imports the users of the source.
   *
   * @throws UserServiceException if the import as a whole fails, for example because the database
   *     is unavailable
   */
  public ImportReport run(ImportSource source) throws IOException {
    try {
      importAll(source);
    } finally {
      imports.logEnd(RequestContext.system(), options, report.outcomes());
    }
    progress.end(report.rows());
    return report;
  }

  private void importAll(ImportSource source) throws IOException {
    var writing = new Page(List.of(), 0, CompletableFuture.completedStage(List.of()));
    do {
      List<Row> rows;
      try {
        rows = read(source);
      } finally {
        finish(writing);
      }
      writing = new Page(rows, source.progress(), write(rows));
    } while (!writing.rows().isEmpty());
  }

  private static List<Row> read(ImportSource source) throws IOException {
    List<Row> page = new ArrayList<>();
    int hashes = 0;
    while (page.size() < UserImports.MAX_ROWS && hashes < ImportProtos.MAX_HASHES) {
      var row = source.next();
      if (row.isEmpty()) {
        break;
      }
      page.add(validated(row.get()));
      hashes += row.get().user().filter(ImportProtos::needsHashing).isPresent() ? 1 : 0;
    }
    return page;
  }

  private static Row validated(ImportSource.Row row) {
    try {
      if (row.failure().isPresent()) {
        throw row.failure().get();
      }
      var user = ImportProtos.user(row.user().orElseThrow());
      return new Row(row.place(), () -> user);
    } catch (UserServiceException refused) {
      return new Row(
          row.place(),
          () -> {
            throw refused;
          });
    }
  }

  private CompletionStage<List<ImportResult>> write(List<Row> page) {
    return imports.importAsync(
        RequestContext.system(), options, page.stream().map(Row::user).toList());
  }

  private void finish(Page page) throws IOException {
    var results = Stages.join(page.results());
    for (int i = 0; i < results.size(); i++) {
      var result = results.get(i);
      report.add(result);
      if (result.failure().isPresent()) {
        failures.add(page.rows().get(i).place(), result.failure().get());
      }
    }
    failures.flush();
    progress.show(report.rows(), page.progress());
  }
}
