package com.ecommerce.user.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Sends messages without their last byte, and never completes them. */
final class HalfMessages implements Attack {
  private static final String METHOD = "user.v1.UserService/UpdateUser";

  /** The duration, which exceeds the maximum time of a message. */
  private static final long SECONDS = 40;

  private final int bytes;
  private final int connections;
  private final int streams;

  HalfMessages(int bytes, int connections, int streams) {
    this.bytes = bytes;
    this.connections = connections;
    this.streams = streams;
  }

  @Override
  public String description() {
    return String.format(
        java.util.Locale.ROOT,
        "%d connections with %d messages of %d bytes, all but the last byte sent",
        connections,
        streams,
        bytes);
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    byte[] half = new byte[4 + bytes];
    ByteBuffer.wrap(half).put((byte) 0).putInt(bytes);
    var answered = new CountDownLatch(connections * streams);
    List<RawConnection> opened = new ArrayList<>();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      var connection =
          RawConnection.open(
              target.grpc(),
              (stream, what) -> {
                tally.add(what);
                if (stream > 0) {
                  answered.countDown();
                }
              });
      opened.add(connection);
      var sender = new Thread(() -> send(connection, half, tally), "sender");
      sender.start();
      senders.add(sender);
    }
    for (Thread sender : senders) {
      sender.join();
    }
    answered.await(SECONDS, TimeUnit.SECONDS);
    for (RawConnection connection : opened) {
      connection.close();
    }
  }

  private void send(RawConnection connection, byte[] half, Tally tally) {
    try {
      for (int i = 0; i < streams; i++) {
        connection.call(2 * i + 1, METHOD);
        connection.data(2 * i + 1, half, false);
      }
    } catch (IOException ended) {
      tally.add("connection cut off");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    long ended =
        tally.countOf("INVALID_ARGUMENT MESSAGE_TOO_LARGE")
            + tally.countOf("RESOURCE_EXHAUSTED SERVER_BUSY (retry)")
            + tally.countOf("DEADLINE_EXCEEDED MESSAGE_INCOMPLETE");
    return ended == (long) connections * streams ? "" : "some messages were kept";
  }
}
