package com.ecommerce.user.server.postgres;

import com.ecommerce.user.server.file.OwnFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account that PostgreSQL runs as. It is the service's own account, unless the service runs as
 * root. In that case it is {@code user-service} if that account exists, else {@code nobody}. If
 * root cannot become another user, or that user cannot reach the directory, PostgreSQL runs in a
 * separate user namespace, as root without root's privileges.
 */
public final class ChildAccount {
  private static final Logger log = LoggerFactory.getLogger(ChildAccount.class);

  private static final int ROOT = 0;
  private static final List<String> NAMES = List.of("user-service", "nobody");
  private static final long TIMEOUT_SECONDS = 10;
  private static final String SET_USER = "setpriv";
  private static final Path ROOT_DIRECTORY = Path.of("/");

  /** Lets the group of another account traverse the directory, but not list or change it. */
  private static final Set<PosixFilePermission> PASSABLE_DIRECTORY =
      PosixFilePermissions.fromString("rwx--x---");

  /** The prefix of commands; empty if they run as the service does. */
  private final List<String> prefix;

  /** The owner of its files; empty where files have no owners. */
  private final Optional<Owner> owner;

  private record Owner(int user, int group) {}

  private ChildAccount(List<String> prefix, Optional<Owner> owner) {
    this.prefix = prefix;
    this.owner = owner;
  }

  /**
   * Chooses the account. If it is not the service's own, its group may traverse the data directory
   * afterwards.
   *
   * @param dataDirectory may belong to the service, see {@link #mayOwn}
   * @throws IOException when root cannot run PostgreSQL on this system at all
   */
  public static ChildAccount choose(Path dataDirectory) throws IOException {
    if (!OwnFiles.isPosix(dataDirectory)) {
      return new ChildAccount(List.of(), Optional.empty());
    }
    return chooseFor(dataDirectory.toRealPath());
  }

  private static ChildAccount chooseFor(Path dataDirectory) throws IOException {
    int user = serviceUser();
    if (user != ROOT) {
      return new ChildAccount(List.of(), Optional.of(ownerOf(dataDirectory)));
    }
    var other = other(dataDirectory);
    if (other.isPresent()) {
      log.warn(
          "The service runs as root. Its PostgreSQL runs as user {}; run the service as a dedicated user, too",
          other.get().owner.orElseThrow().user());
      return other.get();
    }
    log.warn(
        "The service runs as root. Its PostgreSQL also runs as root, in a user namespace without privileges,"
            + " because no other user can reach {}. Run the service as a dedicated user",
        dataDirectory);
    return namespace(dataDirectory);
  }

  /**
   * Returns whether a directory belongs to the service: to its user or, if that is root, to the
   * account that earlier releases gave it to.
   */
  public static boolean mayOwn(Path directory) throws IOException {
    if (!OwnFiles.isPosix(directory)) {
      return true;
    }
    int owner = OwnFiles.owner(directory.toRealPath());
    int user = serviceUser();
    return owner == user
        || (user == ROOT && byName().filter(account -> account.user() == owner).isPresent());
  }

  /**
   * Denies access to the data directory to all accounts except for the service's and PostgreSQL's.
   */
  public static void close(Path dataDirectory) throws IOException {
    boolean isClosed =
        OwnFiles.isPosix(dataDirectory)
            && serviceUser() == ROOT
            && Files.getPosixFilePermissions(dataDirectory).equals(PASSABLE_DIRECTORY);
    if (!isClosed) {
      OwnFiles.setMode(dataDirectory, OwnFiles.PRIVATE_DIRECTORY);
    }
  }

  /** Returns the id of the user that the service runs as. */
  public static int serviceUser() throws IOException {
    Path self = Path.of("/proc/self");
    if (Files.isDirectory(self)) {
      return OwnFiles.owner(self.toRealPath());
    }
    Path probe = Files.createTempFile("user-service", ".probe");
    try {
      return OwnFiles.owner(probe);
    } finally {
      Files.delete(probe);
    }
  }

  private static Optional<ChildAccount> other(Path dataDirectory) throws IOException {
    var chosen = byName();
    if (chosen.isEmpty() || !isReachable(dataDirectory)) {
      return Optional.empty();
    }
    Owner owner = chosen.get();
    var prefix =
        List.of(
            SET_USER,
            "--reuid=" + owner.user(),
            "--regid=" + owner.group(),
            "--clear-groups",
            "--no-new-privs");
    try {
      setOwner(dataDirectory, new Owner(ROOT, owner.group()));
      OwnFiles.setMode(dataDirectory, PASSABLE_DIRECTORY);
    } catch (IOException notAllowed) {
      log.debug("The owner of {} cannot be changed", dataDirectory, notAllowed);
      return Optional.empty();
    }
    if (run(prefix, ROOT_DIRECTORY, "test", "-x", dataDirectory.toString()).isPresent()) {
      return Optional.of(new ChildAccount(prefix, chosen));
    }
    return Optional.empty();
  }

  private static Optional<Owner> byName() throws IOException {
    for (String name : NAMES) {
      var numbers =
          run(List.of(), ROOT_DIRECTORY, "sh", "-c", "id -u \"$1\" && id -g \"$1\"", "sh", name);
      if (numbers.isPresent()) {
        var lines = numbers.get().lines().map(String::strip).map(Integer::valueOf).toList();
        return Optional.of(new Owner(lines.get(0), lines.get(1)));
      }
    }
    return Optional.empty();
  }

  /** Returns whether every user can pass through all parent directories. */
  private static boolean isReachable(Path directory) throws IOException {
    for (Path parent = directory.getParent(); parent != null; parent = parent.getParent()) {
      if (!Files.getPosixFilePermissions(parent).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  private static ChildAccount namespace(Path dataDirectory) throws IOException {
    var prefix = List.of("unshare", "-U");
    if (run(prefix, ROOT_DIRECTORY, "true").isEmpty()) {
      throw new IOException("it does not run as root, and root cannot become another user here");
    }
    var root = new Owner(ROOT, ROOT);
    setOwner(dataDirectory, root);
    OwnFiles.setMode(dataDirectory, OwnFiles.PRIVATE_DIRECTORY);
    return new ChildAccount(prefix, Optional.of(root));
  }

  /**
   * Runs a short command as this account.
   *
   * @return the output; empty if the command does not exist or fails
   */
  Optional<String> run(Path directory, String... command) throws IOException {
    return run(prefix, directory, command);
  }

  private static Optional<String> run(List<String> prefix, Path directory, String... command)
      throws IOException {
    var words = new ArrayList<>(prefix);
    words.addAll(List.of(command));
    try {
      var builder = new ProcessBuilder(words).directory(directory.toFile());
      var process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean isDone = process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return isDone && process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException noSuchCommand) {
      log.debug("There is no command {}", words.get(0), noSuchCommand);
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  private static Owner ownerOf(Path path) throws IOException {
    return new Owner(OwnFiles.owner(path), OwnFiles.group(path));
  }

  private static void setOwner(Path path, Owner owner) throws IOException {
    if (!ownerOf(path).equals(owner)) {
      Files.setAttribute(path, "unix:gid", owner.group(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:uid", owner.user(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /** Denies all other accounts access to a directory of this account. */
  void closeDirectory(Path directory) throws IOException {
    if (OwnFiles.isPosix(directory)
        && !Files.getPosixFilePermissions(directory).equals(OwnFiles.PRIVATE_DIRECTORY)) {
      OwnFiles.setMode(directory, OwnFiles.PRIVATE_DIRECTORY);
    }
  }

  /** Returns whether the account is a user other than the service's. */
  boolean isOther() {
    return prefix.contains(SET_USER);
  }

  /** Returns the words of a command that runs as this account. */
  List<String> command(List<String> words) {
    var command = new ArrayList<>(prefix);
    command.addAll(words);
    return command;
  }

  /**
   * Gives the account ownership of a directory with its contents, if it has another owner.
   *
   * @throws IOException if the service may not do this
   */
  void own(Path directory) throws IOException {
    if (owner.isEmpty() || OwnFiles.owner(directory) == owner.get().user()) {
      return;
    }
    try {
      own(directory, owner.get());
    } catch (FileSystemException notAllowed) {
      throw new IOException(
          directory
              + " belongs to another user (expected: the user that runs the service; chown -R changes it)",
          notAllowed);
    }
  }

  private static void own(Path directory, Owner account) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            setOwner(file, account);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failed)
              throws IOException {
            // The directory itself comes last: its owner shows whether the change is complete.
            setOwner(visited, account);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
