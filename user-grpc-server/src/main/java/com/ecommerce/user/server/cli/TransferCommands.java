package com.ecommerce.user.server.cli;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.bulk.ImportOptions;
import com.ecommerce.user.core.bulk.ImportResult.Outcome;
import com.ecommerce.user.core.credential.PasswordSettings;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.directory.UserSort;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.concurrent.DaemonThreads;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.request.Workers;
import com.ecommerce.user.server.CloseStack;
import com.ecommerce.user.server.config.CommandSettings;
import com.ecommerce.user.server.config.DatabaseUrl;
import com.ecommerce.user.server.config.SettingReader;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.transfer.Columns;
import com.ecommerce.user.server.transfer.CsvSource;
import com.ecommerce.user.server.transfer.DjangoSource;
import com.ecommerce.user.server.transfer.ExportFormat;
import com.ecommerce.user.server.transfer.ExportRun;
import com.ecommerce.user.server.transfer.FailureFile;
import com.ecommerce.user.server.transfer.FirebaseSource;
import com.ecommerce.user.server.transfer.ImportReport;
import com.ecommerce.user.server.transfer.ImportRun;
import com.ecommerce.user.server.transfer.ImportSource;
import com.ecommerce.user.server.transfer.JsonLinesSource;
import com.ecommerce.user.server.transfer.KeycloakSource;
import com.ecommerce.user.server.transfer.Progress;
import com.ecommerce.user.server.transfer.SeedSource;
import com.ecommerce.user.server.transfer.SourceException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The commands that import and export users. */
final class TransferCommands {
  private static final List<CommandOption> SOURCES =
      List.of(
          CommandOption.CSV,
          CommandOption.JSON_LINES,
          CommandOption.FROM_DJANGO,
          CommandOption.FROM_KEYCLOAK,
          CommandOption.FROM_FIREBASE);

  private static final List<CommandOption> TARGETS =
      List.of(CommandOption.TO_CSV, CommandOption.TO_JSON_LINES);

  private final SettingReader reader;
  private final CommandOutput output;

  TransferCommands(SettingReader reader, CommandOutput output) {
    this.reader = reader;
    this.output = output;
  }

  /** Opens a source of users. */
  private interface Opener {
    ImportSource open() throws IOException;
  }

  /**
   * Imports the users of a file or of another system, and prints a report.
   *
   * @throws StartupException if rows were refused, or the import failed as a whole
   */
  void importUsers() throws IOException {
    var source = oneOf(Command.IMPORT, SOURCES);
    var columns = read(CommandOption.COLUMNS, Columns::parse).orElse(Columns.NONE);
    var url = read(CommandOption.FROM_DJANGO, DatabaseUrl::parse);
    var options = new ImportOptions(isSet(CommandOption.DRY_RUN), isSet(CommandOption.SEND_MAILS));
    run(Command.IMPORT, options, () -> open(source, columns, url));
  }

  private ImportSource open(CommandOption source, Columns columns, Optional<DatabaseUrl> url)
      throws IOException {
    return switch (source) {
      case CSV -> CsvSource.open(file(source), columns);
      case JSON_LINES -> JsonLinesSource.open(file(source), columns);
      case FROM_DJANGO -> DjangoSource.open(url.orElseThrow(), text(CommandOption.TABLE), columns);
      case FROM_KEYCLOAK -> KeycloakSource.open(file(source), columns);
      case FROM_FIREBASE ->
          FirebaseSource.open(
              file(source), text(CommandOption.FIREBASE_HASH).map(Path::of), columns);
      default -> throw new IllegalStateException(source.flag());
    };
  }

  /** Adds invented users. */
  void seed() throws IOException {
    int count = reader.integer(CommandOption.USERS.flag(), CommandOption.USERS.type());
    var locale = read(CommandOption.LOCALE, SeedSource::locale);
    run(Command.SEED, ImportOptions.DEFAULT, () -> SeedSource.of(count, locale));
  }

  private void run(Command command, ImportOptions options, Opener opener) throws IOException {
    var failures = Path.of(text(CommandOption.FAILURES).orElse(FailureFile.NAME));
    var settings = CommandSettings.read(reader);
    ImportReport report;
    try (var source = opener.open();
        var opened = new CloseStack()) {
      source.description().forEach(output::message);
      var core = open(command, settings, opened);
      core.start();
      try (var refused = FailureFile.create(failures)) {
        var progress = progress(options.dryRun() ? "checked" : "imported");
        report = new ImportRun(core.userImports(), options, refused, progress).run(source);
      }
    } catch (SourceException unreadable) {
      throw new StartupException(unreadable.getMessage(), unreadable);
    } catch (FileSystemException unusable) {
      throw new StartupException(unusable.getFile() + ": cannot be read or written", unusable);
    } catch (UserServiceException failed) {
      throw new StartupException(
          failed.getMessage() + "; the same command again goes on from here", failed);
    }
    report.lines().forEach(output::print);
    if (report.count(Outcome.FAILED) > 0) {
      throw new StartupException("rows were refused: " + failures + " has the reasons");
    }
  }

  /** Exports all users to a file. */
  void exportUsers() throws IOException {
    var target = oneOf(Command.EXPORT, TARGETS);
    var format = target == CommandOption.TO_CSV ? ExportFormat.CSV : ExportFormat.JSON_LINES;
    boolean withHashes = isSet(CommandOption.WITH_HASHES);
    var settings = CommandSettings.read(reader);
    try (var opened = new CloseStack()) {
      var core = open(Command.EXPORT, settings, opened);
      long expected =
          core.directory()
              .list(
                  RequestContext.system(), UserFilter.ALL, UserSort.NEWEST_FIRST, PageRequest.FIRST)
              .totalCount();
      long users =
          new ExportRun(core.userExports(), format, withHashes, progress("exported"))
              .run(file(target), expected);
      output.print("exported " + users);
    } catch (FileSystemException unusable) {
      throw new StartupException(unusable.getFile() + ": cannot be written", unusable);
    } catch (UserServiceException failed) {
      throw new StartupException(failed.getMessage(), failed);
    }
  }

  private UserCore open(Command command, CommandSettings settings, CloseStack opened) {
    var pool = CommandDatabase.open(settings, command.word(), opened, output);
    var worker = opened.add(new Worker());
    return opened.add(
        UserCore.builder(pool)
            .passwords(PasswordSettings.DEFAULT.withHash(settings.hashSettings()))
            .cacheBytes(0)
            .workers(Workers.on(worker.thread))
            .build());
  }

  /** Writes a page while the command reads the next one. */
  private static final class Worker implements AutoCloseable {
    final ScheduledThreadPoolExecutor thread = DaemonThreads.timer("import");

    @Override
    public void close() {
      thread.shutdown();
    }
  }

  private Progress progress(String done) {
    return output.isTerminal()
        ? Progress.bar(done, System::nanoTime, output::show)
        : Progress.lines(done, System::nanoTime, output::message);
  }

  /** Returns the only option of these that is given. */
  private CommandOption oneOf(Command command, List<CommandOption> options) {
    var given = options.stream().filter(this::isSet).toList();
    if (given.size() == 1) {
      return given.get(0);
    }
    String flags = options.stream().map(CommandOption::flag).collect(Collectors.joining(", "));
    throw new UsageException(
        command.word()
            + ": "
            + (given.isEmpty() ? "missing option" : "too many options")
            + " (expected: one of "
            + flags
            + ")");
  }

  private boolean isSet(CommandOption option) {
    return text(option).isPresent();
  }

  private Optional<String> text(CommandOption option) {
    return reader.option(option.flag());
  }

  /** Returns the parsed value; empty if it is invalid, which the reader reports. */
  private <T> Optional<T> read(CommandOption option, Function<String, T> parser) {
    return reader.optional(option.flag(), text(option), parser);
  }

  private Path file(CommandOption option) {
    return Path.of(text(option).orElseThrow());
  }
}
