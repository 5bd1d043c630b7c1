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
 * the client network. A user's call counts for the client network, too, so that many accounts do
 * not multiply what one network may do: limits of methods, which are made for networks, hold for
 * all users of a network together, and the limit of a caller holds for them together {@link
 * #NETWORK_FACTOR} times. Transports ask it for each call once it is known who calls, before they
 * look at the request. Never blocks. Thread-safe.
 *
 * <p>Services and admins call for many, and so count for themselves alone. So do users where all
 * callers are trusted ({@link #trusting}): a network is a gateway there, whose users are many.
 *
 * <p>Presets do not hold for services and admins, which call for many; what the operator chose
 * holds for everyone.
 */
public final class RateLimits {
  /** Counts all calls of a caller. */
  public static final String CALLER = "caller";

  /** How much higher presets are where all callers are trusted. */
  public static final int TRUSTED_FACTOR = 10;

  /** How many callers at their limit all users of a network may make up. */
  public static final int NETWORK_FACTOR = 10;

  private static final String NETWORK = "network:";

  private static final CompletableFuture<Admission> UNLIMITED =
      CompletableFuture.completedFuture(Admission.UNLIMITED);

  private final RateLimitSettings settings;
  private final Map<LimitedMethod, Rate> presets;
  private final BucketStore store;
  private final LocalBuckets badTokens;
  private final int presetFactor;
  private final Map<LimitedMethod, LongAdder> refusals;

  /**
   * Limits that have counted nothing yet.
   *
   * @param presets the rates of methods for which the settings choose nothing, as {@link
   *     MethodLimits#presets} gives them
   * @param store counts the calls
   * @param badTokens counts the calls with bad tokens, whose cost is this process's alone
   */
  public RateLimits(
      RateLimitSettings settings,
      Map<LimitedMethod, Rate> presets,
      BucketStore store,
      LocalBuckets badTokens) {
    this(settings, presets, store, badTokens, 1, new EnumMap<>(LimitedMethod.class));
    for (LimitedMethod method : LimitedMethod.values()) {
      refusals.put(method, new LongAdder());
    }
  }

  private RateLimits(
      RateLimitSettings settings,
      Map<LimitedMethod, Rate> presets,
      BucketStore store,
      LocalBuckets badTokens,
      int presetFactor,
      Map<LimitedMethod, LongAdder> refusals) {
    this.settings = settings;
    this.presets = presets;
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
    return new RateLimits(settings, presets, store, badTokens, TRUSTED_FACTOR, refusals);
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
        || preset(method).isPresent();
  }

  private Optional<Rate> preset(LimitedMethod method) {
    return settings.methods().isChosen(method)
        ? Optional.empty()
        : Optional.ofNullable(presets.get(method));
  }

  /**
   * Counts a call, and says whether it may go on. A call counts for the caller first, then for its
   * method; one that the method's limit refuses has counted for the caller. Each of the two counts
   * for the user first, then for the network; one that the network's count refuses has counted for
   * the user.
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
    var ofNetwork = countsForNetwork(caller) ? Optional.of(network) : Optional.<String>empty();
    CompletionStage<Admission> admission =
        perCaller
            .map(
                rate ->
                    take(
                        Admission.UNLIMITED,
                        new Count(new BucketKey(CALLER, subject), rate),
                        ofNetwork.map(shared -> ofUsers(shared, rate))))
            .orElse(UNLIMITED);
    if (ofMethod.isPresent()) {
      String title = method.title();
      var own = new Count(new BucketKey(title, subject), ofMethod.get());
      var shared =
          ofNetwork.map(known -> new Count(new BucketKey(title, NETWORK + known), own.rate()));
      admission =
          admission.thenCompose(
              first ->
                  first.refusal().isPresent()
                      ? CompletableFuture.completedFuture(first)
                      : take(first, own, shared));
    }
    return admission.thenApply(decided -> counted(decided, method));
  }

  private Optional<Rate> rate(Caller caller, LimitedMethod method) {
    var chosen = settings.methods().chosen(method);
    return chosen.isPresent() || callsForMany(caller)
        ? chosen
        : preset(method).map(preset -> preset.times(presetFactor));
  }

  private static boolean callsForMany(Caller caller) {
    return caller instanceof Caller.Service
        || (caller instanceof Caller.User user && user.roles().contains(Role.ADMIN));
  }

  /** One of the counts that a call takes part in. */
  private record Count(BucketKey key, Rate rate) {}

  private static Count ofUsers(String network, Rate rate) {
    return new Count(new BucketKey(CALLER, "users:" + network), rate.times(NETWORK_FACTOR));
  }

  private static String subject(Caller caller, String network) {
    return caller instanceof Caller.Anonymous
        ? NETWORK + network
        : caller instanceof Caller.User user ? "user:" + user.id() : caller.actor().name();
  }

  private boolean countsForNetwork(Caller caller) {
    return caller instanceof Caller.User && !callsForMany(caller) && presetFactor == 1;
  }

  private CompletionStage<Admission> take(Admission before, Count own, Optional<Count> shared) {
    CompletionStage<Standing> standing = store.take(own.key(), own.rate());
    if (shared.isPresent()) {
      var second = shared.get();
      standing =
          standing.thenCompose(
              first ->
                  first.granted()
                      ? store
                          .take(second.key(), second.rate())
                          .thenApply(ofAll -> narrower(first, ofAll))
                      : CompletableFuture.completedFuture(first));
    }
    return standing.thenApply(
        known ->
            before.standings().isEmpty()
                ? new Admission(List.of(known))
                : new Admission(List.of(before.standings().get(0), known)));
  }

  /** The one that says more about when calls are refused. */
  private static Standing narrower(Standing first, Standing second) {
    return second.granted() && second.remaining() > first.remaining() ? first : second;
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
