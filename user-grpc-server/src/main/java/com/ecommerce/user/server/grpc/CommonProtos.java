package com.ecommerce.user.server.grpc;

import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.PaginationResponse;
import com.ecommerce.common.v1.TimeRange;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.page.Page;
import com.ecommerce.user.core.page.PageRequest;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;

/** Converts between the messages of {@code common.v1} and types of the core. */
public final class CommonProtos {
  private CommonProtos() {}

  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  /**
   * Returns the time.
   *
   * @throws InvalidValueException with rule {@code INVALID_TIMESTAMP} outside the years 1 to 9999
   */
  static Instant instant(Timestamp timestamp) {
    if (!Timestamps.isValid(timestamp)) {
      throw new InvalidValueException(
          "INVALID_TIMESTAMP", "out of range (expected: year 1 to 9999, nanos 0 to 999999999)");
    }
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  static AuditInfo audit(Audit audit) {
    return AuditInfo.newBuilder()
        .setCreatedAt(timestamp(audit.createdAt()))
        .setUpdatedAt(timestamp(audit.updatedAt()))
        .setCreatedBy(audit.createdBy())
        .setUpdatedBy(audit.updatedBy())
        .setVersion(audit.version())
        .build();
  }

  /**
   * Returns the version that the caller has read; empty if none was given.
   *
   * @throws InvalidValueException with rule {@code NEGATIVE}
   */
  static OptionalLong expectedVersion(AuditInfo audit) {
    if (audit.getVersion() < 0) {
      throw new InvalidValueException("NEGATIVE", audit.getVersion() + " (expected: >= 0)");
    }
    return audit.getVersion() == 0 ? OptionalLong.empty() : OptionalLong.of(audit.getVersion());
  }

  static com.ecommerce.common.v1.PhoneNumber phone(PhoneNumber phone) {
    return com.ecommerce.common.v1.PhoneNumber.newBuilder()
        .setCountryCode(phone.countryCode())
        .setNationalNumber(phone.nationalNumber())
        .setE164(phone.e164())
        .build();
  }

  /** Returns the number; empty for a message without content. */
  static Optional<PhoneNumber> phone(com.ecommerce.common.v1.PhoneNumber phone) {
    boolean empty =
        PhoneNumber.isBlank(phone.getCountryCode())
            && PhoneNumber.isBlank(phone.getNationalNumber())
            && PhoneNumber.isBlank(phone.getE164());
    return empty
        ? Optional.empty()
        : Optional.of(
            PhoneNumber.parse(phone.getCountryCode(), phone.getNationalNumber(), phone.getE164()));
  }

  public static Date date(LocalDate date) {
    return Date.newBuilder()
        .setYear(date.getYear())
        .setMonth(date.getMonthValue())
        .setDay(date.getDayOfMonth())
        .build();
  }

  /**
   * Returns the day; empty for a message without content.
   *
   * @throws InvalidValueException with rule {@code INVALID_DATE} for a day that does not exist
   */
  static Optional<LocalDate> date(Date date) {
    if (date.equals(Date.getDefaultInstance())) {
      return Optional.empty();
    }
    try {
      return Optional.of(LocalDate.of(date.getYear(), date.getMonth(), date.getDay()));
    } catch (DateTimeException impossible) {
      throw new InvalidValueException(
          "INVALID_DATE",
          date.getYear()
              + "-"
              + date.getMonth()
              + "-"
              + date.getDay()
              + " (expected: a day that exists)");
    }
  }

  public static PageRequest page(Violations violations, PaginationRequest request) {
    return page(violations, request, PageRequest.DEFAULT_SIZE);
  }

  /** Parses the page request of a list with its own default size. */
  static PageRequest page(Violations violations, PaginationRequest request, int defaultSize) {
    Integer size =
        violations.parse(
            "pagination.page_size",
            request.getPageSize(),
            requested -> PageRequest.parseSize(requested, defaultSize));
    String token =
        violations.parse("pagination.page_token", request.getPageToken(), PageRequest::parseToken);
    return new PageRequest(size == null ? defaultSize : size, token == null ? "" : token);
  }

  public static PaginationResponse page(Page<?> page) {
    return PaginationResponse.newBuilder()
        .setNextPageToken(page.nextToken().orElse(""))
        .setHasMore(page.nextToken().isPresent())
        .setTotalCount(page.totalCount())
        .build();
  }

  public static Optional<Instant> start(Violations violations, String field, TimeRange range) {
    return range.hasStartTime()
        ? Optional.ofNullable(
            violations.parse(field + ".start_time", range.getStartTime(), CommonProtos::instant))
        : Optional.empty();
  }

  public static Optional<Instant> end(Violations violations, String field, TimeRange range) {
    return range.hasEndTime()
        ? Optional.ofNullable(
            violations.parse(field + ".end_time", range.getEndTime(), CommonProtos::instant))
        : Optional.empty();
  }
}
