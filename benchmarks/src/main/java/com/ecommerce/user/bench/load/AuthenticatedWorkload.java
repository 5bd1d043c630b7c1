package com.ecommerce.user.bench.load;

import com.ecommerce.user.v1.ValidateTokenRequest;
import com.ecommerce.user.v1.ValidateTokenResponse;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Calls of many users, each with the token of its user, as gateways make them. Used by one thread.
 *
 * <p>The token's header field is sent in full with every call, and is never indexed, as clients
 * send secrets (RFC 7541, section 7.1.3), so the server has to decode it each time. The gRPC
 * clients of Java, C++ and Python send its plain text; those of Go and Node compress it with a
 * Huffman code.
 */
public final class AuthenticatedWorkload implements Workload {
  private final String method;
  private final byte[][] requests;
  private final byte[][] fields;
  private final Check check;
  private final SplittableRandom random = new SplittableRandom(43);

  /** Checks whether an answer is correct. */
  @FunctionalInterface
  private interface Check {
    boolean isRight(int which, byte[] answer, int length);
  }

  private AuthenticatedWorkload(String method, byte[][] requests, byte[][] fields, Check check) {
    this.method = method;
    this.requests = requests;
    this.fields = fields;
    this.check = check;
  }

  /**
   * Returns a workload of GetUser for the users with these numbers, each with its own token.
   *
   * @param tokens the users' tokens, in the same order
   * @param compresses whether the tokens are sent Huffman-coded
   */
  public static AuthenticatedWorkload getUser(
      int[] numbers, List<String> tokens, boolean compresses) {
    var users = ReadWorkload.byId(numbers);
    return new AuthenticatedWorkload(
        users.method(),
        Arrays.stream(numbers).mapToObj(ReadWorkload::idRequest).toArray(byte[][]::new),
        tokens.stream().map(token -> field(token, compresses)).toArray(byte[][]::new),
        users::isRight);
  }

  /**
   * Returns a workload of ValidateToken for the tokens of these users, without a token for the call
   * itself.
   */
  public static AuthenticatedWorkload validateToken(int[] numbers, List<String> tokens) {
    byte[][] beginnings =
        Arrays.stream(numbers).mapToObj(AuthenticatedWorkload::beginning).toArray(byte[][]::new);
    return new AuthenticatedWorkload(
        "user.v1.AuthService/ValidateToken",
        tokens.stream().map(AuthenticatedWorkload::request).toArray(byte[][]::new),
        new byte[tokens.size()][0],
        (which, answer, length) ->
            length >= beginnings[which].length
                && Arrays.equals(
                    answer,
                    0,
                    beginnings[which].length,
                    beginnings[which],
                    0,
                    beginnings[which].length));
  }

  private static byte[] request(String token) {
    return ValidateTokenRequest.newBuilder().setAccessToken(token).build().toByteArray();
  }

  /**
   * Returns the beginning of the answer to a valid token: that it is valid, and the id of its user.
   */
  private static byte[] beginning(int number) {
    var user = BenchUsers.ALL.get(number);
    return ValidateTokenResponse.newBuilder()
        .setValid(true)
        .setUserId(user.id().toString())
        .setEmail(user.email())
        .build()
        .toByteArray();
  }

  private static byte[] field(String token, boolean compresses) {
    var block = Unpooled.buffer();
    int leastToCompress = compresses ? 0 : Integer.MAX_VALUE;
    try {
      new DefaultHttp2HeadersEncoder((name, value) -> true, false, 16, leastToCompress)
          .encodeHeaders(
              1, new DefaultHttp2Headers().set("authorization", "Bearer " + token), block);
      return ByteBufUtil.getBytes(block);
    } catch (Http2Exception failed) {
      throw new IllegalStateException(failed);
    } finally {
      block.release();
    }
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
  public byte[] headers(int which) {
    return fields[which];
  }

  @Override
  public boolean isRight(int which, byte[] answer, int length) {
    return check.isRight(which, answer, length);
  }
}
