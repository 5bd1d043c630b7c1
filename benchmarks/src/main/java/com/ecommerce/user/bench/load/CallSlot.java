package com.ecommerce.user.bench.load;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A reusable slot for a call in flight on a {@link LoadConnection}. */
final class CallSlot {
  private static final int MESSAGE_HEADER = 5;

  private byte[] answer = new byte[1024];
  private int length;
  private int stream;
  private int which;
  private long startedAt;

  void start(int stream, int which, long startedAt) {
    this.stream = stream;
    this.which = which;
    this.startedAt = startedAt;
    this.length = 0;
  }

  void end() {
    stream = 0;
  }

  /** Returns the id of the call's stream; 0 if the slot is free. */
  int stream() {
    return stream;
  }

  int which() {
    return which;
  }

  long startedAt() {
    return startedAt;
  }

  void append(ByteBuffer in, int count) {
    if (length + count > answer.length) {
      answer = Arrays.copyOf(answer, Math.max(length + count, 2 * answer.length));
    }
    in.get(answer, length, count);
    length += count;
  }

  /** Returns whether the response is one complete, uncompressed message, and the correct one. */
  boolean isAnswered(Workload workload) {
    if (length < MESSAGE_HEADER || answer[0] != 0) {
      return false;
    }
    int size = ByteBuffer.wrap(answer).getInt(1);
    if (size != length - MESSAGE_HEADER) {
      return false;
    }
    System.arraycopy(answer, MESSAGE_HEADER, answer, 0, size);
    return workload.isRight(which, answer, size);
  }
}
