package com.ecommerce.user.bench;

import com.ecommerce.user.bench.load.Latencies;
import com.ecommerce.user.bench.load.Load;
import com.ecommerce.user.bench.load.LoadClient;
import com.ecommerce.user.bench.load.Sample;
import com.ecommerce.user.bench.server.BenchOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs h2load, which sends the same body with all requests, but can use many URIs. It measures
 * REST, and checks whether {@link LoadClient} generates as much load.
 */
final class H2load {
  private static final Pattern RATE = Pattern.compile("finished in [^,]+, ([0-9.]+) req/s");
  private static final Pattern FAILED =
      Pattern.compile("requests: .* (\\d+) failed, (\\d+) errored, (\\d+) timeout");

  private static final Pattern STATUS =
      Pattern.compile("status codes: \\d+ 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

  private final Path program;
  private final Path directory;

  H2load(BenchOptions options) {
    this.program = options.h2load();
    this.directory = options.directory();
  }

  /** Posts the same gRPC message to the same method. */
  Sample grpc(int port, String method, byte[] message, Load load) {
    try {
      Path body = Files.createTempFile(directory, "body", ".bin");
      var framed = java.nio.ByteBuffer.allocate(5 + message.length);
      framed.put((byte) 0).putInt(message.length).put(message);
      Files.write(body, framed.array());
      List<String> arguments =
          List.of(
              "--data=" + body,
              "--header=content-type: application/grpc",
              "--header=te: trailers",
              "http://127.0.0.1:" + port + "/" + method);
      try {
        return run(load, arguments);
      } finally {
        Files.delete(body);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Requests paths in turn over HTTP/1.1, one at a time on each connection.
   *
   * @param headers header fields, such as {@code authorization: Bearer …}
   */
  Sample get(int port, List<String> paths, List<String> headers, Load load) {
    try {
      Path file = Files.createTempFile(directory, "paths", ".txt");
      Files.write(file, paths.stream().map(path -> "http://127.0.0.1:" + port + path).toList());
      List<String> arguments = new ArrayList<>(List.of("--h1", "--input-file=" + file));
      headers.forEach(header -> arguments.add("--header=" + header));
      try {
        return run(load, arguments);
      } finally {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Sample run(Load load, List<String> arguments) throws IOException {
    Path log = Files.createTempFile(directory, "h2load", ".log");
    Path output = Files.createTempFile(directory, "h2load", ".txt");
    // h2load does not overwrite a file.
    Files.delete(log);
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--clients=" + load.connections(),
                "--max-concurrent-streams=" + load.streams(),
                "--threads=1",
                "--warm-up-time=" + seconds(load.warmUp()),
                "--duration=" + seconds(load.measured()),
                "--log-file=" + log));
    command.addAll(arguments);
    try {
      int status =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start()
              .waitFor();
      return sample(status, Files.readString(output), log);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    } finally {
      Files.delete(output);
      Files.deleteIfExists(log);
    }
  }

  private static String seconds(Duration duration) {
    return Math.max(1, duration.toSeconds()) + "s";
  }

  private static Sample sample(int status, String text, Path log) throws IOException {
    Matcher rate = RATE.matcher(text);
    if (status != 0 || !rate.find() || !isClean(FAILED, text) || !isClean(STATUS, text)) {
      throw new IllegalStateException("h2load ended with status " + status + ":\n" + text);
    }
    // The third column of its log is the time of a request in microseconds.
    var latencies = new Latencies();
    try (Stream<String> lines = Files.lines(log)) {
      lines.forEach(line -> latencies.add(Long.parseLong(line.split("\t")[2]) * 1_000));
    }
    return new Sample(
        Double.parseDouble(rate.group(1)), latencies.percentile(50), latencies.percentile(99), 0);
  }

  private static boolean isClean(Pattern counts, String text) {
    Matcher matcher = counts.matcher(text);
    if (!matcher.find()) {
      return false;
    }
    for (int group = 1; group <= matcher.groupCount(); group++) {
      if (!matcher.group(group).equals("0")) {
        return false;
      }
    }
    return true;
  }
}
