package com.ecommerce.user.core.verification;

/** What a token is good for. The names are stored. */
enum TokenPurpose {
  VERIFY_EMAIL,
  RESET_PASSWORD
}
