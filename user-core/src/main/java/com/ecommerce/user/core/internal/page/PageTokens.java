package com.ecommerce.user.core.internal.page;

import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.text.Base64Url;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes and reads page tokens: the last row's sort key and id, signed together with the list they
 * belong to. Tokens survive a restart and work on every instance of one database. Thread-safe.
 *
 * <p>Layout: version (1 byte), id (16), key in UTF-8, then the first 16 bytes of an HMAC-SHA256
 * over all of it and the list's name.
 */
public final class PageTokens {
  private static final byte VERSION = 1;
  private static final int SIGNATURE_LENGTH = 16;
  private static final int HEADER_LENGTH = 1 + 2 * Long.BYTES;

  private final ServiceKeys keys;

  /** Creates a codec that signs with a key of the database. */
  public PageTokens(ServiceKeys keys) {
    this.keys = keys;
  }

  /**
   * The position at which a page ended.
   *
   * @param key the sort key of the last row, in a text form that the list chooses
   * @param id the id of the last row, which breaks ties
   */
  public record Cursor(String key, UUID id) {}

  /**
   * Returns a token that is valid for the same list only.
   *
   * @param list everything that identifies the list: its name, filters, sort and query
   */
  public String write(List<String> list, Cursor cursor) {
    byte[] key = cursor.key().getBytes(StandardCharsets.UTF_8);
    byte[] content =
        ByteBuffer.allocate(HEADER_LENGTH + key.length)
            .put(VERSION)
            .putLong(cursor.id().getMostSignificantBits())
            .putLong(cursor.id().getLeastSignificantBits())
            .put(key)
            .array();
    byte[] token =
        ByteBuffer.allocate(content.length + SIGNATURE_LENGTH)
            .put(content)
            .put(sign(list, content))
            .array();
    return Base64Url.encode(token);
  }

  /**
   * Returns the cursor in the token; empty for the empty token of a first page.
   *
   * @throws UserServiceException with a violation on {@code pagination.page_token} if the token was
   *     made for another list or was not made by this service
   */
  public Optional<Cursor> read(List<String> list, String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Violations.parsed("pagination.page_token", token, text -> decode(list, text)));
  }

  private Cursor decode(List<String> list, String token) {
    byte[] bytes = bytes(token);
    var buffer = ByteBuffer.wrap(bytes);
    byte[] content = new byte[bytes.length - SIGNATURE_LENGTH];
    byte[] signature = new byte[SIGNATURE_LENGTH];
    buffer.get(content).get(signature);
    if (!MessageDigest.isEqual(signature, sign(list, content))) {
      throw invalid();
    }
    var reader = ByteBuffer.wrap(content, 1, content.length - 1);
    var id = new UUID(reader.getLong(), reader.getLong());
    return new Cursor(StandardCharsets.UTF_8.decode(reader).toString(), id);
  }

  /** Returns the content of a well-formed token of any list. */
  public static byte[] bytes(String token) {
    byte[] bytes;
    try {
      bytes = Base64Url.decode(token);
    } catch (IllegalArgumentException notBase64) {
      throw invalid();
    }
    if (bytes.length < HEADER_LENGTH + SIGNATURE_LENGTH || bytes[0] != VERSION) {
      throw invalid();
    }
    return bytes;
  }

  private static InvalidValueException invalid() {
    return new InvalidValueException(
        "INVALID_PAGE_TOKEN",
        "not valid here (expected: a next_page_token of the same list, filters, sort and query)");
  }

  private byte[] sign(List<String> list, byte[] content) {
    var message = new ByteArrayOutputStream();
    for (String part : list) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      message.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      message.writeBytes(bytes);
    }
    message.writeBytes(content);
    byte[] digest = Digests.hmacSha256(keys.secret("page-tokens"), message.toByteArray());
    return Arrays.copyOf(digest, SIGNATURE_LENGTH);
  }
}
