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
 * The key pairs that all instances on one database share: ES256. The first is made when it is first
 * needed. When the newest one is {@link #MAX_AGE} old, the next one is announced: all instances,
 * and others who verify with what is published, have {@link #ANNOUNCEMENT} to learn of it before it
 * signs. The old one signs until then, and verifies on until the last token that it signed is over.
 * No restart is needed. Thread-safe.
 */
public final class SigningKeys implements TokenKeys {
  static final Duration MAX_AGE = Duration.ofDays(30);

  /** Others may keep what is published for as long as this. */
  static final Duration ANNOUNCEMENT = Duration.ofDays(1);

  /**
   * The time for which an instance may still sign with a key after the key's time is over, since
   * clocks differ.
   */
  static final Duration OVERLAP = Duration.ofMinutes(10);

  /** Keys that were just read are not read again, whatever tokens name. */
  static final Duration MIN_PAUSE = Duration.ofSeconds(5);

  /** After this time the keys are read again, in case one was taken away. */
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
   * @param tokenLifetime how long a token lives at most
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
   * Returns whether the key may still sign: of several such keys the oldest one does, and the
   * newest has been announced.
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

  /** Of several instances that do this at the same time, one does it. */
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
      throw new IllegalStateException("every JDK has P-256", missing);
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

  /** Loads the keys; callers that ask meanwhile wait for the same query. */
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
   * Returns the one with the smaller s of the two valid signatures (r, s) and (r, n - s), where n
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

  /** Keys that were taken away stop to verify, and new ones begin to, without a restart. */
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

  /** Deletes keys that verify nothing any more. */
  public static int purge(Handle tx, Instant now, int limit) {
    return new SigningKeyDao(tx).deleteOver(now, limit);
  }
}
