package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The resources that a service uses.
 *
 * @param heapMebibytes after a full collection
 * @param threads live threads of the JVM
 * @param files open files and sockets
 */
record ServiceFigures(double heapMebibytes, int threads, int files) {
  private static final double MEBIBYTE = 1024 * 1024;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Collects the garbage of the service and reads its metrics. */
  static ServiceFigures of(Target target) throws IOException, InterruptedException {
    collectGarbage(target.pid());
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + target.metricsPort() + "/metrics"))
            .timeout(TIMEOUT)
            .build();
    String metrics = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    try (var files = Files.list(Path.of("/proc/" + target.pid() + "/fd"))) {
      return new ServiceFigures(
          sum(metrics, "jvm_memory_used_bytes{area=\"heap\"") / MEBIBYTE,
          (int) sum(metrics, "jvm_threads_live_threads"),
          (int) files.count());
    }
  }

  private static double sum(String metrics, String beginning) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(beginning))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static void collectGarbage(long pid) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    var process =
        new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("jcmd: " + output);
    }
  }
}
