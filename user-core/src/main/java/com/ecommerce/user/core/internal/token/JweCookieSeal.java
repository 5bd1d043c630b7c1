package com.ecommerce.user.core.internal.token;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.CookieSeal;
import com.ecommerce.user.core.session.TokenSettings;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Implements {@link CookieSeal} with keys that all instances on one database share. When the newest
 * key is {@link #MAX_AGE} old, the next one is created. It is used {@link #ANNOUNCEMENT} later; by
 * then, all instances have read it. The older keys open the cookies that they sealed, until none of
 * these can be valid. No restart is needed.
 */
public final class JweCookieSeal implements CookieSeal {
  static final Duration MAX_AGE = Duration.ofDays(30);

  /** The time between the creation of a key and its first use. */
  static final Duration ANNOUNCEMENT = Duration.ofHours(1);

  /** The time after which the keys are read again. */
  static final Duration MAX_UNSEEN = Duration.ofMinutes(10);

  /**
   * The time for which a key is kept after its successor was created. No cookie is valid for that
   * long.
   */
  private static final Duration KEPT = TokenSettings.MAX_SESSION_LIFETIME.plusDays(1);

  private static final int SECRET_BYTES = 32;

  private final Database database;
  private final Clock clock;
  private final SecureRandom random;
  private volatile Loaded loaded = new Loaded(List.of(), Instant.EPOCH);

  /**
   * @param random makes the keys and the initialization vectors
   */
  public JweCookieSeal(Database database, Clock clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  private record Loaded(List<Key> newestFirst, Instant at) {}

  /**
   * A key.
   *
   * @param header the header of the values that it seals, which has the number of the key
   * @param beginning the beginning of each such value. With a direct key, the part after the header
   *     is empty
   */
  private record Key(JWEHeader header, String beginning, byte[] secret, Instant createdAt) {
    static Key of(CookieKeyDao.Row row) {
      // The text must not change, since sealed values are recognized by it, even after an upgrade.
      String json = "{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"" + row.number() + "\"}";
      var encoded = Base64URL.encode(json);
      try {
        return new Key(JWEHeader.parse(encoded), encoded + "..", row.secret(), row.createdAt());
      } catch (ParseException impossible) {
        throw new IllegalStateException("the header is valid", impossible);
      }
    }

    byte[] secretOf(String cookie) {
      return Digests.hmacSha256(secret, cookie.getBytes(StandardCharsets.UTF_8));
    }

    /** Masks the secrets, since records end up in logs. */
    @Override
    public String toString() {
      return "Key[masked]";
    }
  }

  @Override
  public boolean isReady() {
    var known = loaded;
    return !known.newestFirst().isEmpty() && clock.instant().isBefore(known.at().plus(MAX_UNSEEN));
  }

  @Override
  public synchronized void load() {
    if (isReady()) {
      return;
    }
    Instant now = clock.instant();
    var rows = database.inTransaction(RequestContext.system(), tx -> rows(tx, now));
    loaded = new Loaded(rows.stream().map(Key::of).toList(), now);
  }

  /** Reads the keys, after creating the next one if it is due. */
  private List<CookieKeyDao.Row> rows(Handle tx, Instant now) {
    var dao = new CookieKeyDao(tx);
    var found = dao.listNewestFirst();
    var newest = found.stream().findFirst();
    if (newest.filter(key -> now.isBefore(key.createdAt().plus(MAX_AGE))).isPresent()) {
      return found;
    }
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    dao.insert(newest.map(CookieKeyDao.Row::number).orElse(0) + 1, secret, now);
    return dao.listNewestFirst();
  }

  private List<Key> newestFirst() {
    if (loaded.newestFirst().isEmpty()) {
      load();
    }
    return loaded.newestFirst();
  }

  /** Returns the newest key that all instances know, or else the oldest one. */
  private Key current() {
    Instant latest = clock.instant().minus(ANNOUNCEMENT);
    var keys = newestFirst();
    return keys.stream()
        .filter(key -> !key.createdAt().isAfter(latest))
        .findFirst()
        .orElseGet(() -> keys.get(keys.size() - 1));
  }

  @Override
  public String seal(String cookie, String value) {
    requireNonNull(cookie, "cookie");
    requireNonNull(value, "value");
    var key = current();
    var object = new JWEObject(key.header(), new Payload(value));
    try {
      var encrypter = new DirectEncrypter(key.secretOf(cookie));
      encrypter.getJCAContext().setSecureRandom(random);
      object.encrypt(encrypter);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("32 bytes are a key for A256GCM", impossible);
    }
    return object.serialize();
  }

  @Override
  public Optional<String> open(String cookie, String sealed) {
    requireNonNull(cookie, "cookie");
    requireNonNull(sealed, "sealed");
    return newestFirst().stream()
        .filter(key -> sealed.startsWith(key.beginning()))
        .findFirst()
        .flatMap(key -> opened(key, cookie, sealed));
  }

  private static Optional<String> opened(Key key, String cookie, String sealed) {
    try {
      var object = JWEObject.parse(sealed);
      object.decrypt(new DirectDecrypter(key.secretOf(cookie)));
      return Optional.of(object.getPayload().toString());
    } catch (ParseException | JOSEException foreign) {
      return Optional.empty();
    }
  }

  /** Deletes keys that no valid cookie needs. */
  public static int purge(Handle tx, Instant now, int limit) {
    return new CookieKeyDao(tx).deleteReplaced(now.minus(KEPT), limit);
  }
}
