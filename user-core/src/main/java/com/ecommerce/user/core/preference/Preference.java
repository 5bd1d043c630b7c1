package com.ecommerce.user.core.preference;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that a user may want to be told, or to show: on or off. Promotions and the newsletter
 * are opt-in.
 */
public enum Preference {
  EMAIL_ORDER_UPDATES(Group.EMAIL, true),
  EMAIL_PROMOTIONS(Group.EMAIL, false),
  EMAIL_NEWSLETTER(Group.EMAIL, false),
  EMAIL_SELLER_UPDATES(Group.EMAIL, true),
  EMAIL_SECURITY_ALERTS(Group.EMAIL, true),

  /** Anything on the user's devices at all. */
  PUSH_ENABLED(Group.PUSH, false),
  PUSH_ORDER_UPDATES(Group.PUSH, true),
  PUSH_PRICE_ALERTS(Group.PUSH, false),
  PUSH_MESSAGES(Group.PUSH, true),

  /** Anything by text message at all. */
  SMS_ENABLED(Group.SMS, false),
  SMS_DELIVERY_UPDATES(Group.SMS, false),
  SMS_TWO_FACTOR_AUTH(Group.SMS, false),

  PRIVACY_PUBLIC_PROFILE(Group.PRIVACY, false),
  PRIVACY_SHOW_ONLINE_STATUS(Group.PRIVACY, false),
  PRIVACY_SEARCHABLE(Group.PRIVACY, true),
  PRIVACY_SHARE_ACTIVITY(Group.PRIVACY, false);

  /** A group of preferences that belong together, and are replaced together. */
  public enum Group {
    EMAIL,
    PUSH,
    SMS,
    PRIVACY;

    /** The group's name in requests, such as {@code email}. */
    public String path() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Group group;
  private final boolean onByDefault;

  Preference(Group group, boolean onByDefault) {
    this.group = group;
    this.onByDefault = onByDefault;
  }

  /** The preference with this {@link #path}. */
  public static Optional<Preference> ofPath(String path) {
    requireNonNull(path, "path");
    return Arrays.stream(values()).filter(each -> each.path().equals(path)).findFirst();
  }

  public Group group() {
    return group;
  }

  /** Returns whether the preference is on for a user who never chose. */
  public boolean isOnByDefault() {
    return onByDefault;
  }

  /** Its name in requests and in the event log, such as {@code email.promotions}. */
  public String path() {
    return group.path() + "." + column().substring(group.path().length() + 1);
  }

  /** Its column, such as {@code email_promotions}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
