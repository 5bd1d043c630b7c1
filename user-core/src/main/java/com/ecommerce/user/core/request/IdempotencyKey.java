package com.ecommerce.user.core.request;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.error.InvalidValueException;
import java.util.function.Supplier;

/**
 * The idempotency key of a call, which allows its caller to repeat it: a use case that changes
 * something does so once for each key, and answers later calls with the same key like the first
 * one. See {@link RequestContext#with(IdempotencyKey)}.
 *
 * <p>A key belongs to the {@link Actor} of the call and to a method, and is kept for 24 hours. It
 * commits in the transaction of the change. A later call with the key
 *
 * <ul>
 *   <li>gets the answer of the first one if its request is the same. What the answer shows is read
 *       again, so it may show later changes;
 *   <li>fails like the first one if that one failed because of the data: {@code NOT_FOUND}, {@code
 *       ALREADY_EXISTS}, {@code FAILED_PRECONDITION} or {@code VERSION_MISMATCH};
 *   <li>fails with {@code IDEMPOTENCY_KEY_REUSED} if its request is another one;
 *   <li>fails with {@code REQUEST_IN_PROGRESS} while the first one runs.
 * </ul>
 *
 * <p>Thread-safe. An object is for one call only, and equals only itself.
 */
public final class IdempotencyKey {
  /** The maximum number of characters of a key. */
  public static final int MAX_LENGTH = 255;

  private final String text;
  private final String method;
  private final Supplier<byte[]> request;
  private volatile boolean isReplayed;

  /**
   * Creates a key.
   *
   * @param text 1 to {@link #MAX_LENGTH} printable ASCII characters, not all of them spaces
   * @param method the method that the key is for, such as {@code CreateUser}
   * @param request returns bytes that are the same for the same request, without passwords; called
   *     on the thread of the use case, and maybe more than once
   * @throws InvalidValueException if the text is not a key
   */
  public IdempotencyKey(String text, String method, Supplier<byte[]> request) {
    this.text = requireValid(text);
    this.method = requireNonNull(method, "method");
    this.request = requireNonNull(request, "request");
  }

  /**
   * Creates a key for a request whose bytes are known; see {@link #IdempotencyKey(String, String,
   * Supplier)}.
   *
   * @throws InvalidValueException if the text is not a key
   */
  public static IdempotencyKey of(String text, String method, byte[] request) {
    byte[] copy = request.clone();
    return new IdempotencyKey(text, method, () -> copy);
  }

  private static String requireValid(String text) {
    boolean isPrintable = text.chars().allMatch(character -> character >= ' ' && character <= '~');
    if (text.isBlank() || text.length() > MAX_LENGTH || !isPrintable) {
      throw new InvalidValueException(
          "INVALID_IDEMPOTENCY_KEY",
          "not an idempotency key (expected: 1 to " + MAX_LENGTH + " printable ASCII characters)");
    }
    return text;
  }

  /** Returns the text that the caller chose. */
  public String text() {
    return text;
  }

  /** Returns the method that the key is for. */
  public String method() {
    return method;
  }

  /** Returns bytes that are the same for the same request. */
  public byte[] request() {
    return request.get();
  }

  /**
   * Returns whether the call was answered like an earlier one with the key, and changed nothing.
   */
  public boolean isReplayed() {
    return isReplayed;
  }

  /** Records that the call is answered like an earlier one. For the use cases. */
  public void noteReplay() {
    isReplayed = true;
  }

  /** Returns a text without the key, which is a secret of an anonymous caller. */
  @Override
  public String toString() {
    return "IdempotencyKey[" + method + "]";
  }
}
