package com.ecommerce.user.testing;

import com.ecommerce.user.v1.CreateUserRequest;
import java.util.concurrent.atomic.AtomicLong;

/** Valid requests, which tests can modify. Thread-safe. */
public final class TestRequests {
  /** A password that the service accepts. */
  public static final String PASSWORD = "correct horse battery";

  private static final AtomicLong NUMBERS = new AtomicLong();

  private TestRequests() {}

  /** Returns an email address that no earlier call in this JVM returned. */
  public static String email() {
    return "user" + NUMBERS.incrementAndGet() + "@example.com";
  }

  /** Returns a request to create Ada Lovelace with {@link #PASSWORD} and a new email address. */
  public static CreateUserRequest.Builder createUser() {
    return CreateUserRequest.newBuilder()
        .setEmail(email())
        .setPassword(PASSWORD)
        .setFirstName("Ada")
        .setLastName("Lovelace");
  }
}
