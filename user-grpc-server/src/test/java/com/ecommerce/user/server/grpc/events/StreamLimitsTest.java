package com.ecommerce.user.server.grpc.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.request.Actor;
import com.ecommerce.user.core.request.Cancellation;
import com.ecommerce.user.core.request.RequestContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamLimitsTest {
  private final StreamLimits limits = new StreamLimits();
  private final List<Runnable> running = new ArrayList<>();

  private static RequestContext call(String actor, String network) {
    return new RequestContext(new Actor(actor), network, Cancellation.NEVER);
  }

  private void begin(int calls, RequestContext call) {
    for (int i = 0; i < calls; i++) {
      running.add(limits.begin(call));
    }
  }

  private void assertRefused(ErrorReason reason, RequestContext call) {
    var refusal = assertThrows(UserServiceException.class, () -> limits.begin(call));
    assertEquals(reason, refusal.reason());
    assertTrue(refusal.retryAfter().isPresent());
  }

  @Test
  void caller_isAnActorOnOneNetwork() {
    begin(StreamLimits.MAX_OF_CALLER, call("service:shop", "192.0.2.1/32"));

    assertRefused(ErrorReason.RATE_LIMITED, call("service:shop", "192.0.2.1/32"));
    begin(1, call("service:shop", "192.0.2.2/32"));
    begin(1, call("service:desk", "192.0.2.1/32"));
  }

  @Test
  void endedCall_makesRoom() {
    var caller = call("anonymous", "192.0.2.1/32");
    begin(StreamLimits.MAX_OF_CALLER, caller);

    running.forEach(Runnable::run);

    begin(StreamLimits.MAX_OF_CALLER, caller);
    assertRefused(ErrorReason.RATE_LIMITED, caller);
  }

  @Test
  void allCallersTogether_haveALimit() {
    for (int i = 0; i < StreamLimits.MAX / StreamLimits.MAX_OF_CALLER; i++) {
      begin(StreamLimits.MAX_OF_CALLER, call("service:shop", "192.0.2." + i + "/32"));
    }

    assertRefused(ErrorReason.SERVER_BUSY, call("service:desk", "198.51.100.1/32"));
    running.get(0).run();
    begin(1, call("service:desk", "198.51.100.1/32"));
  }
}
