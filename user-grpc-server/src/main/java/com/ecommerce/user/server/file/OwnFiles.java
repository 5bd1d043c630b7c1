package com.ecommerce.user.server.file;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and directories with exact modes, regardless of the umask. On file systems without
 * POSIX modes, they get the modes of the system.
 */
public final class OwnFiles {
  public static final Set<PosixFilePermission> PRIVATE_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  public static final Set<PosixFilePermission> PRIVATE_FILE =
      PosixFilePermissions.fromString("rw-------");
  public static final Set<PosixFilePermission> READABLE_DIRECTORY =
      PosixFilePermissions.fromString("rwxr-xr-x");
  public static final Set<PosixFilePermission> READABLE_FILE =
      PosixFilePermissions.fromString("rw-r--r--");
  public static final Set<PosixFilePermission> PROGRAM = READABLE_DIRECTORY;

  private OwnFiles() {}

  /** Returns whether the file system of the path has owners and modes. */
  public static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Creates a directory with this mode in an existing one. */
  public static void createDirectory(Path directory, Set<PosixFilePermission> mode)
      throws IOException {
    if (isPosix(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mode));
    } else {
      Files.createDirectory(directory);
    }
    setMode(directory, mode);
  }

  /** Creates a directory that only its owner can enter, and missing parent directories. */
  public static void createPrivateDirectories(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Path parent = directory.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    try {
      createDirectory(directory, PRIVATE_DIRECTORY);
    } catch (FileAlreadyExistsException made) {
      if (!Files.isDirectory(directory)) {
        throw made;
      }
    }
  }

  public static void setMode(Path path, Set<PosixFilePermission> mode) throws IOException {
    if (isPosix(path)) {
      Files.setPosixFilePermissions(path, mode);
    }
  }

  /** Returns the id of the user who owns a file; links are not followed. */
  public static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the id of the group that owns a file; links are not followed. */
  public static int group(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Atomically writes a file that only its owner can read. */
  public static void writePrivately(Path file, String text) throws IOException {
    // Temporary files are private to their owner from the start.
    Path unfinished = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".tmp");
    try {
      try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
          var out = Channels.newOutputStream(channel)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        channel.force(true);
      }
      Files.move(
          unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  /**
   * Deletes a directory with its contents, if it exists. Never deletes anything outside of it, even
   * if somebody concurrently replaces a part of it by a link.
   */
  public static void deleteRecursively(Path directory) throws IOException {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
      // Without this option, it refuses to work where the JDK has no SecureDirectoryStream.
      MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  /** Resolves the links of the path, as far as it exists. */
  public static Path realPath(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }
}
