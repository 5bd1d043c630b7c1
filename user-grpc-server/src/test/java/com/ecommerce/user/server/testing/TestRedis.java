package com.ecommerce.user.server.testing;

import com.ecommerce.user.core.testing.Await;
import com.ecommerce.user.core.testing.FreePorts;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redis.embedded.core.ExecutableProvider;

/** A real Redis as a child process, with the binary of a Maven artifact. */
public final class TestRedis implements AutoCloseable {
  private final File executable;
  private final Path directory;
  private final int port = FreePorts.next();
  private Process process;

  /**
   * @param directory the directory for its binary and its log
   */
  public TestRedis(Path directory) throws Exception {
    this.directory = directory;
    executable = ExecutableProvider.newJarResourceProvider(directory.toFile()).get();
    start();
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** Starts Redis again, empty, on the same port. */
  public void start() throws Exception {
    process =
        new ProcessBuilder(
                executable.getPath(),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
    Await.until(this::answers);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new AssertionError("Redis did not start, see redis.log in " + directory);
    }
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Kills the process. */
  public void stop() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Suspends the process, so that it accepts connections and does not answer. */
  public void pause() throws Exception {
    signal("STOP");
  }

  public void resume() throws Exception {
    signal("CONT");
  }

  private void signal(String name) throws Exception {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new AssertionError("no signal " + name);
    }
  }

  /** Makes Redis refuse writes, like one without memory, or accept them again. */
  public void refuseWrites(boolean refuse) {
    ask(commands -> commands.configSet("maxmemory", refuse ? "1" : "0"));
  }

  /** Returns all keys, sorted. */
  public List<String> keys() {
    return ask(commands -> commands.keys("*").stream().sorted().toList());
  }

  public long secondsToLive(String key) {
    return ask(commands -> commands.ttl(key));
  }

  /** Returns how often Redis ran a command since its start. */
  public long commandsRun(String name) {
    String statistics = ask(commands -> commands.info("commandstats"));
    Matcher calls =
        Pattern.compile("cmdstat_" + Pattern.quote(name) + ":calls=(\\d+)").matcher(statistics);
    return calls.find() ? Long.parseLong(calls.group(1)) : 0;
  }

  private <T> T ask(Function<RedisCommands<String, String>, T> question) {
    var client = RedisClient.create(url());
    try (var connection = client.connect()) {
      return question.apply(connection.sync());
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
