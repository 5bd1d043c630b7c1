package com.ecommerce.user.server.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The content of {@code postmaster.pid}, the status file of a server. A server that is killed
 * leaves it behind.
 *
 * @param pid the process id of the server
 * @param lines all lines; the server writes some of them later than others
 */
record ServerStatus(long pid, List<String> lines) {
  private static final String FILE = "postmaster.pid";
  private static final int PORT_LINE = 3;
  private static final int STATUS_LINE = 7;

  /** A standby accepts connections, too; the check of the database explains what is wrong. */
  private static final Set<String> ACCEPTING = Set.of("ready", "standby");

  /** Returns the status in a data directory; empty if there is none. */
  static Optional<ServerStatus> read(Path data) throws IOException {
    try {
      // One of the lines is a path in an unknown encoding.
      var lines = Files.readAllLines(data.resolve(FILE), StandardCharsets.ISO_8859_1);
      return lines.isEmpty() || !lines.get(0).strip().matches("\\d{1,10}")
          ? Optional.empty()
          : Optional.of(new ServerStatus(Long.parseLong(lines.get(0).strip()), lines));
    } catch (NoSuchFileException notThere) {
      return Optional.empty();
    }
  }

  /** Deletes the file of a server that no longer runs. */
  static void delete(Path data) throws IOException {
    Files.deleteIfExists(data.resolve(FILE));
  }

  /** Returns the port that the server listens on; empty if it does not have one yet. */
  Optional<Integer> port() {
    return lines.size() > PORT_LINE
        ? Optional.of(Integer.parseInt(lines.get(PORT_LINE).strip()))
        : Optional.empty();
  }

  /** Returns whether the server accepts connections on the port. */
  boolean isReadyOn(int port) {
    return lines.size() > STATUS_LINE
        && port().equals(Optional.of(port))
        && ACCEPTING.contains(lines.get(STATUS_LINE).strip());
  }
}
