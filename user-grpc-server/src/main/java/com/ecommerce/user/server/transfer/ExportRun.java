package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.bulk.ExportedUser;
import com.ecommerce.user.core.bulk.UserExports;
import com.ecommerce.user.core.directory.UserFilter;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.server.grpc.ExportProtos;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Exports all users to a file that only its owner can read. The file has a temporary name and is
 * locked until the export is complete. For one thread.
 */
public final class ExportRun {
  private static final String PREFIX = ".user-service-export-";
  private static final String SUFFIX = ".tmp";

  private final UserExports exports;
  private final ExportFormat format;
  private final boolean withHashes;
  private final Progress progress;
  private long users;

  public ExportRun(
      UserExports exports, ExportFormat format, boolean withHashes, Progress progress) {
    this.exports = exports;
    this.format = format;
    this.withHashes = withHashes;
    this.progress = progress;
  }

  /**
   * Writes the file.
   *
   * @param expected the approximate number of users, for the progress
   * @return the number of users
   */
  public long run(Path file, long expected) throws IOException {
    var directory = file.toAbsolutePath().getParent();
    deleteAbandoned(directory);
    // Temporary files are private to their owner from the start.
    var unfinished = Files.createTempFile(directory, PREFIX, SUFFIX);
    try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.lock();
      var out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
      write(out, expected);
      out.flush();
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    progress.end(users);
    return users;
  }

  /**
   * Deletes the temporary files of exports that were killed, since no process has locked them.
   * Files that this process may not write are left alone.
   */
  private static void deleteAbandoned(Path directory) throws IOException {
    try (var files = Files.newDirectoryStream(directory, PREFIX + "*" + SUFFIX)) {
      for (var file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isAbandoned(file)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (DirectoryIteratorException failed) {
      throw failed.getCause();
    }
  }

  private static boolean isAbandoned(Path file) {
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        var lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException inUse) {
      return false;
    }
  }

  private void write(BufferedWriter out, long expected) throws IOException {
    var writer = format.writer(out);
    try {
      exports.export(
          RequestContext.system(),
          UserFilter.ALL,
          withHashes,
          user -> write(writer, user, expected));
    } catch (UncheckedIOException failed) {
      throw failed.getCause();
    }
  }

  private void write(ExportFormat.Writer writer, ExportedUser user, long expected) {
    try {
      writer.write(ExportProtos.exported(user).getUser());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    users++;
    progress.show(users, Math.min(1, (double) users / Math.max(1, expected)));
  }
}
