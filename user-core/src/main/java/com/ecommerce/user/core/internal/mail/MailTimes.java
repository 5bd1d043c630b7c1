package com.ecommerce.user.core.internal.mail;

import com.ecommerce.user.core.internal.text.TimeZones;
import java.time.Instant;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.Locale;

/** Formats times for the readers of mails. Thread-safe. */
final class MailTimes {
  private MailTimes() {}

  /**
   * Returns the time in the reader's language and time zone, followed by the name of the zone, such
   * as {@code June 15, 2026 at 2:00 PM (CEST)}.
   *
   * @param zone a name of the IANA time zone database; if it is empty or unknown, UTC is used
   */
  static String format(Instant time, String language, String zone) {
    var locale = Locale.forLanguageTag(language);
    String pattern =
        DateTimeFormatterBuilder.getLocalizedDateTimePattern(
            FormatStyle.LONG, FormatStyle.SHORT, IsoChronology.INSTANCE, locale);
    return DateTimeFormatter.ofPattern(pattern + " '('z')'", locale)
        .format(time.atZone(TimeZones.orUtc(zone)));
  }
}
