package com.ecommerce.user.bench.load;

import com.google.protobuf.MessageLite;
import java.util.Arrays;

/** A workload of one request, whose answer must be the same every time, byte for byte. */
public record FixedWorkload(String method, byte[] message, byte[] answer) implements Workload {
  public static FixedWorkload of(String method, MessageLite message, MessageLite answer) {
    return new FixedWorkload(
        "user.v1.UserService/" + method, message.toByteArray(), answer.toByteArray());
  }

  @Override
  public int next() {
    return 0;
  }

  @Override
  public byte[] request(int which) {
    return message;
  }

  @Override
  public boolean isRight(int which, byte[] answered, int length) {
    return Arrays.equals(answered, 0, length, answer, 0, answer.length);
  }
}
