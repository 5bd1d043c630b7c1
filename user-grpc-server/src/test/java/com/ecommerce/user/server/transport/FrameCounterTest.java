package com.ecommerce.user.server.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCounterTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;
  private static final int ACK = 1;

  private final AtomicLong now = new AtomicLong();
  private final List<Http2Exception> floods = new ArrayList<>();
  private final List<Integer> headers = new ArrayList<>();
  private int activities;
  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new FrameCounter(
              new FrameCounter.FloodListener() {
                @Override
                public void active() {
                  activities++;
                }

                @Override
                public void unfinishedHeaders(int length) {
                  headers.add(length);
                }

                @Override
                public void flooded(Http2Exception what) {
                  floods.add(what);
                }
              },
              now::get));

  FrameCounterTest() {
    read(Unpooled.buffer().writeZero(24));
  }

  private void read(ByteBuf bytes) {
    channel.writeInbound(bytes);
    channel.releaseInbound();
  }

  private static ByteBuf frame(int type, int flags, int length) {
    return Unpooled.buffer()
        .writeMedium(length)
        .writeByte(type)
        .writeByte(flags)
        .writeInt(0)
        .writeZero(length);
  }

  private void frames(int count, int type, int flags, int length) {
    for (int i = 0; i < count; i++) {
      read(frame(type, flags, length));
    }
  }

  @Test
  void clientThatPingsOnceASecond_isNeverSentAway() {
    for (int second = 0; second < 20_000; second++) {
      read(frame(PING, 0, 8));
      now.addAndGet(Duration.ofSeconds(1).toNanos());
    }

    assertTrue(floods.isEmpty());
    assertEquals(20_000, activities, "a client that pings does something");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, PING, 8, 9, 42})
  void tooManyControlFrames_areAFlood(int type) {
    frames(2_000, type, 0, 4);
    assertTrue(floods.isEmpty());

    frames(1, type, 0, 4);

    assertEquals(Http2Error.ENHANCE_YOUR_CALM, floods.get(0).error());
  }

  @Test
  void emptyData_isAControlFrameUnlessItEndsAStream() {
    frames(5_000, DATA, 1, 0);
    frames(5_000, DATA, 0, 10);
    assertTrue(floods.isEmpty());

    frames(2_001, DATA, 0, 0);

    assertEquals(1, floods.size());
  }

  @Test
  void callsThatAreAllReset_areAFlood() {
    for (int i = 0; i < 1_900; i++) {
      read(frame(HEADERS, 4, 20));
      read(frame(RST_STREAM, 0, 4));
    }
    assertTrue(floods.isEmpty());

    for (int i = 0; i < 200; i++) {
      read(frame(HEADERS, 4, 20));
      read(frame(RST_STREAM, 0, 4));
    }

    assertFalse(floods.isEmpty());
  }

  @Test
  void oneResetForTwoCalls_isNoFlood() {
    for (int i = 0; i < 20_000; i++) {
      frames(2, HEADERS, 4, 20);
      frames(1, RST_STREAM, 0, 4);
    }

    assertTrue(floods.isEmpty());
  }

  @Test
  void pingForEachAnswer_isNoFlood() {
    for (int i = 0; i < 50_000; i++) {
      frames(1, HEADERS, 4, 20);
      frames(3, PING, 0, 8);
    }

    assertTrue(floods.isEmpty());
  }

  @Test
  void controlFramesLongAfterManyCalls_areAFlood() {
    frames(40_000, HEADERS, 4, 20);
    now.addAndGet(Duration.ofMinutes(1).toNanos());

    frames(40_000, PING, 0, 8);

    assertFalse(floods.isEmpty());
  }

  @Test
  void headersInSeveralFrames_areToldUntilTheyAreWhole() {
    frames(1, HEADERS, 4, 20);
    assertTrue(headers.isEmpty());

    frames(1, HEADERS, 0, 20);
    frames(1, CONTINUATION, 0, 30);
    frames(1, CONTINUATION, 4, 10);

    assertEquals(List.of(20, 50, 0), headers);
  }

  @Test
  void frames_areSeenHoweverTheirBytesArrive() {
    var bytes = Unpooled.buffer();
    for (int i = 0; i < 2_001; i++) {
      bytes.writeBytes(frame(PING, ACK, 8)).writeBytes(frame(DATA, 0, 300));
    }
    int size = 1;
    while (bytes.isReadable()) {
      read(bytes.readBytes(Math.min(bytes.readableBytes(), size)));
      size = size % 29 + 1;
    }

    assertEquals(1, floods.size());
    assertEquals(0, activities, "answers to pings of the server are none of the client's");
  }
}
