package com.ecommerce.user.core.preference;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.patch.PatchField;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A preference of a user about notifications or privacy, which is on or off. Promotions and the
 * newsletter are opt-in. The constants are also the fields that an update of the preferences can
 * set.
 */
public enum Preference implements PatchField<PreferencePatch.Builder, Boolean> {
  /** Mails about the user's orders. */
  EMAIL_ORDER_UPDATES(Group.EMAIL, true),
  /** Mails with promotions. */
  EMAIL_PROMOTIONS(Group.EMAIL, false),
  /** The newsletter. */
  EMAIL_NEWSLETTER(Group.EMAIL, false),
  /** Mails about sellers. */
  EMAIL_SELLER_UPDATES(Group.EMAIL, true),
  /** Mails about the security of the account. */
  EMAIL_SECURITY_ALERTS(Group.EMAIL, true),

  /** Any push notifications at all. */
  PUSH_ENABLED(Group.PUSH, false),
  /** Push notifications about the user's orders. */
  PUSH_ORDER_UPDATES(Group.PUSH, true),
  /** Push notifications about prices. */
  PUSH_PRICE_ALERTS(Group.PUSH, false),
  /** Push notifications about messages. */
  PUSH_MESSAGES(Group.PUSH, true),

  /** Any text messages at all. */
  SMS_ENABLED(Group.SMS, false),
  /** Text messages about deliveries. */
  SMS_DELIVERY_UPDATES(Group.SMS, false),
  /** Text messages with codes for two-factor authentication. */
  SMS_TWO_FACTOR_AUTH(Group.SMS, false),

  /** Shows the profile to everybody. */
  PRIVACY_PUBLIC_PROFILE(Group.PRIVACY, false),
  /** Shows others that the user is online. */
  PRIVACY_SHOW_ONLINE_STATUS(Group.PRIVACY, false),
  /** Lets others find the user. */
  PRIVACY_SEARCHABLE(Group.PRIVACY, true),
  /** Shows the activity of the user to others. */
  PRIVACY_SHARE_ACTIVITY(Group.PRIVACY, false);

  /** A group of preferences that belong together, and are replaced together. */
  public enum Group {
    /** Notifications by mail. */
    EMAIL,
    /** Notifications on the user's devices. */
    PUSH,
    /** Notifications by text message. */
    SMS,
    /** The visibility of the user to others. */
    PRIVACY;

    /** Returns the name of the group in requests, such as {@code email}. */
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

  /** Returns the preference with this {@link #path}. */
  public static Optional<Preference> ofPath(String path) {
    requireNonNull(path, "path");
    return Arrays.stream(values()).filter(each -> each.path().equals(path)).findFirst();
  }

  /** Returns the group that the preference belongs to. */
  public Group group() {
    return group;
  }

  /** Returns whether the preference is on for a user who never chose. */
  public boolean isOnByDefault() {
    return onByDefault;
  }

  /** Returns the name in requests and in the event log, such as {@code email.promotions}. */
  @Override
  public String path() {
    return group.path() + "." + column().substring(group.path().length() + 1);
  }

  @Override
  public boolean isClearable() {
    return false;
  }

  @Override
  public void set(PreferencePatch.Builder patch, Boolean on) {
    requireNonNull(patch, "patch").set(this, requireNonNull(on, "on"));
  }

  /** Returns the name of the column, such as {@code email_promotions}. */
  public String column() {
    return name().toLowerCase(Locale.ROOT);
  }
}
