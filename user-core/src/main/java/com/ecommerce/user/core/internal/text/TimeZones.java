package com.ecommerce.user.core.internal.text;

import java.time.DateTimeException;
import java.time.ZoneId;

/** The time zones of readers. Stateless. */
public final class TimeZones {
  /** The zone of readers whose time zone is not known. */
  public static final ZoneId UTC = ZoneId.of("UTC");

  private TimeZones() {}

  /**
   * Returns the time zone of a profile.
   *
   * @param name a name of the IANA time zone database; if it is empty or unknown, UTC is returned
   */
  public static ZoneId orUtc(String name) {
    if (name.isEmpty()) {
      return UTC;
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      // Profiles may contain a few names that ICU has and the JDK does not.
      return UTC;
    }
  }
}
