package com.ecommerce.user.torture;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens connections that stay idle. */
final class IdleConnections implements Attack {
  private static final int CONNECTIONS = 3_000;
  private static final long SECONDS = 15;

  private final boolean http2;

  /**
   * @param http2 whether they send the preface of HTTP/2
   */
  IdleConnections(boolean http2) {
    this.http2 = http2;
  }

  @Override
  public String description() {
    return CONNECTIONS + " connections that " + (http2 ? "never call" : "never say a word");
  }

  @Override
  public void run(Target target, Tally tally) throws IOException, InterruptedException {
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        opened.add(open(target, tally));
        tally.add("opened");
      }
      TimeUnit.SECONDS.sleep(SECONDS);
      // Other clients must still be able to connect.
      try (var late =
          RawConnection.open(target.grpc(), (stream, what) -> tally.add("late: " + what))) {
        late.frame(RawConnection.PING, 0, 0, new byte[8]);
        late.flush();
        TimeUnit.SECONDS.sleep(1);
      }
    } finally {
      for (AutoCloseable connection : opened) {
        close(connection);
      }
    }
  }

  private AutoCloseable open(Target target, Tally tally) throws IOException {
    return http2
        ? RawConnection.open(target.grpc(), (stream, what) -> tally.add(what))
        : new Socket("127.0.0.1", target.grpcPort());
  }

  private static void close(AutoCloseable connection) throws IOException {
    try {
      connection.close();
    } catch (IOException failed) {
      throw failed;
    } catch (Exception impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String brokenPromise(Tally tally) {
    return tally.count("late: PING answered") > 0 ? "" : "a new connection did not get in";
  }
}
