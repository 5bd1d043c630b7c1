package com.ecommerce.user.torture;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A flood of complete calls from the attacker's network, with a number of them in flight: soon
 * after one ends, the next begins. Closing it ends the flood.
 */
final class CallFlood implements AutoCloseable {
  /** The number of calls on one connection, which is below the limit of concurrent calls. */
  private static final int CALLS_OF_CONNECTION = 200;

  private static final long PAUSE_MILLIS = 100;

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor();
  private final Call call;
  private final Tally tally;

  /** Begins a call. */
  @FunctionalInterface
  interface Call {
    /**
     * @param number the number of earlier calls
     * @param end is notified of the end of the call
     */
    void begin(Channel channel, int number, StreamObserver<Object> end);
  }

  private CallFlood(Call call, Tally tally) {
    this.call = call;
    this.tally = tally;
  }

  static CallFlood start(Target target, int inFlight, Call call, Tally tally) {
    var flood = new CallFlood(call, tally);
    for (int i = 0; i < inFlight; i++) {
      if (i % CALLS_OF_CONNECTION == 0) {
        flood.channels.add(Network.ATTACKER.channelTo(target));
      }
      var channel = flood.channels.get(i / CALLS_OF_CONNECTION);
      flood.starter.execute(() -> flood.begin(channel));
    }
    return flood;
  }

  private void begin(Channel channel) {
    call.begin(channel, next.getAndIncrement(), new End(channel));
  }

  private void beginSoon(Channel channel) {
    try {
      starter.schedule(() -> begin(channel), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      // The attack is over.
    }
  }

  @Override
  public void close() {
    starter.shutdownNow();
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private final class End implements StreamObserver<Object> {
    private final Channel channel;

    End(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void onNext(Object answer) {
      // Its status follows.
    }

    @Override
    public void onError(Throwable failure) {
      end(Statuses.describe(failure));
    }

    @Override
    public void onCompleted() {
      end("OK");
    }

    private void end(String status) {
      if (!starter.isShutdown()) {
        tally.add(status);
        beginSoon(channel);
      }
    }
  }
}
