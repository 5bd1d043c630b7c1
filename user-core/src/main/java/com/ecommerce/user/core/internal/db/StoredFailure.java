package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The failure of a call as a list of texts: the reason, the message, the type and name of the
 * resource, which may be empty, and the names and values of further details.
 */
record StoredFailure(List<String> texts) {
  private static final int DETAILS = 4;

  static StoredFailure of(UserServiceException failure) {
    List<String> texts = new ArrayList<>(List.of(failure.reason().name(), failure.getMessage()));
    texts.add(failure.resource().map(UserServiceException.Resource::type).orElse(""));
    texts.add(failure.resource().map(UserServiceException.Resource::name).orElse(""));
    failure.metadata().forEach((name, value) -> texts.addAll(List.of(name, value)));
    return new StoredFailure(texts);
  }

  UserServiceException toException() {
    Map<String, String> metadata = new TreeMap<>();
    for (int i = DETAILS; i < texts.size(); i += 2) {
      metadata.put(texts.get(i), texts.get(i + 1));
    }
    var resource =
        texts.get(2).isEmpty()
            ? Optional.<UserServiceException.Resource>empty()
            : Optional.of(new UserServiceException.Resource(texts.get(2), texts.get(3)));
    return UserServiceException.of(
        ErrorReason.valueOf(texts.get(0)), texts.get(1), resource, metadata);
  }
}
