package com.ecommerce.user.server;

import com.ecommerce.user.server.database.EmbeddedDatabase;
import com.ecommerce.user.server.file.OwnFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.CopyOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A DATA_DIR with a database, from which tests get copies. Creating one takes a few seconds, and
 * copying it a fraction of a second.
 */
public final class InitializedDataDirectory {
  private static Path original;

  private InitializedDataDirectory() {}

  /** Copies the directory with its modes and owners. The target must not exist. */
  public static void copyTo(Path target) throws IOException {
    copy(original(), target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
  }

  /** Copies only the programs, so that they need not be unpacked. */
  public static void copyProgramsTo(Path target) throws IOException {
    Files.createDirectories(target);
    copy(
        original().resolve("postgres-programs"),
        target.resolve("postgres-programs"),
        StandardCopyOption.COPY_ATTRIBUTES,
        LinkOption.NOFOLLOW_LINKS);
  }

  private static synchronized Path original() throws IOException {
    if (original == null) {
      Path parent = Files.createTempDirectory("initialized-data");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(parent)));
      Path made = parent.resolve("data");
      EmbeddedDatabase.start(made, 2).close();
      original = made;
    }
    return original;
  }

  private static void delete(Path directory) {
    try {
      OwnFiles.deleteRecursively(directory);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Copies a directory with its contents. */
  public static void copy(Path from, Path to, CopyOption... options) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(directory, to.resolve(from.relativize(directory)), options);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, to.resolve(from.relativize(file)), options);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
