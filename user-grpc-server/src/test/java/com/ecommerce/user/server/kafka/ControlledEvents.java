package com.ecommerce.user.server.kafka;

import com.ecommerce.user.core.event.EventFilter;
import com.ecommerce.user.core.event.EventPosition;
import com.ecommerce.user.core.event.EventReceiver;
import com.ecommerce.user.core.event.EventStart;
import com.ecommerce.user.core.event.EventWatch;
import com.ecommerce.user.core.event.UserEvent;
import com.ecommerce.user.core.event.UserEvents;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.ecommerce.user.core.request.RequestContext;
import com.google.common.util.concurrent.Uninterruptibles;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The events for a sink whose thread can be suspended when it has taken events and not yet sent
 * them.
 */
final class ControlledEvents implements UserEvents {
  private final UserEvents events;
  private final AtomicBoolean hasEvent = new AtomicBoolean();
  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean isSuspended;
  private volatile EventWatch last;

  ControlledEvents(UserEvents events) {
    this.events = events;
  }

  void suspend() {
    hasEvent.set(false);
    isSuspended = true;
  }

  void awaitSuspension() throws InterruptedException {
    reached.await();
  }

  void resume() {
    ended.countDown();
  }

  EventWatch last() {
    return last;
  }

  @Override
  public Page<UserEvent> list(RequestContext call, EventFilter filter, PageRequest page) {
    return events.list(call, filter, page);
  }

  @Override
  public EventWatch watch(EventStart start, EventFilter filter, EventReceiver receiver) {
    var watch = events.watch(start, filter, noting(receiver));
    last = watch;
    return new EventWatch() {
      @Override
      public void signal() {
        if (isSuspended && hasEvent.get()) {
          reached.countDown();
          Uninterruptibles.awaitUninterruptibly(ended);
        }
        watch.signal();
      }

      @Override
      public void fail(Throwable failure) {
        watch.fail(failure);
      }

      @Override
      public void close() {
        watch.close();
      }
    };
  }

  private EventReceiver noting(EventReceiver receiver) {
    return new EventReceiver() {
      @Override
      public boolean isReady() {
        return receiver.isReady();
      }

      @Override
      public void onEvent(UserEvent event) {
        receiver.onEvent(event);
        hasEvent.set(true);
      }

      @Override
      public void onPosition(EventPosition position) {
        receiver.onPosition(position);
      }

      @Override
      public void onFailure(Throwable failure) {
        receiver.onFailure(failure);
      }
    };
  }
}
