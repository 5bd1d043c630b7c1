package com.ecommerce.user.server.transfer;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Converts between the texts of rows and their values. */
final class Texts {
  /** The format of ISO 8601, also with the space and the short offset that databases write. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendPattern("['T'][' ']")
          .optionalStart()
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalEnd()
          .appendPattern("[' '][XXX][XX][X]")
          .toFormatter(Locale.ROOT);

  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private Texts() {}

  /**
   * Reads a time; without an offset, it is UTC.
   *
   * @throws java.time.DateTimeException if the text is not a time
   */
  static Instant time(String text) {
    var parsed = TIME.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
    if (parsed instanceof OffsetDateTime time) {
      return time.toInstant();
    }
    return parsed instanceof LocalDateTime time
        ? time.toInstant(ZoneOffset.UTC)
        : ((LocalDate) parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** Returns a message on one line, with the names of the .proto file. */
  static String json(Message message) {
    try {
      return PRINTER.print(message);
    } catch (InvalidProtocolBufferException unknown) {
      throw new IllegalStateException("a message with an unknown Any", unknown);
    }
  }
}
