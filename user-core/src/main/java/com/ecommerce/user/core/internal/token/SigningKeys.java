package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.request.RequestContext;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The key pairs for ES256, which all instances on one database share. The first pair is made when
 * it is first needed. When the newest one is {@link #MAX_AGE} old, the next one is announced. Other
 * instances, and services that use the published keys, have {@link #ANNOUNCEMENT} to load it before
 * it signs. Until then the old one signs, and it verifies until the last token that it signed has
 * expired. No restart is needed. Thread-safe.
 */
public final class SigningKeys implements TokenKeys {
  static final Duration MAX_AGE = Duration.ofDays(30);

  /**
   * The time between the announcement of a key and its first use. Clients may cache the published
   * keys for this time.
   */
  static final Duration ANNOUNCEMENT = Duration.ofDays(1);

  /**
   * The time for which an instance may still sign with a key after the key's time is over, since
   * clocks differ.
   */
  static final Duration OVERLAP = Duration.ofMinutes(10);

  /** The minimum time between two reads of the keys, even if tokens name unknown keys. */
  static final Duration MIN_PAUSE = Duration.ofSeconds(5);

  /** The time after which the keys are read again, in case one was deleted. */
  private static final Duration MAX_UNSEEN = Duration.ofMinutes(1);

  private static final BigInteger ORDER = Curve.P_256.toECParameterSpec().getOrder();
  private static final BigInteger HALF_ORDER = ORDER.shiftRight(1);
  private static final int NUMBER_BYTES = 32;
  private static final int SIGNATURE_BYTES = 2 * NUMBER_BYTES;

  private final Database database;
  private final Executor executor;
  private final Clock clock;
  private final SecureRandom random;
  private final Duration tokenLifetime;
  private volatile Loaded loaded = new Loaded(Map.of(), Instant.EPOCH);
  private CompletableFuture<Loaded> loading = CompletableFuture.completedFuture(loaded);

  private record Loaded(Map<String, SigningKey> keys, Instant at) {
    boolean hasFresh(String keyId, long nowMillis) {
      return keyId != null
          && keys.containsKey(keyId)
          && nowMillis - at.toEpochMilli() < MAX_UNSEEN.toMillis();
    }

    boolean isOlderThan(Duration age, Instant now) {
      return !now.isBefore(at.plus(age));
    }

    Optional<SigningKey> newest() {
      return keys.values().stream().filter(key -> key.verifiesUntil().isEmpty()).findFirst();
    }

    Optional<JWSVerifier> verifier(String keyId) {
      return Optional.ofNullable(keyId).map(keys::get).map(SigningKey::verifier);
    }
  }

  /**
   * Creates the keys, which are read when they are first needed.
   *
   * @param tokenLifetime the maximum lifetime of a token
   */
  public SigningKeys(
      Database database,
      Executor executor,
      Clock clock,
      SecureRandom random,
      Duration tokenLifetime) {
    this.database = database;
    this.executor = executor;
    this.clock = clock;
    this.random = random;
    this.tokenLifetime = tokenLifetime;
  }

  @Override
  public JWSAlgorithm algorithm() {
    return JWSAlgorithm.ES256;
  }

  @Override
  public Signing signing() {
    var current = current();
    return new Signing(Optional.of(current.id()), current.signer());
  }

  private SigningKey current() {
    var known = loaded;
    if (known.isOlderThan(MAX_UNSEEN, clock.instant())) {
      known = load();
    }
    if (known.newest().filter(this::isYoung).isEmpty()) {
      announce();
      known = load();
    }
    return known.keys().values().stream()
        .filter(this::signs)
        .min(Comparator.comparing(SigningKey::createdAt))
        .orElseThrow();
  }

  /**
   * Returns whether the key may still sign. Of several such keys the oldest one signs, while the
   * newest is only announced.
   */
  private boolean signs(SigningKey key) {
    Instant now = clock.instant();
    return key.verifiesUntil().map(end -> now.plus(afterSigning()).isBefore(end)).orElse(true);
  }

  /** Returns the time for which a key verifies after it has signed for the last time. */
  private Duration afterSigning() {
    return tokenLifetime.plus(OVERLAP);
  }

  private boolean isYoung(SigningKey key) {
    return clock.instant().isBefore(key.createdAt().plus(MAX_AGE));
  }

  /**
   * Announces the next key. If several instances do so at the same time, only one of them succeeds.
   */
  private void announce() {
    ECKey pair = newPair();
    database.useTransaction(
        RequestContext.system(),
        tx -> {
          var dao = new SigningKeyDao(tx);
          var before = dao.findNewestForUpdate();
          if (before.filter(this::isYoung).isPresent()) {
            return;
          }
          Instant now = clock.instant();
          Instant end = now.plus(ANNOUNCEMENT).plus(afterSigning());
          before.ifPresent(key -> dao.limit(key.id(), end));
          dao.insertNewest(pair.getKeyID(), pair.toJSONString(), now);
        });
  }

  private ECKey newPair() {
    try {
      return new ECKeyGenerator(Curve.P_256)
          .secureRandom(random)
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.ES256)
          .keyID(new UUID(random.nextLong(), random.nextLong()).toString())
          .generate();
    } catch (JOSEException missing) {
      throw new IllegalStateException("every JDK supports P-256", missing);
    }
  }

  private Loaded load() {
    Instant now = clock.instant();
    var keys =
        database
            .read(RequestContext.system(), handle -> new SigningKeyDao(handle).findUsable(now))
            .stream()
            .collect(Collectors.toUnmodifiableMap(SigningKey::id, Function.identity()));
    var read = new Loaded(keys, now);
    loaded = read;
    return read;
  }

  @Override
  public CompletionStage<Optional<JWSVerifier>> findAsync(String keyId) {
    var known = loaded;
    return mustLoad(known, keyId)
        ? loadAsync().thenApply(keys -> keys.verifier(keyId))
        : CompletableFuture.completedStage(known.verifier(keyId));
  }

  /** Loads the keys. Concurrent callers share the query. */
  private synchronized CompletableFuture<Loaded> loadAsync() {
    if (loading.isDone()) {
      loading = Stages.supply(this::load, executor).toCompletableFuture();
    }
    return loading;
  }

  @Override
  public boolean isInMemory(String keyId, long nowMillis) {
    return loaded.hasFresh(keyId, nowMillis);
  }

  /**
   * Returns the signature with the smaller s, of the two valid ones (r, s) and (r, n - s), where n
   * is the order of the curve.
   */
  @Override
  public byte[] canonical(byte[] signature) {
    if (signature.length != SIGNATURE_BYTES) {
      return signature;
    }
    byte[] tail = Arrays.copyOfRange(signature, NUMBER_BYTES, SIGNATURE_BYTES);
    var s = new BigInteger(1, tail);
    if (s.compareTo(HALF_ORDER) <= 0 || s.compareTo(ORDER) >= 0) {
      return signature;
    }
    byte[] smaller = ORDER.subtract(s).toByteArray();
    int length = Math.min(smaller.length, NUMBER_BYTES);
    byte[] canonical = Arrays.copyOf(Arrays.copyOf(signature, NUMBER_BYTES), SIGNATURE_BYTES);
    System.arraycopy(smaller, smaller.length - length, canonical, SIGNATURE_BYTES - length, length);
    return canonical;
  }

  @Override
  public Optional<JWSVerifier> find(String keyId) {
    var known = loaded;
    return (mustLoad(known, keyId) ? load() : known).verifier(keyId);
  }

  /**
   * Returns whether the keys must be loaded again, so that deleted keys stop verifying and new ones
   * start without a restart.
   */
  private boolean mustLoad(Loaded known, String keyId) {
    Instant now = clock.instant();
    boolean isNew = known.verifier(keyId).isEmpty() && known.isOlderThan(MIN_PAUSE, now);
    return isNew || known.isOlderThan(MAX_UNSEEN, now);
  }

  @Override
  public JWKSet publicKeys() {
    current();
    var known = loaded;
    var recent = known.isOlderThan(MIN_PAUSE, clock.instant()) ? load() : known;
    List<JWK> keys = recent.keys().values().stream().map(key -> (JWK) key.publicKey()).toList();
    return new JWKSet(keys);
  }

  /** Deletes keys that no longer verify any token. */
  public static int purge(Handle tx, Instant now, int limit) {
    return new SigningKeyDao(tx).deleteOver(now, limit);
  }
}
