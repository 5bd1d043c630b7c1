package com.ecommerce.user.core;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.internal.account.Accounts;
import com.ecommerce.user.core.internal.credential.JdbiPasswords;
import com.ecommerce.user.core.internal.credential.SignInListener;
import com.ecommerce.user.core.internal.credential.SignInOrigins;
import com.ecommerce.user.core.internal.db.TransactionCheck;
import com.ecommerce.user.core.internal.page.PageTokens;
import com.ecommerce.user.core.internal.session.Authentication;
import com.ecommerce.user.core.internal.session.ClientCache;
import com.ecommerce.user.core.internal.session.JdbiServiceClients;
import com.ecommerce.user.core.internal.session.JdbiSessions;
import com.ecommerce.user.core.internal.session.Logins;
import com.ecommerce.user.core.internal.session.RecentProof;
import com.ecommerce.user.core.internal.session.RefreshTokens;
import com.ecommerce.user.core.internal.session.SessionCache;
import com.ecommerce.user.core.internal.session.SessionGrants;
import com.ecommerce.user.core.internal.session.SessionReads;
import com.ecommerce.user.core.internal.session.SessionTerminator;
import com.ecommerce.user.core.internal.session.SignIns;
import com.ecommerce.user.core.internal.token.AccessTokens;
import com.ecommerce.user.core.internal.token.SharedSecret;
import com.ecommerce.user.core.internal.token.SigningKeys;
import com.ecommerce.user.core.internal.token.TokenKeys;
import com.ecommerce.user.core.internal.token.VerifiedTokens;
import com.ecommerce.user.core.session.TokenSettings;
import java.util.List;

/**
 * Puts the parts of sessions together: first what ends sessions, which accounts and passwords need,
 * then the use cases of sessions, which need those.
 */
final class SessionParts {
  /**
   * The minimum memory for sessions, and for tokens: room for some 8,000 sessions or 4,000 tokens.
   * Above that, each gets a quarter of the memory of users.
   */
  private static final long MIN_BYTES = 4L << 20;

  private static final int SHARE = 4;

  final SessionCache cache;
  final SessionTerminator terminator;
  final JdbiServiceClients serviceClients;
  private final Infrastructure shared;
  private final TokenSettings settings;
  private final RecentProof recentProof;
  private final AccessTokens tokens;
  private final Authentication authentication;

  SessionParts(Infrastructure shared, UserCore.Builder builder) {
    this.shared = shared;
    settings = builder.tokens;
    long bytes = Math.max(MIN_BYTES, builder.cacheBytes / SHARE);
    cache = new SessionCache(shared.eventFeed, bytes, shared.nanoTime);
    terminator = new SessionTerminator(shared.clock, shared.events, shared.securityLog, cache);
    recentProof = new RecentProof(shared.clock);
    tokens =
        new AccessTokens(
            settings,
            shared.clock,
            shared.ids,
            keys(),
            new VerifiedTokens(shared.clock, shared.nanoTime, bytes));
    var clients = new ClientCache(shared.database, shared.readers, shared.nanoTime);
    serviceClients =
        new JdbiServiceClients(
            shared.database,
            shared.clock,
            shared.ids,
            shared.random,
            shared.events,
            shared.securityLog,
            tokens,
            clients);
    var reads =
        new SessionReads(
            shared.database,
            cache,
            shared.readers,
            builder.database.readConcurrency(),
            shared.clock,
            shared.nanoTime);
    authentication = new Authentication(tokens, reads, clients, shared.clock);
  }

  private TokenKeys keys() {
    return settings
        .sharedSecret()
        .<TokenKeys>map(SharedSecret::new)
        .orElseGet(
            () ->
                new SigningKeys(
                    shared.database,
                    shared.readers,
                    shared.clock,
                    shared.random,
                    settings.accessLifetime()));
  }

  /** Returns the check that the operation needs in addition to the right. */
  TransactionCheck check(Operation operation) {
    return operation.needsRecentProof() ? recentProof : TransactionCheck.NONE;
  }

  /**
   * Returns the use cases of sessions.
   *
   * @param listeners called for sign-ins from new networks and devices
   */
  JdbiSessions sessions(
      Accounts accounts,
      JdbiPasswords passwords,
      SignInOrigins origins,
      List<? extends SignInListener> listeners) {
    var grants =
        new SessionGrants(
            settings,
            shared.clock,
            shared.ids,
            new RefreshTokens(shared.keys, shared.random),
            shared.events,
            terminator,
            shared.writes);
    var signIns = new SignIns(accounts, grants, origins, listeners);
    return new JdbiSessions(
        shared.database,
        shared.writes,
        accounts,
        new Logins(shared.database, accounts, passwords, signIns, grants, tokens),
        authentication,
        grants,
        terminator,
        new PageTokens(shared.keys),
        check(Operation.REVOKE_ALL_SESSIONS));
  }
}
