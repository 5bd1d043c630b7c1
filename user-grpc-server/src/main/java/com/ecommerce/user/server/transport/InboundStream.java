package com.ecommerce.user.server.transport;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.server.grpc.StatusMapper;
import io.grpc.Status;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Tracks the messages of one call as their bytes arrive. Parses gRPC's framing (a flag, a length of
 * four bytes, the message), so that the first five bytes of a message show whether it is too large.
 * Confined to the event loop of its connection.
 */
public final class InboundStream {
  private static final int PREFIX_BYTES = 5;

  /** The approximate memory of an open call with its headers, context and buffers. */
  private static final int BYTES_PER_STREAM = 4 * 1024;

  /** The overhead of the separate buffer for each frame of an unfinished message. */
  private static final int BYTES_PER_FRAME = 256;

  /**
   * The maximum memory of a parsed message, as a multiple of its encoded bytes and including these.
   */
  private static final int PARSED = 8;

  /** The maximum memory of a call that counts as small, as most calls do. */
  private static final int MAX_SMALL = 64 * 1024;

  /** The same maximum before the client has half-closed the call. */
  private static final int MAX_SMALL_UNFINISHED = 16 * 1024;

  /** A compressed message may be longer than its content by this fraction, plus a constant. */
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

  private long held;

  /** The frames of the message that is being received. */
  private int frames;

  /** The bytes of each complete message of a stream that has not been delivered yet. */
  private final Queue<Long> undelivered = new ArrayDeque<>(0);

  private long inflated;
  private int ticks;
  private int ticksAnswered;

  InboundStream(int maxTransportBytes, ConnectionBytes bytes) {
    this.maxTransportBytes = maxTransportBytes;
    this.bytes = bytes;
    hold(BYTES_PER_STREAM);
  }

  /**
   * Attaches the call. Must be called while the call starts.
   *
   * @param limit the maximum number of bytes of a message, uncompressed
   * @param oneMessage whether the client sends exactly one message
   * @param refusal ends the call with the given failure
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
    inflated = (long) PARSED * length;
    hold(inflated);
    if (hasNoPlace()) {
      throw noPlace();
    }
  }

  /**
   * Records that a message was delivered to its handler. In a stream of messages, this is where the
   * handler accounts for it: it asks for no more messages than it can keep.
   */
  public void delivered() {
    if (!oneMessage && !undelivered.isEmpty()) {
      hold(-undelivered.remove() - inflated);
      inflated = 0;
    }
  }

  /** Returns the failure of a call whose message is larger than its method's limit. */
  public static UserServiceException tooLarge(int limit) {
    return UserServiceException.of(
        ErrorReason.MESSAGE_TOO_LARGE,
        "message too large (expected: at most " + limit + " bytes, uncompressed)");
  }

  private static UserServiceException noPlace() {
    return UserServiceException.busy();
  }

  /**
   * Reads the next bytes of the stream.
   *
   * @return the failure with which to refuse the call, if any
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
    hold(data.readableBytes());
    if (!isBetweenMessages()) {
      frames++;
      hold(BYTES_PER_FRAME);
    }
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
    if (!oneMessage) {
      // It is parsed when the handler asks for it.
      undelivered.add(PREFIX_BYTES + declared + (long) BYTES_PER_FRAME * frames);
      frames = 0;
    } else if (!compressed) {
      hold((PARSED - 1) * declared);
    }
  }

  private boolean hasNoPlace() {
    var budget = bytes.budget();
    if (isUnfinished()) {
      // A proxy may send the end of a small call by itself.
      return held > MAX_SMALL_UNFINISHED ? budget.isHalfFull() : budget.isThreeQuartersFull();
    }
    return held > MAX_SMALL ? budget.isThreeQuartersFull() : budget.isFull();
  }

  /** Returns whether no message is partially received. */
  boolean isBetweenMessages() {
    return prefixRead == 0;
  }

  /** Returns whether the call cannot proceed before the client sends more. */
  boolean isUnfinished() {
    return !ended && (oneMessage || prefixRead > 0);
  }

  /** Returns whether the client sends more than the one message of its method. */
  boolean isBeyondItsMessage() {
    return oneMessage && whole > 0;
  }

  /** Returns whether the stream has a call, or was answered with an HTTP status. */
  boolean isAttached() {
    return attached;
  }

  /** Returns whether further bytes are ignored. */
  boolean isRefused() {
    return refused;
  }

  /** Ends the call, unless it has ended. */
  void refuse(RuntimeException failure) {
    if (!refused) {
      refused = true;
      refusal.accept(failure);
    }
  }

  /** Ignores further bytes, and leaves the call to its handler. */
  void dropTheRest() {
    refused = true;
  }

  /**
   * Counts the ticks since the call began or, in a stream of messages, since the current message
   * began.
   */
  int tick() {
    return ++ticks;
  }

  /** Counts the ticks since the call was answered. */
  int tickAnswered() {
    return ++ticksAnswered;
  }

  private void hold(long more) {
    held += more;
    bytes.add(more);
  }

  /** Releases the memory that the stream holds. */
  void release() {
    undelivered.clear();
    hold(-held);
  }
}
