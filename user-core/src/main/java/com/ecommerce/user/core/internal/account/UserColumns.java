package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.User;

/** The columns of {@code users} that make a {@link User}, in the order in which it has them. */
public final class UserColumns {
  public static final String ALL =
      """
      id, email, pending_email, display_name, first_name, last_name, phone_country_code, phone_national_number,
      phone_e164, avatar_url,
      """
          + StatusAndRoles.COLUMN
          + """
      , email_verified, phone_verified, bio, date_of_birth, gender, language, currency,
      timezone, company, website, nullif(social_link_names, '{}'), nullif(social_link_urls, '{}'), created_at,
      updated_at, created_by, updated_by, version, nullif(last_login_at, '-infinity')
      """;

  private UserColumns() {}
}
