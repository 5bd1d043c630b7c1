package com.ecommerce.user.server.testing;

import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runnable jar as a child process. The caller closes it. */
public final class ServerProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 120;
  private static final Pattern LISTENING =
      Pattern.compile("gRPC UserService listening on port (\\d+)");
  private static final String END = "\0end of the output";

  private final Process process;
  private final BlockingQueue<String> unreadOutput = new LinkedBlockingQueue<>();
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();
  private ManagedChannel channel;

  private ServerProcess(Process process) {
    this.process = process;
    read("stdout", process.getInputStream(), output, unreadOutput);
    read("stderr", process.getErrorStream(), errors, new LinkedBlockingQueue<>());
  }

  /** Starts the jar with only the given environment variables. */
  public static ServerProcess start(
      Path directory, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var jar = Path.of(System.getProperty("userGrpcServerJar"));
    command.add(java.toString());
    command.addAll(ClassDataArchive.JVM_OPTIONS);
    command.add("-XX:SharedArchiveFile=" + ClassDataArchive.of(java, jar));
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> !name.matches("PATH|LANG|LC_.*|HOME|TMPDIR"));
    builder.environment().put("PASSWORD_BCRYPT_COST", "4");
    // With a DATABASE_URL the server listens beyond loopback, where AUTH_MODE must be set.
    builder.environment().put("AUTH_MODE", "off");
    // Several processes run at the same time.
    builder.environment().put("REST_PORT", "0");
    builder.environment().put("METRICS_PORT", "-1");
    builder.environment().putAll(environment);
    try {
      return new ServerProcess(builder.start());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void read(
      String name, InputStream stream, List<String> lines, BlockingQueue<String> unread) {
    var reader =
        new Thread(
            () -> {
              try (var text =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                text.lines()
                    .forEach(
                        line -> {
                          lines.add(line);
                          unread.add(line);
                        });
              } catch (IOException | UncheckedIOException ended) {
                lines.add("(cut off: " + ended.getMessage() + ")");
              }
              unread.add(END);
            },
            name);
    reader.setDaemon(true);
    reader.start();
    readers.add(reader);
  }

  /** Waits for the line with the gRPC port on standard output, and returns the port. */
  public int awaitPort() throws InterruptedException {
    Matcher listening = LISTENING.matcher(awaitLine(LISTENING.pattern()));
    listening.matches();
    return Integer.parseInt(listening.group(1));
  }

  /** Waits for the REST port, whose line comes after that of gRPC. */
  public int awaitRestPort() throws InterruptedException {
    return Integer.parseInt(awaitLine("REST API .*").replaceFirst(".* ", ""));
  }

  /** Waits for the metrics port, whose line comes last. */
  public int awaitMetricsPort() throws InterruptedException {
    return Integer.parseInt(awaitLine("Metrics .*").replaceFirst(".* ", ""));
  }

  /** Returns the message of a line, which may be JSON. */
  private static String message(String line) {
    return line.replaceFirst("^\\{.*\"message\":\"([^\"]*)\".*}$", "$1");
  }

  /** Waits for the next line on standard output that matches, and returns it. */
  public String awaitLine(String pattern) throws InterruptedException {
    while (true) {
      String line = unreadOutput.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError("no such line: " + pattern + ": " + output + errors);
      }
      String text = message(line);
      if (text.matches(pattern)) {
        return text;
      }
    }
  }

  /** Waits until the server listens, and returns a channel to it. */
  public ManagedChannel awaitChannel() throws InterruptedException {
    if (channel == null) {
      channel = NettyChannelBuilder.forAddress("localhost", awaitPort()).usePlaintext().build();
    }
    return channel;
  }

  public UserServiceBlockingStub awaitUsers() throws InterruptedException {
    return UserServiceGrpc.newBlockingStub(awaitChannel());
  }

  /** Writes a line to its standard input. */
  public ServerProcess type(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    return this;
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Sends SIGKILL, and waits until the process has ended. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("still running: " + output + errors);
    }
    for (Thread reader : readers) {
      // A PostgreSQL that continues to run may hold the pipes open.
      reader.join(TimeUnit.SECONDS.toMillis(10));
    }
    return process.exitValue();
  }

  public List<String> output() {
    return List.copyOf(output);
  }

  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Stops the process gracefully, so that its PostgreSQL also stops. */
  @Override
  public void close() throws InterruptedException {
    if (channel != null) {
      channel.shutdownNow();
    }
    process.toHandle().destroy();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.toHandle().destroyForcibly();
    }
  }
}
