package com.ecommerce.user.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.ecommerce.user.bench.report.Figures;
import com.ecommerce.user.bench.report.Figures.DatabaseTime;
import com.ecommerce.user.bench.report.Figures.Throughput;
import com.ecommerce.user.bench.report.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
  private static final Machine MACHINE = new Machine(2, "a processor", 24, 17);

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("figures.jsonl");
  }

  private static Throughput throughput(String limit, long perSecond, double ratio) {
    return new Throughput("part", "what", 1_000, perSecond, perSecond, limit, ratio, ratio, 0.8);
  }

  @Test
  void read_rangesFromTheLeastToTheBestOfAllRuns() throws IOException {
    for (int run : new int[] {5, 3, 9}) {
      Figures.append(
          file(),
          MACHINE,
          List.of(throughput("echo", run * 100, run / 10.0), throughput("jdbc", 7, 1.5)),
          List.of());
    }
    var figures = Figures.read(file());
    assertEquals(MACHINE, figures.machine());
    assertEquals(
        new Throughput("part", "what", 1_000, 300, 900, "echo", 0.3, 0.9, 0.8),
        figures.throughput("part", "what", "echo", 1_000).orElseThrow());
    assertEquals(
        throughput("jdbc", 7, 1.5),
        figures.throughput("part", "what", "jdbc", 1_000).orElseThrow());
    assertEquals(false, figures.throughput("part", "what", "echo", 2_000).isPresent());
  }

  @Test
  void read_keepsTheLastDatabaseTimeOfEachNumberOfUsers() throws IOException {
    var slow = new DatabaseTime("GetUser", 1_000, 0.5);
    var fast = new DatabaseTime("GetUser", 1_000, 0.25);
    var others = new DatabaseTime("GetUser", 2_000, 0.75);
    Figures.append(file(), MACHINE, List.of(), List.of(slow, others));
    Figures.append(file(), MACHINE, List.of(), List.of(fast));
    assertEquals(List.of(fast, others), Figures.read(file()).databaseTimes());
  }

  @Test
  void read_refusesFiguresOfTwoMachines() throws IOException {
    Figures.append(file(), MACHINE, List.of(throughput("echo", 100, 0.5)), List.of());
    var other = new Machine(4, "a processor", 24, 17);
    Figures.append(file(), other, List.of(throughput("echo", 200, 0.6)), List.of());
    assertThrows(IllegalArgumentException.class, () -> Figures.read(file()));
  }

  @Test
  void read_refusesFiguresWithoutAMachine() throws IOException {
    Files.writeString(file(), "");
    assertThrows(IllegalArgumentException.class, () -> Figures.read(file()));
    Files.writeString(
        file(), "{\"database_time\":{\"what\":\"a\",\"users\":1,\"milliseconds\":1}}");
    assertThrows(IllegalArgumentException.class, () -> Figures.read(file()));
  }
}
