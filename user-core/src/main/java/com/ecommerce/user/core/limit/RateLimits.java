package com.ecommerce.user.core.limit;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorKind;
import com.ecommerce.user.core.internal.concurrent.Stages;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.TokenCheck;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/**
 * Limits how often callers call. A caller is the user or service that the access token names, else
 * the client network. A user's call also counts for the client network, so many accounts do not
 * multiply the limits of one network: all users of a network together share one limit of each
 * method, and {@link #NETWORK_FACTOR} times the limit of a caller. Transports count each call when
 * its caller is known, before they look at the request. Never blocks. Thread-safe.
 *
 * <p>Services and admins call on behalf of many users and count only for themselves. So do users
 * where all callers are trusted ({@link #trusting}), since a network is usually a gateway there.
 *
 * <p>Default rates do not apply to services and admins; rates that the operator sets apply to
 * everyone.
 */
public final class RateLimits {
  /** The name of the limit for all calls of a caller. */
  public static final String CALLER = "caller";

  /** The factor by which presets are higher where all callers are trusted. */
  public static final int TRUSTED_FACTOR = 10;

  /** The limit of all users of a network together, as a multiple of the limit of one caller. */
  public static final int NETWORK_FACTOR = 10;

  private static final String NETWORK = "network:";

  private static final CompletableFuture<Admission> UNLIMITED =
      CompletableFuture.completedFuture(Admission.UNLIMITED);

  private final RateLimitSettings settings;
  private final Map<Operation, Rate> presets;
  private final BucketStore store;
  private final LocalBuckets badTokens;
  private final int presetFactor;
  private final Map<Operation, LongAdder> refusals;

  /**
   * Creates limits that have counted nothing yet.
   *
   * @param presets the rates of methods for which the settings specify none, from {@link
   *     MethodLimits#presets}
   * @param store counts the calls
   * @param badTokens counts the calls with bad tokens, whose cost is this process's alone
   */
  public RateLimits(
      RateLimitSettings settings,
      Map<Operation, Rate> presets,
      BucketStore store,
      LocalBuckets badTokens) {
    this(settings, presets, store, badTokens, 1, new EnumMap<>(Operation.class));
    for (Operation method : Operation.values()) {
      refusals.put(method, new LongAdder());
    }
  }

  private RateLimits(
      RateLimitSettings settings,
      Map<Operation, Rate> presets,
      BucketStore store,
      LocalBuckets badTokens,
      int presetFactor,
      Map<Operation, LongAdder> refusals) {
    this.settings = settings;
    this.presets = presets;
    this.store = store;
    this.badTokens = badTokens;
    this.presetFactor = presetFactor;
    this.refusals = refusals;
  }

  /**
   * Returns the same limits and counts with presets that are {@link #TRUSTED_FACTOR} times as high,
   * for a transport whose callers are all trusted, such as gateways that call for many users.
   */
  public RateLimits trusting() {
    return new RateLimits(settings, presets, store, badTokens, TRUSTED_FACTOR, refusals);
  }

  /** Returns whether any call can be refused. */
  public boolean isAny() {
    for (Operation method : Operation.values()) {
      if (limits(method)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a call of the method can be refused; if not, callers need not check. */
  public boolean limits(Operation method) {
    requireNonNull(method, "method");
    return method.isLimited()
        && (settings.perCaller().isPresent()
            || settings.methods().chosen(method).isPresent()
            || preset(method).isPresent());
  }

  private Optional<Rate> preset(Operation method) {
    return settings.methods().isChosen(method)
        ? Optional.empty()
        : Optional.ofNullable(presets.get(method));
  }

  /**
   * Counts a call, and returns whether it may proceed. A call counts for the caller first, then for
   * its method; a call that the limit of the method refuses still counts for the caller. Each of
   * the two counts for the user first, then for the network; a call that the limit of the network
   * refuses still counts for the user.
   *
   * @param network the client network of the call
   * @return never fails; done at once unless the counts are kept elsewhere
   */
  public CompletionStage<Admission> admit(Caller caller, String network, Operation method) {
    requireNonNull(caller, "caller");
    requireNonNull(network, "network");
    requireNonNull(method, "method");
    var perCaller = settings.perCaller();
    var ofMethod = rate(caller, method);
    if (perCaller.isEmpty() && ofMethod.isEmpty()) {
      return UNLIMITED;
    }
    String subject = subject(caller, network);
    boolean countsForNetwork = countsForNetwork(caller);
    List<BucketLimit> buckets = new ArrayList<>();
    perCaller.ifPresent(
        rate -> {
          buckets.add(new BucketLimit(new BucketKey(CALLER, subject), rate));
          if (countsForNetwork) {
            var ofUsers = new BucketKey(CALLER, "users:" + network);
            buckets.add(new BucketLimit(ofUsers, rate.times(NETWORK_FACTOR)));
          }
        });
    ofMethod.ifPresent(
        rate -> {
          buckets.add(new BucketLimit(new BucketKey(method.title(), subject), rate));
          if (countsForNetwork) {
            var ofNetwork = new BucketKey(method.title(), NETWORK + network);
            buckets.add(new BucketLimit(ofNetwork, rate));
          }
        });
    return store.tryConsume(buckets).thenApply(results -> counted(admission(results), method));
  }

  private Optional<Rate> rate(Caller caller, Operation method) {
    var chosen = settings.methods().chosen(method);
    return chosen.isPresent() || callsForMany(caller)
        ? chosen
        : preset(method).map(preset -> preset.times(presetFactor));
  }

  private static boolean callsForMany(Caller caller) {
    return caller instanceof Caller.Service
        || (caller instanceof Caller.User user && user.roles().contains(Role.ADMIN));
  }

  private static String subject(Caller caller, String network) {
    return caller instanceof Caller.Anonymous
        ? NETWORK + network
        : caller instanceof Caller.User user ? "user:" + user.id() : caller.actor().name();
  }

  private boolean countsForNetwork(Caller caller) {
    return caller instanceof Caller.User && !callsForMany(caller) && presetFactor == 1;
  }

  /** Keeps one result for each limit: that of the caller, or that of the network. */
  private static Admission admission(List<LimitResult> results) {
    Map<String, LimitResult> byLimit = new LinkedHashMap<>();
    results.forEach(result -> byLimit.merge(result.limit(), result, RateLimits::narrower));
    return new Admission(List.copyOf(byLimit.values()));
  }

  /** Returns the one that is closer to refusing calls. */
  private static LimitResult narrower(LimitResult first, LimitResult second) {
    return second.granted() && second.remaining() > first.remaining() ? first : second;
  }

  private Admission counted(Admission admission, Operation method) {
    if (admission.refusal().isPresent()) {
      refusals.get(method).increment();
    }
    return admission;
  }

  /**
   * Authenticates the caller. If the network recently sent too many bad tokens, tokens from it are
   * refused without a check of the signature, except for those that this instance has verified
   * before, so that other clients in the network are not affected.
   *
   * @return the caller, or a failure; {@code RATE_LIMITED} if the token was refused unchecked
   */
  public CompletionStage<Caller> authenticate(String network, TokenCheck check) {
    requireNonNull(network, "network");
    requireNonNull(check, "check");
    var rate = rate(Caller.ANONYMOUS, Operation.BAD_TOKEN);
    if (rate.isEmpty()) {
      return check.find();
    }
    var key = new BucketKey(Operation.BAD_TOKEN.title(), network);
    if (badTokens.isEmpty(key, rate.get())) {
      if (check.isVerified()) {
        return check.find();
      }
      refusals.get(Operation.BAD_TOKEN).increment();
      return CompletableFuture.failedStage(
          Admission.refused(badTokens.tryConsume(key, rate.get())));
    }
    return check
        .find()
        .whenComplete(
            (caller, failure) -> {
              if (failure != null && Stages.expected(failure).kind() == ErrorKind.UNAUTHENTICATED) {
                badTokens.tryConsume(key, rate.get());
              }
            });
  }

  /** Returns the number of calls of the method that were refused since the start, for metrics. */
  public long refusals(Operation method) {
    requireNonNull(method, "method");
    return refusals.get(method).sum();
  }
}
