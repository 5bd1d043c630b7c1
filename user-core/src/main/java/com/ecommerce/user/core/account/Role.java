package com.ecommerce.user.core.account;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A role of a user on the platform. A user has at least one. The names are stored. */
public enum Role {
  /** A buyer; the role of everyone who registers. */
  CUSTOMER,
  /** A seller on the platform. */
  SELLER,
  /** An administrator, who may perform every operation. */
  ADMIN,
  /** Customer support, who may read every user's data but change only their own. */
  SUPPORT;

  private static final List<Role> RANKS = List.of(ADMIN, SUPPORT, SELLER, CUSTOMER);

  /** Returns the roles in descending order of their rights. */
  public static Stream<Role> highestFirst(Collection<Role> roles) {
    return RANKS.stream().filter(roles::contains);
  }

  /** Returns the name that tokens contain, such as {@code admin}. */
  public String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }
}
