package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An nginx with the project's configuration, in front of two instances. */
public final class Nginx implements AutoCloseable {
  private static final Path FILE = Path.of("../scripts/nginx/user-service.conf");

  private static final String AROUND =
      """
      %sdaemon off;
      pid nginx.pid;
      error_log nginx.log warn;
      events { worker_connections 1024; }
      http {
        access_log off;
        client_body_temp_path body;
        proxy_temp_path proxy;
        fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi;
        scgi_temp_path scgi;
        include user-service.conf;
      }
      """;

  private final Process process;
  private final int grpcPort;
  private final int restPort;

  private Nginx(Process process, int grpcPort, int restPort) {
    this.process = process;
    this.grpcPort = grpcPort;
    this.restPort = restPort;
  }

  /** Returns the path of the program, if this machine has it. */
  public static Optional<Path> program() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin";
    return Stream.of(path.split(":"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts nginx, and returns when it listens.
   *
   * @param directory the directory for its files
   * @param grpcPorts the gRPC ports of the two instances
   * @param restPorts the REST ports of the two instances
   */
  public static Nginx start(
      Path program, Path directory, List<Integer> grpcPorts, List<Integer> restPorts)
      throws Exception {
    int grpcPort = FreePorts.next();
    int restPort = FreePorts.next();
    String file =
        Files.readString(FILE)
            .replace("127.0.0.1:50061", "127.0.0.1:" + grpcPorts.get(0))
            .replace("127.0.0.1:50062", "127.0.0.1:" + grpcPorts.get(1))
            .replace("127.0.0.1:8061", "127.0.0.1:" + restPorts.get(0))
            .replace("127.0.0.1:8062", "127.0.0.1:" + restPorts.get(1))
            .replace("listen 50051", "listen 127.0.0.1:" + grpcPort)
            .replace("listen 8000", "listen 127.0.0.1:" + restPort);
    Files.writeString(directory.resolve("user-service.conf"), file);
    boolean isRoot = System.getProperty("user.name").equals("root");
    Path around = directory.resolve("nginx.conf");
    Files.writeString(around, AROUND.replaceFirst("%s", isRoot ? "user root;\n" : ""));
    var process =
        new ProcessBuilder(
                program.toString(),
                "-p",
                directory.toString(),
                "-c",
                around.toString(),
                "-e",
                directory.resolve("nginx.log").toString())
            .inheritIO()
            .start();
    var nginx = new Nginx(process, grpcPort, restPort);
    Await.until(() -> !process.isAlive() || listens(grpcPort));
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(directory.resolve("nginx.log")));
    }
    return nginx;
  }

  private static boolean listens(int port) {
    try (var socket = new Socket("127.0.0.1", port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int grpcPort() {
    return grpcPort;
  }

  public int restPort() {
    return restPort;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
