package com.ecommerce.user.core.internal.account;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.ExternalId;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.account.StatusRoleCode;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.account.UserProfile;
import com.ecommerce.user.core.event.Audit;
import com.ecommerce.user.core.value.UserId;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Encodes users compactly for the cache. The id is omitted, because it is the key of the entry.
 * docs/decisions/reads.md compares size and time with those of the objects.
 *
 * <p>Numbers are of variable length: seven bits in a byte, the lowest first, with the highest bit
 * set in all bytes but the last (LEB128, as in DWARF and Protocol Buffers). Negative numbers are
 * first mapped to positive ones by zigzag encoding (0, -1, 1, -2 become 0, 1, 2, 3), so that
 * numbers near zero are short. For example, 150 becomes 300, which is the bytes {@code AC 02}. A
 * text is its length with one bit for its charset, followed by its bytes. An encoded user is
 * therefore at most as long as its texts, 5 bytes for each of them, and 10 for each number.
 */
final class UserCodec {
  private static final long MICROS = 1_000_000;
  private static final int NANOS = 1_000;

  /** Stands for the user's own id, the most frequent actor. Names of actors are never empty. */
  private static final String SELF = "";

  private UserCodec() {}

  static byte[] encode(User user) {
    var out = new Writer();
    out.number(StatusRoleCode.of(user.status(), user.roles()));
    out.text(user.email().address());
    out.optional(user.pendingEmail(), email -> out.text(email.address()));
    out.text(user.displayName());
    out.text(user.firstName());
    out.text(user.lastName());
    out.optional(user.phone(), phone -> write(out, phone));
    out.text(user.avatarUrl());
    out.flag(user.emailVerified());
    out.flag(user.phoneVerified());
    write(out, user.profile());
    write(out, user.id(), user.audit());
    out.optional(user.lastLoginAt(), out::instant);
    out.optional(user.externalId(), id -> out.text(id.text()));
    return out.bytes();
  }

  private static void write(Writer out, PhoneNumber phone) {
    out.text(phone.countryCode());
    out.text(phone.nationalNumber());
    String usual = e164(phone.countryCode(), phone.nationalNumber());
    out.optional(Optional.of(phone.e164()).filter(e164 -> !e164.equals(usual)), out::text);
  }

  private static String e164(String countryCode, String nationalNumber) {
    return "+" + countryCode + nationalNumber;
  }

  private static void write(Writer out, UserProfile profile) {
    out.text(profile.bio());
    out.optional(profile.dateOfBirth(), date -> out.number(date.toEpochDay()));
    out.text(profile.gender());
    out.text(profile.language());
    out.text(profile.currency());
    out.text(profile.timezone());
    out.text(profile.company());
    out.text(profile.website());
    out.number(profile.socialLinks().size());
    profile
        .socialLinks()
        .forEach(
            (name, url) -> {
              out.text(name);
              out.text(url);
            });
  }

  private static void write(Writer out, UserId id, Audit audit) {
    String self = id.toString();
    out.instant(audit.createdAt());
    out.instant(audit.updatedAt());
    out.text(audit.createdBy().equals(self) ? SELF : audit.createdBy());
    out.text(audit.updatedBy().equals(self) ? SELF : audit.updatedBy());
    out.number(audit.version());
  }

  static User decode(UserId id, byte[] bytes) {
    var in = new Reader(bytes);
    int segment = (int) in.number();
    return new User(
        id,
        Email.ofStored(in.text()),
        in.optional(() -> Email.ofStored(in.text())),
        in.text(),
        in.text(),
        in.text(),
        in.optional(() -> phone(in)),
        in.text(),
        StatusRoleCode.status(segment),
        StatusRoleCode.roles(segment),
        in.flag(),
        in.flag(),
        profile(in),
        new Audit(in.instant(), in.instant(), actor(in, id), actor(in, id), in.number()),
        in.optional(in::instant),
        in.optional(() -> ExternalId.ofStored(in.text())));
  }

  private static PhoneNumber phone(Reader in) {
    String code = in.text();
    String national = in.text();
    return PhoneNumber.ofStored(
        code, national, in.optional(in::text).orElseGet(() -> e164(code, national)));
  }

  private static String actor(Reader in, UserId self) {
    String name = in.text();
    return name.equals(SELF) ? self.toString() : name;
  }

  private static UserProfile profile(Reader in) {
    return new UserProfile(
        in.text(),
        in.optional(() -> LocalDate.ofEpochDay(in.number())),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        in.text(),
        links(in));
  }

  private static Map<String, String> links(Reader in) {
    int count = (int) in.number();
    if (count == 0) {
      return Map.of();
    }
    var links = new LinkedHashMap<String, String>();
    for (int i = 0; i < count; i++) {
      links.put(in.text(), in.text());
    }
    return links;
  }

  /** Appends values to an array that grows. */
  private static final class Writer {
    private byte[] bytes = new byte[256];
    private int end;

    byte[] bytes() {
      return Arrays.copyOf(bytes, end);
    }

    private void reserve(int length) {
      if (end + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, end + length));
      }
    }

    /** Writes a number in zigzag encoding and LEB128. */
    void number(long value) {
      reserve(10);
      long rest = (value << 1) ^ (value >> 63);
      while ((rest & ~0x7FL) != 0) {
        bytes[end++] = (byte) (rest | 0x80);
        rest >>>= 7;
      }
      bytes[end++] = (byte) rest;
    }

    void flag(boolean flag) {
      number(flag ? 1 : 0);
    }

    /** Writes whether there is a value, and the value. */
    <T> void optional(Optional<T> value, Consumer<T> writer) {
      flag(value.isPresent());
      value.ifPresent(writer);
    }

    /** Writes a text in Latin-1 if possible, the form that most strings have in memory. */
    void text(String text) {
      boolean isLatin = text.chars().allMatch(character -> character <= 0xFF);
      var encoded = text.getBytes(isLatin ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
      number(((long) encoded.length << 1) | (isLatin ? 0 : 1));
      reserve(encoded.length);
      System.arraycopy(encoded, 0, bytes, end, encoded.length);
      end += encoded.length;
    }

    /** Writes a time in microseconds, the precision of the database. */
    void instant(Instant instant) {
      number(
          Math.addExact(
              Math.multiplyExact(instant.getEpochSecond(), MICROS), instant.getNano() / NANOS));
    }
  }

  /** Reads what the writer wrote, in the same order. */
  private static final class Reader {
    private final byte[] bytes;
    private int next;

    Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    long number() {
      long value = 0;
      int shift = 0;
      byte current;
      do {
        current = bytes[next++];
        value |= (current & 0x7FL) << shift;
        shift += 7;
      } while (current < 0);
      return (value >>> 1) ^ -(value & 1);
    }

    boolean flag() {
      return number() != 0;
    }

    <T> Optional<T> optional(Supplier<T> reader) {
      return flag() ? Optional.of(reader.get()) : Optional.empty();
    }

    String text() {
      int header = (int) number();
      if (header == 0) {
        return "";
      }
      int length = header >>> 1;
      Charset charset = (header & 1) == 0 ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
      var text = new String(bytes, next, length, charset);
      next += length;
      return text;
    }

    Instant instant() {
      long micros = number();
      return Instant.ofEpochSecond(
          Math.floorDiv(micros, MICROS), (long) NANOS * Math.floorMod(micros, MICROS));
    }
  }
}
