package com.ecommerce.user.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * The frames in which threads ran most often, from a recording of the JDK Flight Recorder. A file
 * beside the recording has one line for every stack with its count, in the format of flame graph
 * programs.
 */
final class HotFrames {
  private static final int LINES = 40;

  private final Map<String, Integer> threads = new HashMap<>();
  private final Map<String, Integer> self = new HashMap<>();
  private final Map<String, Integer> inclusive = new HashMap<>();
  private final Map<String, Integer> stacks = new HashMap<>();
  private int samples;

  private HotFrames() {}

  static HotFrames of(Path recording) throws IOException {
    var frames = new HotFrames();
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals("jdk.ExecutionSample")
            && event.getStackTrace() != null) {
          frames.add(event);
        }
      }
    }
    Files.write(
        recording.resolveSibling(recording.getFileName() + ".stacks"),
        frames.stacks.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
    return frames;
  }

  private void add(RecordedEvent event) {
    List<String> names = event.getStackTrace().getFrames().stream().map(HotFrames::name).toList();
    if (names.isEmpty()) {
      return;
    }
    samples++;
    RecordedThread thread = event.getThread("sampledThread");
    String threadName =
        thread == null || thread.getJavaName() == null
            ? "VM"
            : thread.getJavaName().replaceAll("\\d+", "N");
    threads.merge(threadName, 1, Integer::sum);
    self.merge(names.get(0), 1, Integer::sum);
    Set<String> distinct = new HashSet<>(names);
    distinct.forEach(name -> inclusive.merge(name, 1, Integer::sum));
    var outermostFirst = new java.util.ArrayList<>(names);
    java.util.Collections.reverse(outermostFirst);
    stacks.merge(
        threadName.replace(' ', '_') + ";" + String.join(";", outermostFirst), 1, Integer::sum);
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName().replaceFirst("(/0x[0-9a-f]+)?(\\.\\d+)?$", "")
        + "."
        + frame.getMethod().getName();
  }

  String text(String title) {
    return "Profile of "
        + title
        + ", "
        + samples
        + " samples"
        + "\nthreads:\n"
        + table(threads)
        + "running in the method itself:\n"
        + table(self)
        + "in the method or what it calls:\n"
        + table(inclusive);
  }

  private String table(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(LINES)
        .map(
            entry ->
                String.format(
                    Locale.ROOT,
                    "  %5.1f %%  %s%n",
                    100.0 * entry.getValue() / samples,
                    entry.getKey()))
        .collect(Collectors.joining());
  }
}
