package com.ecommerce.user.torture;

import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Takes users through their whole life cycle, one call at a time. After a failed call, the user is
 * deleted, and the next one begins. Emails are used again after some minutes.
 */
abstract class UserJourney {
  private static final int EMAILS = 600;

  private final MixedCalls calls;
  private final String prefix;
  private final Deque<Named> steps = new ArrayDeque<>();
  private final Map<String, String> facts = new HashMap<>();
  private int number;
  private String email = "";
  private boolean needsCleanup;

  private record Named(String name, MixedCalls.Step step) {}

  UserJourney(MixedCalls calls, String prefix) {
    this.calls = calls;
    this.prefix = prefix;
  }

  /** Makes the next call. */
  final void next() {
    if (needsCleanup) {
      needsCleanup = !calls.make("cleanup", this::deleteLeftover);
      return;
    }
    if (steps.isEmpty()) {
      email = prefix + number++ % EMAILS + "@example.com";
      facts.clear();
      addSteps();
    }
    var step = steps.removeFirst();
    if (!calls.make(step.name(), step.step())) {
      steps.clear();
      needsCleanup = true;
    }
  }

  /** Adds the calls of a journey. */
  abstract void addSteps();

  final void step(String name, MixedCalls.Step step) {
    steps.addLast(new Named(name, step));
  }

  final MixedCalls calls() {
    return calls;
  }

  final String email() {
    return email;
  }

  final void note(String name, String value) {
    facts.put(name, value);
  }

  final String fact(String name) {
    return facts.getOrDefault(name, "");
  }

  private void deleteLeftover() {
    try {
      var found =
          calls.users().getUserByEmail(GetUserByEmailRequest.newBuilder().setEmail(email).build());
      calls
          .users()
          .deleteUser(DeleteUserRequest.newBuilder().setUserId(found.getUser().getId()).build());
    } catch (StatusRuntimeException failed) {
      if (failed.getStatus().getCode() != Code.NOT_FOUND) {
        throw failed;
      }
    }
  }
}
