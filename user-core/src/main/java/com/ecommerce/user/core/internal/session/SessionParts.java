package com.ecommerce.user.core.internal.session;

import com.ecommerce.user.core.internal.account.JdbiUsers;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.credential.SignInListener;
import com.ecommerce.user.core.internal.credential.SignInOrigins;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.event.EventLog;
import com.ecommerce.user.core.internal.event.JdbiSecurityLog;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.internal.token.SharedSecret;
import com.ecommerce.user.core.internal.token.SigningKeys;
import com.ecommerce.user.core.internal.token.TokenKeys;
import com.ecommerce.user.core.internal.token.VerifiedTokens;
import com.ecommerce.user.core.page.PageTokens;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.Uuids;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * Assembles the parts of this feature, for {@code UserCore}: first the part that ends sessions,
 * which accounts and passwords need, then the sessions, which need accounts and passwords.
 */
public final class SessionParts {
  private static final Duration KEPT_AFTER_END = Duration.ofDays(1);

  private final Needs needs;
  private final SessionCache checks;
  private final SessionTerminator terminator;
  private final AccessTokens tokens;
  private final ClientCache clientChecks;

  /**
   * The dependencies of the feature.
   *
   * @param readers read the data that tokens are verified with from the database
   * @param maxTokenBytes the approximate memory of cached tokens
   */
  public record Needs(
      TokenSettings settings,
      Database database,
      Executor readers,
      Clock clock,
      Uuids ids,
      SecureRandom random,
      ServiceKeys keys,
      EventLog events,
      JdbiSecurityLog security,
      LongSupplier nanoTime,
      long maxTokenBytes) {}

  /**
   * Creates the parts that do not need accounts and passwords.
   *
   * @param checks the cache of sessions
   */
  public SessionParts(Needs needs, SessionCache checks) {
    this.needs = needs;
    this.checks = checks;
    clientChecks = new ClientCache(needs.database, needs.readers, needs.nanoTime);
    terminator = new SessionTerminator(needs.clock, needs.events, checks);
    tokens =
        new AccessTokens(
            needs.settings,
            needs.clock,
            needs.ids,
            keys(needs),
            new VerifiedTokens(needs.clock, needs.nanoTime, needs.maxTokenBytes));
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
                    needs.database, needs.readers, needs.clock, needs.random, lifetime));
  }

  /** Returns the check that a session has verified the password recently. */
  public RecentProof recentProof() {
    return new RecentProof(needs.clock);
  }

  /** Returns the observer of changes of accounts and passwords. */
  public SessionTerminator terminator() {
    return terminator;
  }

  /**
   * Returns the sessions.
   *
   * @param revocationCheck checks calls that end all sessions of a user
   * @param observers called for sign-ins from new networks and devices
   */
  public JdbiSessions sessions(
      JdbiUsers users,
      JdbiPasswords passwords,
      TransactionCheck revocationCheck,
      SignInOrigins origins,
      List<? extends SignInListener> observers) {
    var refreshTokens = new RefreshTokens(needs.keys, needs.random);
    var grants =
        new SessionGrants(
            needs.settings,
            needs.clock,
            needs.ids,
            refreshTokens,
            needs.events,
            needs.security,
            terminator);
    var authentication = new Authentication(tokens, checks, clientChecks, needs.clock);
    var signIns = new SignIns(users, grants, origins, observers);
    return new JdbiSessions(
        needs.database,
        users,
        passwords,
        signIns,
        grants,
        terminator,
        tokens,
        new PageTokens(needs.keys),
        authentication,
        revocationCheck);
  }

  public JdbiServiceClients serviceClients() {
    return new JdbiServiceClients(
        needs.database,
        needs.clock,
        needs.ids,
        needs.random,
        needs.events,
        needs.security,
        tokens,
        clientChecks);
  }

  /**
   * Returns the jobs that delete sessions a day after they ended, and keys that no longer verify
   * any token.
   */
  public List<Purge> purges() {
    return List.of(
        (tx, now, limit) -> new SessionDao(tx).deleteOver(now.minus(KEPT_AFTER_END), limit),
        SigningKeys::purge);
  }
}
