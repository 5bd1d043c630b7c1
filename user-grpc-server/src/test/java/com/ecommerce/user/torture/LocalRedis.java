package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A Redis on this machine, if the program {@code redis-server} is installed. */
final class LocalRedis implements AutoCloseable {
  private final Optional<Process> process;
  private final int port;

  private LocalRedis(Optional<Process> process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it on a free port; it may answer somewhat later.
   *
   * @param directory its working directory
   */
  static LocalRedis start(Path directory) throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var command =
        List.of(
            "redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      return new LocalRedis(Optional.of(process), port);
    } catch (IOException noSuchProgram) {
      return new LocalRedis(Optional.empty(), port);
    }
  }

  /** Returns its URL; empty if there is none. */
  Optional<String> url() {
    return process.map(running -> "redis://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    process.ifPresent(Process::destroy);
  }
}
