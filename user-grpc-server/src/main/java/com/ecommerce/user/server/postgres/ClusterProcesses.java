package com.ecommerce.user.server.postgres;

import com.ecommerce.user.server.file.OwnFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL processes that work in a data directory. When a server is killed, its busy
 * children keep running and keep its shared memory, which prevents another server from starting. On
 * Linux, the processes are found by their working directory, owner and program; elsewhere, only the
 * server itself is found, by its file {@code postmaster.pid}.
 */
final class ClusterProcesses {
  private static final Logger log = LoggerFactory.getLogger(ClusterProcesses.class);

  private static final Path PROCESSES = Path.of("/proc");
  private static final String PROGRAM = "postgres";

  /**
   * Prints the process ids, one per line. Run as the account of PostgreSQL, since root without the
   * capability CAP_SYS_PTRACE, as in most containers, cannot see where another user's process
   * works.
   */
  private static final String FIND =
      """
      for process in /proc/[0-9]*; do
        if [ -O "$process" ] && [ "$process/cwd" -ef . ]; then
          case "$(readlink "$process/exe")" in
            */postgres | */'postgres (deleted)') echo "${process#/proc/}" ;;
          esac
        fi
      done
      """;

  /** The time for a shutdown that writes a checkpoint, so that the next start need not recover. */
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(20);

  /** PostgreSQL itself kills what does not end within 5 seconds of an immediate shutdown. */
  private static final Duration IMMEDIATE_TIMEOUT = Duration.ofSeconds(8);

  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 5;

  private final Path data;
  private final ChildAccount account;

  ClusterProcesses(Path data, ChildAccount account) {
    this.data = data;
    this.account = account;
  }

  /**
   * Ends every process that works in the data directory, which no running service may use.
   *
   * @throws IOException if one of them does not end within some seconds
   */
  void endAll() throws IOException {
    var status = ServerStatus.read(data);
    var server = status.flatMap(this::server);
    if (server.isPresent()) {
      log.info(
          "Stopping the PostgreSQL (process {}) that an earlier, killed service left running",
          server.get().pid());
      stop(server.get());
    }
    var others = find(status.isPresent());
    if (!others.isEmpty()) {
      log.info(
          "Ending processes that an earlier PostgreSQL left running: {}",
          others.stream()
              .map(process -> Long.toString(process.pid()))
              .collect(Collectors.joining(", ")));
      kill(others);
    }
    if (status.isPresent() && isTaken(status.get().pid())) {
      // PostgreSQL would take the other process for its own server, and not start.
      ServerStatus.delete(data);
    }
  }

  /** Returns whether there is a process with this id, even one that has ended. */
  private static boolean isTaken(long pid) {
    return ProcessHandle.of(pid).isPresent();
  }

  private Optional<ProcessHandle> server(ServerStatus status) {
    var process = ProcessHandle.of(status.pid()).filter(ClusterProcesses::isAlive);
    if (process.isEmpty()) {
      return Optional.empty();
    }
    try {
      boolean isOurs =
          Files.isDirectory(PROCESSES.resolve("self"))
              ? find(true).contains(process.get())
              : isFromOurPrograms(process.get());
      return process.filter(found -> isOurs);
    } catch (IOException failed) {
      log.debug("The process {} could not be examined", status.pid(), failed);
      return Optional.empty();
    }
  }

  private boolean isFromOurPrograms(ProcessHandle process) throws IOException {
    var command = process.info().command().map(Path::of);
    return command.isPresent() && PostgresPrograms.isFrom(command.get(), data.getParent());
  }

  /**
   * Returns the processes, by their ids.
   *
   * @param thoroughly whether to search as the account of PostgreSQL, too
   */
  private List<ProcessHandle> find(boolean thoroughly) throws IOException {
    if (!Files.isDirectory(data) || !Files.isDirectory(PROCESSES.resolve("self"))) {
      return List.of();
    }
    var found = new TreeSet<Long>();
    int owner = OwnFiles.owner(data);
    try (var processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
      for (Path process : processes) {
        if (worksHere(process, owner)) {
          found.add(Long.valueOf(process.getFileName().toString()));
        }
      }
    }
    if (thoroughly && account.isOther()) {
      for (String line : output(FIND)) {
        found.add(Long.valueOf(line));
      }
    }
    return found.stream()
        .map(ProcessHandle::of)
        .flatMap(Optional::stream)
        .filter(ClusterProcesses::isAlive)
        .sorted(Comparator.comparing(ProcessHandle::pid))
        .toList();
  }

  private boolean worksHere(Path process, int owner) {
    try {
      return Files.isSameFile(process.resolve("cwd"), data)
          && OwnFiles.owner(process) == owner
          && Files.readSymbolicLink(process.resolve("exe"))
              .getFileName()
              .toString()
              .replace(" (deleted)", "")
              .equals(PROGRAM);
    } catch (IOException endedOrHidden) {
      // It belongs to another account, which the search as the account of PostgreSQL covers.
      return false;
    }
  }

  /**
   * Returns whether a process runs. One that has ended, but whose parent has not asked for its exit
   * status, does not.
   */
  static boolean isAlive(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    Path file = PROCESSES.resolve(Long.toString(process.pid())).resolve("stat");
    try {
      // The state is the field after the name, which is in parentheses.
      String line = Files.readString(file, StandardCharsets.ISO_8859_1);
      return line.charAt(line.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException notLinux) {
      return process.isAlive();
    }
  }

  /**
   * Stops a server and disconnects its clients: first in order, then immediately if that takes
   * long.
   *
   * @throws IOException if it does not end
   */
  void stop(ProcessHandle server) throws IOException {
    if (!isAlive(server)) {
      return;
    }
    if (!signal("INT", server)) {
      // With SIGTERM, the only signal that Java can send, PostgreSQL waits for its clients.
      server.destroy();
    }
    if (await(List.of(server), SHUTDOWN_TIMEOUT)) {
      return;
    }
    log.warn(
        "PostgreSQL (process {}) has not stopped after {} s; it is stopped without a checkpoint",
        server.pid(),
        SHUTDOWN_TIMEOUT.toSeconds());
    if (signal("QUIT", server) && await(List.of(server), IMMEDIATE_TIMEOUT)) {
      return;
    }
    kill(List.of(server));
    kill(find(true));
  }

  private void kill(List<ProcessHandle> processes) throws IOException {
    for (var process : processes) {
      if (!process.destroyForcibly()) {
        signal("KILL", process);
      }
    }
    if (!await(processes, KILL_TIMEOUT)) {
      throw new IOException(
          "process "
              + processes.stream().filter(ClusterProcesses::isAlive).findFirst().orElseThrow().pid()
              + " of an earlier PostgreSQL does not end");
    }
  }

  /** Returns whether all of them end in time. */
  private static boolean await(List<ProcessHandle> processes, Duration timeout) throws IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (processes.stream().anyMatch(ClusterProcesses::isAlive)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pause();
    }
    return true;
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    }
  }

  /** Sends a signal as the account that the process belongs to. Returns whether it was sent. */
  private boolean signal(String name, ProcessHandle process) throws IOException {
    return run("kill -" + name + " " + process.pid()).isPresent();
  }

  private List<String> output(String script) throws IOException {
    return run(script).map(text -> text.lines().toList()).orElse(List.of());
  }

  /** Returns the output; empty if the script fails, or there is no shell. */
  private Optional<String> run(String script) throws IOException {
    Path directory = Files.isDirectory(data) ? data : data.getRoot();
    return account.run(directory, "sh", "-c", script);
  }
}
