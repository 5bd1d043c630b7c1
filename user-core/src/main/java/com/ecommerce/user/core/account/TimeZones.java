package com.ecommerce.user.core.account;

import com.ibm.icu.util.TimeZone;
import com.ibm.icu.util.TimeZone.SystemTimeZoneType;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names of the IANA time zone database, including aliases. They come from ICU, which has a
 * newer release of the database than an older JDK.
 */
final class TimeZones {
  /**
   * Names that ICU has in addition: abbreviations of the first JDKs, and names that IANA has
   * dropped.
   */
  private static final Set<String> NOT_IANA =
      Set.of(
          "ACT",
          "AET",
          "AGT",
          "ART",
          "AST",
          "BET",
          "BST",
          "CAT",
          "CNT",
          "CST",
          "CTT",
          "EAT",
          "ECT",
          "IET",
          "IST",
          "JST",
          "MIT",
          "NET",
          "NST",
          "PLT",
          "PNT",
          "PRT",
          "PST",
          "SST",
          "VST",
          "Canada/East-Saskatchewan",
          "US/Pacific-New",
          "Factory");

  private static final String SYSTEM_V = "SystemV/";

  static final Set<String> NAMES =
      TimeZone.getAvailableIDs(SystemTimeZoneType.ANY, null, null).stream()
          .filter(name -> !NOT_IANA.contains(name) && !name.startsWith(SYSTEM_V))
          .collect(Collectors.toUnmodifiableSet());

  private TimeZones() {}
}
