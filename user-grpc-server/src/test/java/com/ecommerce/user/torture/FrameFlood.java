package com.ecommerce.user.torture;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends one kind of frame until the server ends the connection. */
final class FrameFlood implements Attack {
  private static final long SECONDS = 10;
  private static final int BATCH = 50;

  private final String description;
  private final Frames frames;

  /** Writes the n-th frame. */
  @FunctionalInterface
  private interface Frames {
    void write(RawConnection connection, int n) throws IOException;
  }

  private FrameFlood(String description, Frames frames) {
    this.description = description;
    this.frames = frames;
  }

  static Attack resets() {
    return new FrameFlood(
        "calls that are reset at once (CVE-2023-44487)",
        (connection, n) -> {
          int stream = 2 * n + 1;
          connection.call(stream, "user.v1.UserService/GetUser");
          connection.frame(RawConnection.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        });
  }

  static Attack pings() {
    return new FrameFlood(
        "PING without pause",
        (connection, n) -> connection.frame(RawConnection.PING, 0, 0, new byte[8]));
  }

  static Attack settingsFrames() {
    return new FrameFlood(
        "SETTINGS without pause",
        (connection, n) -> connection.frame(RawConnection.SETTINGS, 0, 0, new byte[0]));
  }

  static Attack emptyData() {
    return new FrameFlood(
        "DATA without bytes, without pause",
        (connection, n) -> {
          if (n == 0) {
            connection.call(1, "user.v1.UserService/GetUser");
          }
          connection.frame(RawConnection.DATA, 0, 1, new byte[0]);
        });
  }

  static Attack priorities() {
    return new FrameFlood(
        "PRIORITY without pause",
        (connection, n) ->
            connection.frame(RawConnection.PRIORITY, 0, 2 * n + 1, new byte[] {0, 0, 0, 0, 1}));
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    try (var connection =
        RawConnection.open(
            target.grpc(),
            (stream, what) -> {
              if (!what.equals("PING answered")) {
                tally.add(what);
              }
            })) {
      for (int n = 0; System.nanoTime() < until; n++) {
        frames.write(connection, n);
        if (n % BATCH == 0) {
          connection.flush();
          if (connection.awaitClosed(0)) {
            break;
          }
        }
        tally.add("frames sent");
      }
    } catch (IOException cutOff) {
      tally.add("cut off");
    }
    // The other clients continue for a while.
    TimeUnit.SECONDS.sleep(2);
  }

  @Override
  public String brokenPromise(Tally tally) {
    return tally.count("cut off") + tally.count("connection closed") > 0
        ? ""
        : "the connection was never cut off";
  }
}
