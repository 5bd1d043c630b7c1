package com.ecommerce.user.torture;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** Sends the same large message on 20 connections at once, or in a larger number of calls. */
final class LargeMessages implements Attack {
  private static final int CONNECTIONS = 20;
  private static final int MANY_CALLS = 100;
  private static final long WAIT_SECONDS = 30;
  private static final String CREATE_USER = "user.v1.UserService/CreateUser";
  private static final String UPDATE_PROFILE = "user.v1.UserService/UpdateUserProfile";

  private final String description;
  private final String method;
  private final boolean gzip;
  private final int callsEach;
  private final Message message;

  /** Writes a message. */
  @FunctionalInterface
  private interface Message {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private LargeMessages(
      String description, String method, boolean gzip, int callsEach, Message message) {
    this.description = description;
    this.method = method;
    this.gzip = gzip;
    this.callsEach = callsEach;
    this.message = message;
  }

  static Attack gzipBombs() {
    return new LargeMessages(
        "49,000,000 roles of one byte in 48 kB of gzip, 20 at once",
        CREATE_USER,
        true,
        1,
        out -> {
          out.writeTag(7, 2);
          out.writeUInt32NoTag(49_000_000);
          byte[] ones = new byte[1_000_000];
          java.util.Arrays.fill(ones, (byte) 1);
          for (int i = 0; i < 49; i++) {
            out.writeRawBytes(ones);
          }
        });
  }

  static Attack unknownFields() {
    return new LargeMessages(
        "3,000,000 unknown field numbers in gzip, 20 at once",
        CREATE_USER,
        true,
        1,
        out -> {
          for (int i = 0; i < 3_000_000; i++) {
            out.writeUInt32(100 + i, 1);
          }
        });
  }

  static Attack plain() {
    return new LargeMessages(
        "an email of 49 MB, 20 at once",
        CREATE_USER,
        false,
        1,
        out -> out.writeByteArray(1, new byte[49_000_000]));
  }

  static Attack deepGroups() {
    return new LargeMessages(
        "groups in 10,000 groups, 20 at once",
        CREATE_USER,
        false,
        1,
        out -> {
          for (int i = 0; i < 10_000; i++) {
            out.writeTag(100, 3);
          }
          for (int i = 0; i < 10_000; i++) {
            out.writeTag(100, 4);
          }
        });
  }

  /**
   * Returns an attack with messages that have the maximum size of their method, but are small on
   * the wire. Those that wait for the workers fill the memory.
   */
  static Attack manySmallGzip() {
    return new LargeMessages(
        "250 kB of social links in gzip, 2,000 calls at once",
        UPDATE_PROFILE,
        true,
        MANY_CALLS,
        out -> {
          out.writeString(1, "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
          var links = new ByteArrayOutputStream();
          var profile = CodedOutputStream.newInstance(links);
          for (int i = 0; links.size() + profile.getTotalBytesWritten() < 250_000; i++) {
            byte[] key =
                Integer.toString(i, 36).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            profile.writeTag(9, 2);
            profile.writeUInt32NoTag(key.length + 2);
            profile.writeByteArray(1, key);
            profile.flush();
          }
          out.writeByteArray(2, links.toByteArray());
        });
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    byte[] body = RawConnection.framed(gzip, bytes());
    var answered = new CountDownLatch(CONNECTIONS * callsEach);
    List<RawConnection> connections = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      connections.add(
          RawConnection.open(
              target.grpc(),
              (stream, what) -> {
                tally.add(what);
                if (stream > 0) {
                  answered.countDown();
                }
              }));
    }
    List<Thread> senders = new ArrayList<>();
    for (RawConnection connection : connections) {
      var sender = new Thread(() -> send(connection, body, tally), "sender");
      sender.start();
      senders.add(sender);
    }
    for (Thread sender : senders) {
      sender.join();
    }
    answered.await(WAIT_SECONDS, TimeUnit.SECONDS);
    for (RawConnection connection : connections) {
      connection.close();
    }
  }

  private void send(RawConnection connection, byte[] body, Tally tally) {
    String[] encoding = gzip ? new String[] {"grpc-encoding", "gzip"} : new String[0];
    try {
      for (int i = 0; i < callsEach; i++) {
        connection.call(2 * i + 1, method, encoding);
        connection.data(2 * i + 1, body, true);
      }
    } catch (IOException ended) {
      tally.add("connection cut off");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] bytes() throws IOException {
    var bytes = new ByteArrayOutputStream();
    OutputStream stream = gzip ? new GZIPOutputStream(bytes) : bytes;
    var out = CodedOutputStream.newInstance(stream);
    message.writeTo(out);
    out.flush();
    stream.close();
    return bytes.toByteArray();
  }

  @Override
  public String brokenPromise(Tally tally) {
    long refused =
        tally.countOf("INVALID_ARGUMENT")
            + tally.countOf("RESOURCE_EXHAUSTED")
            + tally.countOf("NOT_FOUND");
    return refused == (long) CONNECTIONS * callsEach ? "" : "not every call was refused";
  }
}
