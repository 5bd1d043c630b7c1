package com.ecommerce.user.server.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and directories with exact modes, whatever the umask is. Where a file system has no POSIX
 * modes, they are left as the system makes them.
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

  /** Whether the file system of the path has owners and modes. */
  public static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /** Creates a directory with this mode, in one that exists. */
  public static void createDirectory(Path directory, Set<PosixFilePermission> mode)
      throws IOException {
    if (isPosix(directory)) {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mode));
    } else {
      Files.createDirectory(directory);
    }
    setMode(directory, mode);
  }

  /** Creates a directory that its owner alone can enter, and those above it, where missing. */
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

  /** The number of the user that a file belongs to; links are not followed. */
  public static int owner(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /** The number of the group that a file belongs to; links are not followed. */
  public static int group(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
  }

  /** Writes a file that its owner alone can read: whole, or not at all. */
  public static void writePrivately(Path file, String text) throws IOException {
    // Such a file belongs to its owner alone from the start.
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
   * Deletes a directory with all that is in it, if it is there. It never leaves the directory, also
   * when somebody who may write there swaps a part of it for a link meanwhile.
   */
  public static void deleteRecursively(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      Files.deleteIfExists(directory);
      return;
    }
    try (var entries = Files.newDirectoryStream(directory)) {
      if (entries instanceof SecureDirectoryStream<Path> secure) {
        deleteEntries(secure);
      } else {
        for (Path entry : entries) {
          deleteRecursively(entry);
        }
      }
    }
    Files.delete(directory);
  }

  private static void deleteEntries(SecureDirectoryStream<Path> directory) throws IOException {
    for (Path entry : (DirectoryStream<Path>) directory) {
      Path name = entry.getFileName();
      var attributes =
          directory.getFileAttributeView(
              name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.readAttributes().isDirectory()) {
        try (var inner = directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          deleteEntries(inner);
        }
        directory.deleteDirectory(name);
      } else {
        directory.deleteFile(name);
      }
    }
  }

  /** The path without links, as far as it exists. */
  public static Path realPath(Path path) throws IOException {
    return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath().normalize();
  }
}
