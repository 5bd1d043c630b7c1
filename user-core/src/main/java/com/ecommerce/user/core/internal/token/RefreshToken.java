package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.value.SessionId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.UUID;

/**
 * A refresh token: the session's id and a secret of 256 bits, in base64url. The first secret is
 * random, and each further one is an HMAC of the previous one. So a token that is presented twice
 * gets the same successor each time, although no secret is stored. {@link #toString} masks it.
 */
public final class RefreshToken {
  private static final int ID_BYTES = 2 * Long.BYTES;
  private static final int SECRET_BYTES = 32;

  private final SessionId session;
  private final byte[] secret;

  private RefreshToken(SessionId session, byte[] secret) {
    this.session = session;
    this.secret = secret;
  }

  public static RefreshToken first(SessionId session, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new RefreshToken(session, secret);
  }

  /**
   * Parses a token.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID} when the text is malformed
   */
  public static RefreshToken parse(String text) {
    try {
      byte[] bytes = Base64Url.decode(text);
      if (bytes.length == ID_BYTES + SECRET_BYTES) {
        var buffer = ByteBuffer.wrap(bytes);
        var id = new SessionId(new UUID(buffer.getLong(), buffer.getLong()));
        return new RefreshToken(id, Arrays.copyOfRange(bytes, ID_BYTES, bytes.length));
      }
    } catch (IllegalArgumentException notBase64) {
      throw invalid();
    }
    throw invalid();
  }

  public static UserServiceException invalid() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_INVALID, "refresh token not known (expected: a current one)");
  }

  public SessionId session() {
    return session;
  }

  public String text() {
    return Base64Url.encode(bytes());
  }

  private byte[] bytes() {
    return ByteBuffer.allocate(ID_BYTES + SECRET_BYTES)
        .putLong(session.value().getMostSignificantBits())
        .putLong(session.value().getLeastSignificantBits())
        .put(secret)
        .array();
  }

  /** Returns the digest, which is stored in place of the token. */
  public byte[] digest() {
    return Digests.sha256(secret);
  }

  public boolean matches(byte[] digest) {
    return MessageDigest.isEqual(digest(), digest);
  }

  /**
   * Returns the token that replaces this one.
   *
   * @param key the key that all instances share
   */
  public RefreshToken next(byte[] key) {
    return new RefreshToken(session, Digests.hmacSha256(key, bytes()));
  }

  @Override
  public String toString() {
    return "RefreshToken[masked]";
  }
}
