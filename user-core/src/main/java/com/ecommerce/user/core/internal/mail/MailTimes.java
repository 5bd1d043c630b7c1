package com.ecommerce.user.core.internal.mail;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.Locale;

/** Formats times for the readers of mails. Thread-safe. */
final class MailTimes {
  private MailTimes() {}

  /**
   * Returns the time in the reader's language and time zone, which it names: {@code June 15, 2026
   * at 2:00 PM (CEST)}.
   *
   * @param zone as the IANA names it; UTC if it is empty or unknown
   */
  static String format(Instant time, String language, String zone) {
    var locale = Locale.forLanguageTag(language);
    String pattern =
        DateTimeFormatterBuilder.getLocalizedDateTimePattern(
            FormatStyle.LONG, FormatStyle.SHORT, IsoChronology.INSTANCE, locale);
    return DateTimeFormatter.ofPattern(pattern + " '('z')'", locale)
        .format(time.atZone(zone(zone)));
  }

  private static ZoneId zone(String name) {
    if (name.isEmpty()) {
      return ZoneId.of("UTC");
    }
    try {
      return ZoneId.of(name);
    } catch (DateTimeException unknown) {
      // The names of ICU, which a profile may have, are a few more than those of the JDK.
      return ZoneId.of("UTC");
    }
  }
}
