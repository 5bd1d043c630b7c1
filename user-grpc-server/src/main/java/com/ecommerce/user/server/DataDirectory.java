package com.ecommerce.user.server;

import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * Prepares DATA_DIR, which contains the database, its password and mails with secrets, and so must
 * belong to the service alone. On file systems without owners and modes, nothing is checked.
 */
final class DataDirectory {
  private static final String SETTING = SettingReader.name("--data-dir", "DATA_DIR");

  private DataDirectory() {}

  /**
   * Creates the directory if it does not exist, and closes it to all others (mode 0700; with an
   * embedded database, root lets PostgreSQL's group pass through: mode 0710).
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
  static void openIfThere(Path directory) {
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
