package com.ecommerce.user.server.postgres;

import com.ecommerce.user.server.file.OwnFiles;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of PostgreSQL for this machine, from the archive on the class path. They belong to
 * the service: all users may run them, and only the service may change them.
 */
public final class PostgresPrograms {
  private static final Logger log = LoggerFactory.getLogger(PostgresPrograms.class);

  private static final String FOLDER = "postgres-programs";

  /** The folder of earlier releases, to which everybody could write. */
  private static final String OLD_FOLDER = "postgres-binaries";

  private static final String UNFINISHED = "unfinished";

  private PostgresPrograms() {}

  /**
   * Returns the folder that has {@code bin}, {@code lib} and {@code share}. An archive is unpacked
   * once, and the programs of other releases are deleted. No PostgreSQL may be running from the
   * directory.
   *
   * @param dataDirectory must belong to the service alone
   * @throws IOException if there is no archive for this machine, or no space
   */
  public static Path unpack(Path dataDirectory) throws IOException {
    URL archive = archive();
    Path folder = dataDirectory.resolve(FOLDER);
    Path wanted = folder.resolve(idOf(archive));
    OwnFiles.deleteRecursively(dataDirectory.resolve(OLD_FOLDER));
    if (!isUsable(wanted)) {
      OwnFiles.deleteRecursively(folder);
      OwnFiles.createDirectory(folder, OwnFiles.READABLE_DIRECTORY);
      Path unfinished = folder.resolve(UNFINISHED);
      log.debug("Unpacking PostgreSQL to {}", wanted);
      unpack(archive, unfinished);
      Files.move(unfinished, wanted, StandardCopyOption.ATOMIC_MOVE);
    }
    return wanted;
  }

  /** Unpacks another copy into an existing directory, and returns its folder. */
  static Path unpackInto(Path directory) throws IOException {
    Path target = directory.resolve(FOLDER);
    unpack(archive(), target);
    return target;
  }

  /** Returns whether a program was started from this data directory, by this or another release. */
  public static boolean isFrom(Path program, Path dataDirectory) throws IOException {
    Path real = OwnFiles.realPath(program);
    return real.startsWith(OwnFiles.realPath(dataDirectory.resolve(FOLDER)))
        || real.startsWith(OwnFiles.realPath(dataDirectory.resolve(OLD_FOLDER)));
  }

  /** Returns whether the programs exist with their modes, which a copy may have lost. */
  private static boolean isUsable(Path programs) throws IOException {
    Path program = programs.resolve("bin").resolve("postgres");
    if (!Files.exists(program) || !OwnFiles.isPosix(program)) {
      return Files.exists(program);
    }
    for (Path path : List.of(programs.getParent(), programs, program.getParent(), program)) {
      if (!Files.getPosixFilePermissions(path).equals(OwnFiles.PROGRAM)) {
        return false;
      }
    }
    return true;
  }

  private static URL archive() throws IOException {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    boolean isMac = system.startsWith("mac");
    String machine =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default -> System.getProperty("os.arch");
        };
    String distribution = Files.exists(Path.of("/etc/alpine-release")) ? "-alpine_linux" : "";
    String name =
        "/postgres-" + (isMac ? "darwin" : system) + "-" + machine + distribution + ".txz";
    URL archive = PostgresPrograms.class.getResource(name);
    if (archive == null) {
      throw new IOException(
          "there is no "
              + name.substring(1)
              + " on the class path (expected: a jar that has PostgreSQL for this machine, or"
              + " DATABASE_URL)");
    }
    return archive;
  }

  /**
   * Returns an id that changes with the archive. It uses the entry in the jar's directory, which
   * saves reading 15 MB at each start.
   */
  private static String idOf(URL archive) throws IOException {
    if (archive.openConnection() instanceof JarURLConnection connection) {
      JarEntry entry = connection.getJarEntry();
      return String.format(Locale.ROOT, "%08x-%d", entry.getCrc(), entry.getSize());
    }
    throw new IOException(archive.getPath() + " is not in a jar");
  }

  private static void unpack(URL archive, Path target) throws IOException {
    OwnFiles.createDirectory(target, OwnFiles.READABLE_DIRECTORY);
    try (var entries =
        new TarArchiveInputStream(
            new XZInputStream(new BufferedInputStream(archive.openStream())))) {
      TarArchiveEntry entry;
      while ((entry = entries.getNextEntry()) != null) {
        unpack(entry, entries, target);
      }
    }
  }

  private static void unpack(TarArchiveEntry entry, InputStream content, Path target)
      throws IOException {
    Path path = target.resolve(entry.getName()).normalize();
    if (!path.startsWith(target)) {
      throw new IOException("an entry outside of the archive: " + entry.getName());
    }
    if (path.equals(target)) {
      return;
    }
    createParents(path.getParent(), target);
    if (entry.isDirectory()) {
      createParents(path, target);
    } else if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(path, target.resolve(entry.getLinkName()));
    } else {
      boolean isProgram = path.getParent().equals(target.resolve("bin"));
      Files.copy(content, path);
      OwnFiles.setMode(path, isProgram ? OwnFiles.PROGRAM : OwnFiles.READABLE_FILE);
    }
  }

  private static void createParents(Path directory, Path target) throws IOException {
    if (!directory.equals(target) && !Files.isDirectory(directory)) {
      createParents(directory.getParent(), target);
      OwnFiles.createDirectory(directory, OwnFiles.READABLE_DIRECTORY);
    }
  }
}
