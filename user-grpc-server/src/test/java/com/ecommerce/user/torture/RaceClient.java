package com.ecommerce.user.torture;

import java.util.List;
import java.util.Map;

/** The calls that races make, over one transport of one instance. Thread-safe. */
interface RaceClient {
  String OK = "OK";

  /**
   * An answer, the same for every transport.
   *
   * @param outcome {@link #OK} or the reason of the failure
   * @param facts of the answer: {@code id}, {@code version}, {@code email}, {@code first_name},
   *     {@code last_name}, {@code access}, {@code refresh}, as far as it has them
   */
  record Answer(String outcome, Map<String, String> facts) {
    boolean isOk() {
      return outcome.equals(OK);
    }

    String fact(String name) {
      return facts.getOrDefault(name, "");
    }

    long version() {
      return Long.parseLong(fact("version"));
    }
  }

  /** An address in a list. */
  record AddressFacts(String id, String label, boolean isShipping, boolean isBilling) {}

  /** Returns the number of the instance. */
  int instance();

  Answer create(String email, String password);

  Answer read(String userId);

  /**
   * @param field {@code first_name} or {@code last_name}
   * @param version the expected version; 0 for any
   */
  Answer update(String userId, String field, String value, long version);

  Answer changeEmail(String userId, String email);

  Answer delete(String userId);

  Answer deactivate(String userId);

  Answer confirm(String token);

  /** Requests a link to reset the password. */
  Answer requestReset(String email);

  Answer reset(String token, String password);

  Answer login(String email, String password);

  Answer refresh(String refreshToken);

  Answer logout(String refreshToken);

  /** Returns {@link #OK} if the token is valid. */
  Answer validate(String accessToken);

  Answer addAddress(String userId);

  Answer label(String userId, String addressId, String label);

  Answer setDefault(String userId, String addressId);

  Answer deleteAddress(String userId, String addressId);

  List<AddressFacts> addresses(String userId);
}
