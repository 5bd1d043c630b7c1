package com.ecommerce.user.bench;

import com.ecommerce.user.bench.server.BenchOptions;
import com.ecommerce.user.bench.server.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A recording of the service while a part runs, if profiles are requested. */
final class Profile {
  private final BenchOptions options;
  private final String part;

  private Profile(BenchOptions options, String part) {
    this.options = options;
    this.part = part;
  }

  static Profile of(Bench bench, String part) {
    return new Profile(bench.options(), part);
  }

  /**
   * Returns the settings of the service from these pairs, with those for recording if profiles are
   * requested.
   */
  Map<String, String> settings(String... pairs) {
    var settings = new HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    if (options.profiles()) {
      settings.put(
          "JDK_JAVA_OPTIONS",
          "-XX:StartFlightRecording=settings=profile -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints");
    }
    return settings;
  }

  /** Writes the recording and prints its hot frames. */
  void finish(Servers.Running service) {
    if (!options.profiles()) {
      return;
    }
    Path file = options.directory().resolve("profiles").resolve(part + ".jfr").toAbsolutePath();
    try {
      Files.createDirectories(file.getParent());
      Jcmd.run(service.process().pid(), "JFR.dump", "filename=\"" + file + "\"");
      System.err.println(HotFrames.of(file).text(part));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
