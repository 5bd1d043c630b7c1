package com.ecommerce.user.bench.report;

import com.ecommerce.user.bench.server.BenchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * The machine that figures were measured on.
 *
 * @param java the feature version, such as 17
 */
public record Machine(int cores, String processor, long memoryGib, int java) {
  /** Returns the machine that this runs on. */
  public static Machine current() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        processorName(),
        memory(),
        Runtime.version().feature());
  }

  /** Returns the machine in a few words. */
  public String describe() {
    return String.format(
        Locale.ROOT, "%d cores (%s), %d GiB, Java %d", cores, processor, memoryGib, java);
  }

  /** Returns the machine and the options of this run, for its report. */
  public static String describe(BenchOptions options) {
    return String.format(
        Locale.ROOT,
        "%s: %d x %s, %d GiB, %s %s, Java %s %s; %,d users, %d rounds of %d s, medians (smallest to largest)",
        LocalDate.now(ZoneOffset.UTC),
        Runtime.getRuntime().availableProcessors(),
        processorName(),
        memory(),
        System.getProperty("os.name"),
        System.getProperty("os.version").replaceAll("[^0-9.].*", ""),
        System.getProperty("java.version"),
        String.join(" ", options.javaOptions()),
        options.users(),
        options.rounds(),
        options.measured().toSeconds());
  }

  private static String processorName() {
    return line("/proc/cpuinfo", "model name").replaceFirst(".*: *", "");
  }

  private static long memory() {
    String kilobytes = line("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
    return kilobytes.isEmpty() ? 0 : Math.round(Long.parseLong(kilobytes) / 1024.0 / 1024.0);
  }

  private static String line(String file, String beginning) {
    try {
      return Files.readAllLines(Path.of(file)).stream()
          .filter(line -> line.startsWith(beginning))
          .findFirst()
          .orElse("");
    } catch (IOException notLinux) {
      return "";
    }
  }
}
