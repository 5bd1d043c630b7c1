package com.ecommerce.user.core.account;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A role of a user on the platform. A user has at least one. The names are stored. */
public enum Role {
  CUSTOMER,
  SELLER,
  ADMIN,
  SUPPORT;

  private static final List<Role> RANKS = List.of(ADMIN, SUPPORT, SELLER, CUSTOMER);

  /** The roles in the order of what they may do. */
  public static Stream<Role> highestFirst(Collection<Role> roles) {
    return RANKS.stream().filter(roles::contains);
  }

  /** The name as tokens have it, such as {@code admin}. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
