package com.ecommerce.user.bench.load;

import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.User;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Reads users one by one, in random order. The id and the email of every answer must be those of
 * the user that was asked for.
 */
public final class ReadWorkload implements Workload {
  private final String method;
  private final byte[][] requests;

  /** The beginnings of the users in correct answers: the id and the email. */
  private final byte[][] beginnings;

  private final SplittableRandom random = new SplittableRandom(42);

  private ReadWorkload(String method, byte[][] requests, byte[][] beginnings) {
    this.method = method;
    this.requests = requests;
    this.beginnings = beginnings;
  }

  /** Returns a workload of GetUser for the users with these numbers. */
  public static ReadWorkload byId(int[] numbers) {
    return byId(numbers, numbers);
  }

  /** Returns a workload of GetUser for a server that always answers the same user. */
  public static ReadWorkload constant(int[] numbers, int answered) {
    int[] answers = new int[numbers.length];
    Arrays.fill(answers, answered);
    return byId(numbers, answers);
  }

  private static ReadWorkload byId(int[] numbers, int[] answers) {
    return new ReadWorkload(
        "user.v1.UserService/GetUser",
        map(numbers, ReadWorkload::idRequest),
        map(answers, ReadWorkload::beginning));
  }

  public static ReadWorkload byEmail(int[] numbers) {
    return new ReadWorkload(
        "user.v1.UserService/GetUserByEmail",
        map(numbers, ReadWorkload::emailRequest),
        map(numbers, ReadWorkload::beginning));
  }

  public static byte[] idRequest(int number) {
    return GetUserRequest.newBuilder()
        .setUserId(BenchUsers.ALL.get(number).id().toString())
        .build()
        .toByteArray();
  }

  private static byte[] emailRequest(int number) {
    return GetUserByEmailRequest.newBuilder()
        .setEmail(BenchUsers.ALL.get(number).email())
        .build()
        .toByteArray();
  }

  private static byte[] beginning(int number) {
    var user = BenchUsers.ALL.get(number);
    return User.newBuilder()
        .setId(user.id().toString())
        .setEmail(user.email())
        .build()
        .toByteArray();
  }

  private static byte[][] map(int[] numbers, java.util.function.IntFunction<byte[]> message) {
    return Arrays.stream(numbers).mapToObj(message).toArray(byte[][]::new);
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public int next() {
    return random.nextInt(requests.length);
  }

  @Override
  public byte[] request(int which) {
    return requests[which];
  }

  @Override
  public boolean isRight(int which, byte[] answer, int length) {
    // The answer is one field, the user: a tag, a length of one or two bytes, the user's fields.
    byte[] expected = beginnings[which];
    int start = length > 1 && answer[1] < 0 ? 3 : 2;
    return length >= start + expected.length
        && answer[0] == (byte) (User.ID_FIELD_NUMBER << 3 | 2)
        && Arrays.equals(answer, start, start + expected.length, expected, 0, expected.length);
  }
}
