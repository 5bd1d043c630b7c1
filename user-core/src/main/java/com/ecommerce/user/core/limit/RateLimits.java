package com.ecommerce.user.core.limit;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.internal.Stages;
import com.ecommerce.user.core.session.Caller;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * Limits how often callers call. A caller is the user or service that the access token names, else
 * the client network. Transports ask it for each call once it is known who calls, before they look
 * at the request. Never blocks. Thread-safe.
 *
 * <p>Presets do not hold for services and admins, which call for many; what the operator chose
 * holds for everyone.
 */
public final class RateLimits {
  /** Counts all calls of a caller. */
  public static final String CALLER = "caller";

  /** How much higher presets are where all callers are trusted. */
  public static final int TRUSTED_FACTOR = 10;

  private static final CompletableFuture<Admission> UNLIMITED =
      CompletableFuture.completedFuture(Admission.UNLIMITED);

  private final RateLimitSettings settings;
  private final BucketStore store;
  private final LocalBuckets badTokens;
  private final int presetFactor;
  private final Map<LimitedMethod, LongAdder> refusals;

  /**
   * @param store counts the calls
   * @param badTokens counts the calls with bad tokens, whose cost is this process's alone
   */
  public RateLimits(RateLimitSettings settings, BucketStore store, LocalBuckets badTokens) {
    this(settings, store, badTokens, 1, new EnumMap<>(LimitedMethod.class));
    for (LimitedMethod method : LimitedMethod.values()) {
      refusals.put(method, new LongAdder());
    }
  }

  private RateLimits(
      RateLimitSettings settings,
      BucketStore store,
      LocalBuckets badTokens,
      int presetFactor,
      Map<LimitedMethod, LongAdder> refusals) {
    this.settings = settings;
    this.store = store;
    this.badTokens = badTokens;
    this.presetFactor = presetFactor;
    this.refusals = refusals;
  }

  /**
   * The same limits and the same counts, with presets that are {@link #TRUSTED_FACTOR} times as
   * high, for a transport whose callers are all trusted: gateways, each of which calls for many.
   */
  public RateLimits trusting() {
    return new RateLimits(settings, store, badTokens, TRUSTED_FACTOR, refusals);
  }

  /** Whether any call can be refused. */
  public boolean isAny() {
    for (LimitedMethod method : LimitedMethod.values()) {
      if (limits(method)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a call of the method can be refused; else there is no need to ask. */
  public boolean limits(LimitedMethod method) {
    return settings.perCaller().isPresent()
        || settings.methods().chosen(method).isPresent()
        || settings.methods().preset(method).isPresent();
  }

  /**
   * Counts a call, and says whether it may go on. A call counts for the caller first, then for its
   * method; one that the method's limit refuses has counted for the caller.
   *
   * @param network where the call comes from
   * @return never fails; done at once unless the counts are kept elsewhere
   */
  public CompletionStage<Admission> admit(Caller caller, String network, LimitedMethod method) {
    var perCaller = settings.perCaller();
    var ofMethod = rate(caller, method);
    if (perCaller.isEmpty() && ofMethod.isEmpty()) {
      return UNLIMITED;
    }
    String subject = subject(caller, network);
    CompletionStage<Admission> admission =
        perCaller.isEmpty()
            ? UNLIMITED
            : take(Admission.UNLIMITED, new BucketKey(CALLER, subject), perCaller.get());
    if (ofMethod.isPresent()) {
      var key = new BucketKey(method.title(), subject);
      admission =
          admission.thenCompose(
              first ->
                  first.refusal().isPresent()
                      ? CompletableFuture.completedFuture(first)
                      : take(first, key, ofMethod.get()));
    }
    return admission.thenApply(decided -> counted(decided, method));
  }

  private Optional<Rate> rate(Caller caller, LimitedMethod method) {
    var chosen = settings.methods().chosen(method);
    return chosen.isPresent() || callsForMany(caller)
        ? chosen
        : settings.methods().preset(method).map(preset -> preset.times(presetFactor));
  }

  private static boolean callsForMany(Caller caller) {
    return caller instanceof Caller.Service
        || (caller instanceof Caller.User user && user.roles().contains(Role.ADMIN));
  }

  private static String subject(Caller caller, String network) {
    return caller instanceof Caller.Anonymous
        ? "network:" + network
        : caller instanceof Caller.User user ? "user:" + user.id() : caller.actor().name();
  }

  private CompletionStage<Admission> take(Admission before, BucketKey key, Rate rate) {
    return store
        .take(key, rate)
        .thenApply(
            standing ->
                before.standings().isEmpty()
                    ? new Admission(List.of(standing))
                    : new Admission(List.of(before.standings().get(0), standing)));
  }

  private Admission counted(Admission admission, LimitedMethod method) {
    if (admission.refusal().isPresent()) {
      refusals.get(method).increment();
    }
    return admission;
  }

  /**
   * Finds out who calls, unless too many bad tokens came from the network of late: then no token
   * from there is looked at, since each look costs a signature's check.
   *
   * @return what the given one returns, or a failure with {@code RATE_LIMITED}
   */
  public CompletionStage<Caller> authenticate(
      String network, Supplier<CompletionStage<Caller>> look) {
    var rate = rate(Caller.ANONYMOUS, LimitedMethod.BAD_TOKEN);
    if (rate.isEmpty()) {
      return look.get();
    }
    var key = new BucketKey(LimitedMethod.BAD_TOKEN.title(), network);
    if (badTokens.isEmpty(key, rate.get())) {
      refusals.get(LimitedMethod.BAD_TOKEN).increment();
      return CompletableFuture.failedStage(Admission.refused(badTokens.takeNow(key, rate.get())));
    }
    return look.get()
        .whenComplete(
            (caller, failure) -> {
              if (failure != null
                  && Stages.unwrapped(failure).kind() == ErrorKind.UNAUTHENTICATED) {
                badTokens.takeNow(key, rate.get());
              }
            });
  }

  /** How many calls of the method were refused since the start, for metrics. */
  public long refusals(LimitedMethod method) {
    return refusals.get(method).sum();
  }
}
