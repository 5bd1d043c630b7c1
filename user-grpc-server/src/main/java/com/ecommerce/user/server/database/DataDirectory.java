package com.ecommerce.user.server.database;

import com.ecommerce.user.server.config.Setting;
import com.ecommerce.user.server.config.StartupException;
import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Prepares DATA_DIR, which contains the database, its password and mails with secrets, and so must
 * belong to the service alone. On file systems without owners and modes, nothing is checked.
 */
public final class DataDirectory {
  private static final String SETTING = Setting.DATA_DIR.title();

  private static final char REPLACEMENT = 0xFFFD;

  private DataDirectory() {}

  /**
   * Checks that the path can be passed to other programs. It cannot if it, or the working
   * directory, contains letters that the process's encoding cannot represent.
   *
   * @throws StartupException if it cannot
   */
  static void requirePathForCommands(Path directory) {
    String path = directory.toAbsolutePath().toString();
    String encoding = commandEncoding();
    if (!Charset.forName(encoding).newEncoder().canEncode(path) || path.indexOf(REPLACEMENT) >= 0) {
      throw new StartupException(
          SETTING
              + ": "
              + directory
              + ": its path has letters that the encoding of this process, "
              + encoding
              + ", does not have (expected: a locale with UTF-8, such as LC_ALL=C.UTF-8, and no other"
              + " -Dfile.encoding)");
    }
    if (path.chars().anyMatch(Character::isISOControl)) {
      throw new StartupException(
          SETTING + ": its path has control characters (expected: a path without them)");
    }
  }

  /** Returns the encoding in which the JDK passes arguments to other programs. */
  private static String commandEncoding() {
    String property = Runtime.version().feature() < 18 ? "file.encoding" : "sun.jnu.encoding";
    return System.getProperty(property, StandardCharsets.UTF_8.name());
  }

  /**
   * Creates the directory if it does not exist, and denies access to all other users (mode 0700; if
   * root runs an embedded database, mode 0710, so that PostgreSQL's group can traverse it).
   *
   * @throws StartupException when it belongs to another user, others may write to it, or it cannot
   *     be created
   */
  static void open(Path directory) {
    try {
      OwnFiles.createPrivateDirectories(directory);
      check(directory);
      ChildAccount.close(directory);
    } catch (IOException failed) {
      throw unusable(directory, failed);
    }
  }

  /** Does the same as {@link #open} if the directory exists, and nothing otherwise. */
  public static void openIfThere(Path directory) {
    if (Files.exists(directory)) {
      open(directory);
    }
  }

  private static void check(Path directory) throws IOException {
    if (!OwnFiles.isPosix(directory)) {
      return;
    }
    if (!ChildAccount.mayOwn(directory)) {
      throw new StartupException(
          SETTING
              + ": "
              + directory
              + " belongs to user "
              + Files.getOwner(directory).getName()
              + " (expected: a directory of the user that the service runs as)");
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(directory);
    if (mode.contains(PosixFilePermission.GROUP_WRITE)
        || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new StartupException(
          SETTING
              + ": others may write to "
              + directory
              + " (expected: a directory for the service alone, as chmod 700 makes it)");
    }
  }

  static StartupException unusable(Path directory, IOException failed) {
    return new StartupException(
        SETTING + ": " + directory + " (expected: a directory to write to)", failed);
  }
}
