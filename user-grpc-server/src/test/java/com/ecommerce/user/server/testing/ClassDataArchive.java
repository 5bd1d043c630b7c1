package com.ecommerce.user.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A class-data archive (JEP 350) of the runnable jar, which saves each process of the tests a
 * second of processor time. It is kept beside the jar until the jar changes.
 */
final class ClassDataArchive {
  /** The options of short-lived processes, which end before optimized code would pay off. */
  static final List<String> JVM_OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto");

  private static final long MAX_SECONDS = 120;

  private ClassDataArchive() {}

  /**
   * Returns the archive of the jar for this JDK, and makes it if there is none. Of the JVMs that
   * share the tests, one makes it, and the others wait.
   */
  static synchronized Path of(Path java, Path jar) {
    var name = "tests-" + Runtime.version().feature() + ".jsa";
    var archive = jar.resolveSibling(name);
    try (var channel =
            FileChannel.open(
                jar.resolveSibling(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      if (!Files.exists(archive)
          || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0) {
        make(java, jar, archive);
      }
      return archive;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static void make(Path java, Path jar, Path archive)
      throws IOException, InterruptedException {
    var directory = Files.createTempDirectory("class-data");
    var log = archive.resolveSibling(archive.getFileName() + ".log").toFile();
    var builder =
        new ProcessBuilder(java.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log);
    builder.command().addAll(JVM_OPTIONS);
    builder
        .command()
        .addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-jar", jar.toString()));
    builder.command().addAll(List.of("train", "--data-dir", "data"));
    builder.environment().keySet().retainAll(Set.of("PATH", "HOME", "TMPDIR"));
    builder.environment().put("PASSWORD_BCRYPT_COST", "4");
    var process = builder.start();
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroy();
      throw new IllegalStateException("no class-data archive was made, see " + log);
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
