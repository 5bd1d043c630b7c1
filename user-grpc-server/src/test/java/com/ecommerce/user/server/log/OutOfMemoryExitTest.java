package com.ecommerce.user.server.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class OutOfMemoryExitTest {
  private int exits;

  private void log(Throwable failure, Object... parameters) {
    new OutOfMemoryExit(() -> exits++).decide(null, null, null, "", parameters, failure);
  }

  @Test
  void outOfMemoryErrors_endTheProcess() {
    log(new OutOfMemoryError());
    log(new IllegalStateException(new RuntimeException(new OutOfMemoryError())));
    log(null, "worker-1", new OutOfMemoryError());

    assertEquals(3, exits);
  }

  @Test
  void otherFailures_endNothing() {
    log(null);
    log(new StackOverflowError());
    log(null, "worker-1", new IllegalStateException());

    assertEquals(0, exits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"thread", "library"})
  void processThatIsOutOfMemory_ends(String where) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                where)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      assertEquals(OutOfMemoryExit.STATUS, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  /** A process in which the error ends a thread, or is caught by a library. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws InterruptedException {
      LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
      if (arguments[0].equals("thread")) {
        new Thread(Child::fill).start();
      } else {
        CompletableFuture.runAsync(Child::fill)
            .whenComplete(
                (done, failure) -> LoggerFactory.getLogger("library").debug("failed", failure));
      }
      new CountDownLatch(1).await();
    }

    private static void fill() {
      long[][] all = new long[Integer.MAX_VALUE][];
      for (int i = 0; i < all.length; i++) {
        all[i] = new long[Integer.MAX_VALUE];
      }
    }
  }
}
