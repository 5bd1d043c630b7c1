package com.ecommerce.user.server;

import com.ecommerce.user.server.file.OwnFiles;
import com.ecommerce.user.server.postgres.ChildAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * DATA_DIR: it has the database, its password and mails with secrets, so it belongs to the service
 * alone. Where the file system has no owners and modes, nothing is checked.
 */
final class DataDirectory {
  private static final String SETTING = SettingReader.name("--data-dir", "DATA_DIR");

  private DataDirectory() {}

  /**
   * Makes the directory if it is not there, and shuts it for all others (mode 0700).
   *
   * @throws StartupException when it is another's, others may write to it, or it cannot be made
   */
  static void open(Path directory) {
    try {
      OwnFiles.createPrivateDirectories(directory);
      check(directory);
      if (OwnFiles.isPosix(directory)
          && !Files.getPosixFilePermissions(directory).equals(OwnFiles.PRIVATE_DIRECTORY)) {
        OwnFiles.setMode(directory, OwnFiles.PRIVATE_DIRECTORY);
      }
    } catch (IOException failed) {
      throw unusable(directory, failed);
    }
  }

  /** Does as {@link #open} where there is such a directory; where there is none, makes none. */
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
