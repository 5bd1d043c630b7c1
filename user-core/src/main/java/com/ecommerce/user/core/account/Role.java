package com.ecommerce.user.core.account;

/** What a user is on the platform. A user has at least one. The names are stored. */
public enum Role {
  CUSTOMER,
  SELLER,
  ADMIN,
  SUPPORT
}
