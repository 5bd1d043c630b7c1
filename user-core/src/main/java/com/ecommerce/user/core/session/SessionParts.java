package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Users;
import com.ecommerce.user.core.credential.Passwords;
import com.ecommerce.user.core.event.EventLog;
import com.ecommerce.user.core.internal.Database;
import com.ecommerce.user.core.internal.ServiceKeys;
import com.ecommerce.user.core.value.Uuids;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executor;

/**
 * Puts the parts of this feature together, for {@code UserCore}: first what ends sessions, which
 * accounts and passwords need, then the sessions, which need those.
 */
public final class SessionParts {
  private final Needs needs;
  private final SessionChecks checks;
  private final SessionEnds ends;
  private final AccessTokens tokens;

  /** What the feature needs of others. */
  public record Needs(
      TokenSettings settings,
      Database database,
      Executor executor,
      Clock clock,
      Uuids ids,
      SecureRandom random,
      ServiceKeys keys,
      EventLog events) {}

  public SessionParts(Needs needs) {
    this.needs = needs;
    checks = new SessionChecks(needs.database, needs.executor, needs.clock);
    ends = new SessionEnds(needs.clock, needs.events, checks);
    tokens = new AccessTokens(needs.settings, needs.clock, needs.ids, keys(needs));
  }

  private static TokenKeys keys(Needs needs) {
    var lifetime = needs.settings.accessLifetime();
    return needs
        .settings
        .sharedSecret()
        .<TokenKeys>map(SharedSecret::new)
        .orElseGet(
            () ->
                new SigningKeys(
                    needs.database, needs.executor, needs.clock, needs.random, lifetime));
  }

  /** What accounts and passwords tell of their changes. */
  public SessionEnds ends() {
    return ends;
  }

  public Sessions sessions(Users users, Passwords passwords) {
    var refreshTokens = new RefreshTokens(needs.keys, needs.random);
    var grants =
        new SessionGrants(
            needs.settings, needs.clock, needs.ids, refreshTokens, needs.events, ends);
    var authentication = new Authentication(tokens, checks, needs.clock);
    return new Sessions(needs.database, users, passwords, grants, ends, tokens, authentication);
  }

  public ServiceClients serviceClients() {
    return new ServiceClients(needs.database, needs.clock, needs.ids, needs.random, tokens);
  }
}
