package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The messages of one call as their bytes arrive. Follows gRPC's framing (a flag, a length of four
 * bytes, the message), so that a message that is too large is known by its first five bytes.
 * Confined to the event loop of its connection.
 */
public final class InboundStream {
  private static final int PREFIX_BYTES = 5;

  /** An open call with its headers, context and buffers, about. */
  private static final int BYTES_PER_STREAM = 4 * 1024;

  /** A buffer of its own for each frame of an unfinished message. */
  private static final int BYTES_PER_FRAME = 256;

  /** What a parsed message takes at most, as a multiple of its bytes, with the bytes themselves. */
  private static final int PARSED = 8;

  /** What most calls hold at most. */
  private static final int MAX_SMALL = 64 * 1024;

  /** A compressed message may be longer than its content by this part, and this much. */
  private static final int PART_OF_COMPRESSION = 64;

  private static final int OVERHEAD_OF_COMPRESSION = 1_024;

  private final int maxTransportBytes;
  private final ConnectionBytes bytes;
  private Consumer<RuntimeException> refusal = failure -> {};
  private boolean attached;
  private boolean refused;
  private boolean oneMessage;
  private boolean ended;
  private int limit;

  private int prefixRead;
  private boolean compressed;
  private long declared;
  private long missing;
  private int whole;
  private int delivered;

  private long held;
  private int ticks;
  private int ticksAnswered;

  InboundStream(int maxTransportBytes, ConnectionBytes bytes) {
    this.maxTransportBytes = maxTransportBytes;
    this.bytes = bytes;
    hold(BYTES_PER_STREAM);
  }

  /**
   * Says which call this is. To be called while the call starts.
   *
   * @param limit bytes that a message may have, uncompressed
   * @param oneMessage whether the client sends one message and ends
   * @param refusal ends the call with this failure
   */
  public void attach(int limit, boolean oneMessage, Consumer<RuntimeException> refusal) {
    this.limit = limit;
    this.oneMessage = oneMessage;
    this.refusal = refusal;
    attached = true;
  }

  /**
   * Counts a message that was inflated and is going to be parsed.
   *
   * @throws UserServiceException with {@code SERVER_BUSY}
   */
  public void inflated(int length) {
    hold((long) PARSED * length);
    if (hasNoPlace()) {
      throw noPlace();
    }
  }

  /** Says that a message has reached its handler. */
  public void delivered() {
    delivered++;
    if (!oneMessage && delivered == whole && prefixRead == 0) {
      // Of a stream of messages: what came before is answered.
      hold(BYTES_PER_STREAM - held);
    }
  }

  /** The failure of a call whose message is larger than its method's limit. */
  public static UserServiceException tooLarge(int limit) {
    return UserServiceException.of(
        ErrorReason.MESSAGE_TOO_LARGE,
        "message too large (expected: at most " + limit + " bytes, uncompressed)");
  }

  private static UserServiceException noPlace() {
    return StatusMapper.busy();
  }

  /**
   * Follows the next bytes of the stream.
   *
   * @return why the call is to be refused
   */
  Optional<RuntimeException> read(ByteBuf data, boolean endOfStream) {
    ended |= endOfStream;
    int index = data.readerIndex();
    int end = data.writerIndex();
    while (index < end) {
      if (prefixRead < PREFIX_BYTES) {
        readPrefix(data.getUnsignedByte(index));
        index++;
        if (prefixRead == PREFIX_BYTES && isTooLarge()) {
          return Optional.of(declared > maxTransportBytes ? aboveTransport() : tooLarge(limit));
        }
      } else {
        long part = Math.min(missing, end - index);
        missing -= part;
        index += (int) part;
      }
      if (prefixRead == PREFIX_BYTES && missing == 0) {
        endMessage();
      }
    }
    hold(data.readableBytes() + (isBetweenMessages() ? 0 : BYTES_PER_FRAME));
    return hasNoPlace() ? Optional.of(noPlace()) : Optional.empty();
  }

  private void readPrefix(short octet) {
    if (prefixRead == 0) {
      compressed = octet != 0;
      declared = 0;
      ticks = oneMessage ? ticks : 0;
    } else {
      declared = declared << Byte.SIZE | octet;
    }
    prefixRead++;
    missing = declared;
  }

  private boolean isTooLarge() {
    long most =
        compressed ? (long) limit + limit / PART_OF_COMPRESSION + OVERHEAD_OF_COMPRESSION : limit;
    return declared > Math.min(most, maxTransportBytes);
  }

  private RuntimeException aboveTransport() {
    return StatusMapper.withDetails(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "message too large (expected: at most " + maxTransportBytes + " bytes)"));
  }

  private void endMessage() {
    whole++;
    prefixRead = 0;
    if (!compressed) {
      hold((PARSED - 1) * declared);
    }
  }

  private boolean hasNoPlace() {
    var budget = bytes.budget();
    if (isUnfinished()) {
      return budget.isHalfFull();
    }
    return held > MAX_SMALL ? budget.isThreeQuartersFull() : budget.isFull();
  }

  /** Whether bytes of the current message are still to come. */
  boolean isBetweenMessages() {
    return prefixRead == 0;
  }

  /** Whether the call cannot go on before the client sends more. */
  boolean isUnfinished() {
    return !ended && (oneMessage || prefixRead > 0);
  }

  /** Whether the client sends more than the one message of its method. */
  boolean isBeyondItsMessage() {
    return oneMessage && whole > 0;
  }

  /** Whether there is a call behind it, or one that an HTTP status answered. */
  boolean isAttached() {
    return attached;
  }

  /** Whether what still comes is not looked at. */
  boolean isRefused() {
    return refused;
  }

  /** Ends the call, unless that was done. */
  void refuse(RuntimeException failure) {
    if (!refused) {
      refused = true;
      refusal.accept(failure);
    }
  }

  /** Drops what still comes, and leaves the call to its handler. */
  void dropTheRest() {
    refused = true;
  }

  /**
   * Counts the looks at it: since the call began, or in a stream of messages since this message
   * did.
   */
  int tick() {
    return ++ticks;
  }

  /** Counts the looks at it since it was answered. */
  int tickAnswered() {
    return ++ticksAnswered;
  }

  private void hold(long more) {
    held += more;
    bytes.add(more);
  }

  /** Gives back what it holds. */
  void release() {
    hold(-held);
  }
}
