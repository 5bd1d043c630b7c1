package com.ecommerce.user.core.request;

import com.ecommerce.user.core.error.ErrorReason;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The cancellation of work that several calls share. The work is cancelled when all of them are.
 */
final class SharedCancellation implements Cancellation {
  private final List<Cancellation> members;

  SharedCancellation(List<Cancellation> members) {
    this.members = members;
  }

  @Override
  public Optional<ErrorReason> reason() {
    Optional<ErrorReason> last = Optional.empty();
    for (var member : members) {
      last = member.reason();
      if (last.isEmpty()) {
        return last;
      }
    }
    return last;
  }

  @Override
  public Registration onCancel(Runnable action) {
    var wanted = new AtomicInteger(members.size());
    Runnable oneLess =
        () -> {
          if (wanted.decrementAndGet() == 0) {
            action.run();
          }
        };
    var registrations = members.stream().map(member -> member.onCancel(oneLess)).toList();
    return () -> registrations.forEach(Registration::close);
  }
}
