package com.ecommerce.user.core.internal.verification;

import com.ecommerce.user.core.account.Email;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.db.MultiTableStatement;
import com.ecommerce.user.core.internal.db.Purge;
import com.ecommerce.user.core.internal.mail.MailLimit;
import com.ecommerce.user.core.internal.mail.MailLimits;
import com.ecommerce.user.core.internal.mail.MailTokens;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.mail.LinkLifetimes;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.ecommerce.user.core.verification.LinkState;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Single-use tokens, bound to a user and a purpose. A new token voids the older ones of its
 * purpose. Tokens that stop or undo changes of email are an exception: an attacker must not be able
 * to void the owner's links with another change. Thread-safe.
 *
 * <p>A token has no secret when it is issued. Every copy of its mail gets a secret of its own, 256
 * random bits in base64url, and the database stores the SHA-256 of each. The first one that is used
 * marks the token as used.
 */
public final class Tokens implements MailTokens, Purge {
  private static final int SECRET_BYTES = 32;

  /**
   * The time for which a link that was clicked twice can be distinguished from one that never
   * existed.
   */
  private static final Duration KEEP_EXPIRED = Duration.ofDays(7);

  private final Clock clock;
  private final Uuids ids;
  private final SecureRandom random;
  private final LinkLifetimes lifetimes;
  private final MailLimits limits;

  public Tokens(
      Clock clock, Uuids ids, SecureRandom random, LinkLifetimes lifetimes, MailLimits limits) {
    this.clock = clock;
    this.ids = ids;
    this.random = random;
    this.lifetimes = lifetimes;
    this.limits = limits;
  }

  /**
   * Issues a token in a transaction that has locked the user.
   *
   * @param requested whether the user requested it
   */
  UUID issue(Handle tx, TokenPurpose purpose, UserId user, Email email, boolean requested) {
    return issue(tx, purpose, user, email, requested, clock.instant());
  }

  private UUID issue(
      Handle tx,
      TokenPurpose purpose,
      UserId user,
      Email email,
      boolean requested,
      Instant requestedAt) {
    var dao = new TokenDao(tx);
    dao.voidAll(user.value(), purpose, clock.instant());
    var token = token(purpose, user, email, requested, requestedAt);
    dao.insert(token);
    return token.id();
  }

  /** Does the same as {@link #issue}, but does not void the older tokens of the purpose. */
  UUID issueBeside(Handle tx, TokenPurpose purpose, UserId user, Email email, Instant requestedAt) {
    var token = token(purpose, user, email, false, requestedAt);
    new TokenDao(tx).insert(token);
    return token.id();
  }

  /**
   * Issues the first token of a user, as a part of the statement that creates the user.
   *
   * @param allowed the part of the statement that must return a row for the token to be issued
   */
  UUID issueFirst(
      MultiTableStatement creation,
      String allowed,
      TokenPurpose purpose,
      UserId user,
      Email email,
      Instant createdAt) {
    var token = token(purpose, user, email, false, createdAt);
    creation.add(TokenDao.insertIf(allowed), insert -> insert.bindMethods("token", token));
    return token.id();
  }

  private TokenDao.NewToken token(
      TokenPurpose purpose, UserId user, Email email, boolean requested, Instant requestedAt) {
    Instant expiresAt = requestedAt.plus(lifetime(purpose));
    return new TokenDao.NewToken(
        ids.next(), user.value(), purpose, email.address(), requested, requestedAt, expiresAt);
  }

  /**
   * Issues a token for a reset that is requested now; see {@link #issueReset(Handle, Email,
   * Instant)}.
   */
  Optional<Issued> issueReset(Handle tx, Email address) {
    return issueReset(tx, address, clock.instant());
  }

  @Override
  public Optional<Issued> issueReset(Handle tx, Email address, Instant requestedAt) {
    var purpose = TokenPurpose.RESET_PASSWORD;
    var dao = new TokenDao(tx);
    return dao.lockOpenAccount(address.address())
        // A separate statement also sees changes that were committed while this transaction waited
        // for the lock.
        .filter(user -> !dao.hasNewPasswordSince(user, requestedAt))
        .map(UserId::new)
        .filter(user -> limits.tryConsume(tx, MailLimit.RESET_LINK, address, requestedAt).isEmpty())
        .map(user -> new Issued(user, issue(tx, purpose, user, address, true, requestedAt)));
  }

  @Override
  public Minted mint(Handle tx, UUID tokenId) {
    var dao = new TokenDao(tx);
    byte[] bits = new byte[SECRET_BYTES];
    random.nextBytes(bits);
    String secret = Base64Url.encode(bits);
    return dao.insertDigest(digest(secret), tokenId, clock.instant())
        .map(expiresAt -> new Minted(State.LIVE, secret, expiresAt))
        .orElseGet(() -> notLive(dao.find(tokenId)));
  }

  private static Minted notLive(Optional<Token> token) {
    return token
        .filter(found -> !found.isUsed() && !found.isVoid())
        .map(expired -> new Minted(State.EXPIRED, "", expired.expiresAt()))
        .orElseGet(() -> new Minted(State.OVER, "", Instant.MAX));
  }

  /**
   * Returns the token of a secret, in any state.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} if there is none for the purpose
   */
  Token find(Handle handle, TokenPurpose purpose, String secret) {
    return new TokenDao(handle)
        .findByDigest(digest(secret))
        .filter(token -> token.purpose() == purpose)
        .orElseThrow(Tokens::invalid);
  }

  /** Returns the token of a secret if it may still be used. */
  Optional<Token> findLive(Handle handle, TokenPurpose purpose, String secret) {
    return new TokenDao(handle)
        .findByDigest(digest(secret))
        .filter(token -> token.purpose() == purpose)
        .filter(token -> !token.isUsed() && !token.isVoid() && !token.isExpired(clock.instant()));
  }

  /** Returns the state of the token of a secret. */
  LinkState state(Handle handle, TokenPurpose purpose, String secret) {
    return new TokenDao(handle)
        .findByDigest(digest(secret))
        .filter(token -> token.purpose() == purpose)
        .map(this::state)
        .orElse(LinkState.UNKNOWN);
  }

  private LinkState state(Token token) {
    if (token.isUsed()) {
      return LinkState.USED;
    }
    if (token.isVoid()) {
      return LinkState.REPLACED;
    }
    return token.isExpired(clock.instant()) ? LinkState.EXPIRED : LinkState.USABLE;
  }

  /**
   * Does the same as {@link #find} after locking the token's user, so that the token does not
   * change until the end of the transaction.
   */
  Token findForUpdate(Handle tx, TokenPurpose purpose, String secret) {
    if (new TokenDao(tx).lockOwner(digest(secret)).isEmpty()) {
      throw invalid();
    }
    return find(tx, purpose, secret);
  }

  /**
   * Checks that the token may still be used.
   *
   * @throws UserServiceException with {@code TOKEN_INVALID} or {@code TOKEN_EXPIRED}
   */
  void requireLive(Token token) {
    if (token.isUsed() || token.isVoid()) {
      throw invalid();
    }
    if (token.isExpired(clock.instant())) {
      throw UserServiceException.invalid(
          ErrorReason.TOKEN_EXPIRED, "token", "expired (expected: the one of a newer mail)");
    }
  }

  void markUsed(Handle tx, Token token) {
    new TokenDao(tx).markUsed(token.id(), clock.instant());
  }

  /**
   * Voids the tokens that would verify an address that the user no longer has or requests, or that
   * is verified already.
   */
  void voidOutdatedVerifications(Handle tx, User user) {
    var unverified = user.emailVerified() ? Stream.<Email>empty() : Stream.of(user.email());
    String[] emails =
        Stream.concat(unverified, user.pendingEmail().stream())
            .map(Email::address)
            .toArray(String[]::new);
    new TokenDao(tx)
        .voidOthers(user.id().value(), TokenPurpose.VERIFY_EMAIL, emails, clock.instant());
  }

  /**
   * Voids the links that would set a password, after a change that makes them invalid. A change of
   * the password locks the credentials before the user, and a reset locks them in the opposite
   * order. If the two deadlock, the database ends one of them, which is retried.
   */
  void voidResets(Handle tx, UserId user) {
    var dao = new TokenDao(tx);
    dao.lockUser(user.value());
    dao.voidAll(user.value(), TokenPurpose.RESET_PASSWORD, clock.instant());
  }

  /** Voids the links that stop a change of email, after the change is completed or dropped. */
  void voidStops(Handle tx, UserId user) {
    new TokenDao(tx).voidAll(user.value(), TokenPurpose.STOP_EMAIL_CHANGE, clock.instant());
  }

  /** Voids the links that would restore the email that the user already has. */
  void voidUndosTo(Handle tx, UserId user, Email email) {
    new TokenDao(tx).voidUndosTo(user.value(), email.address(), clock.instant());
  }

  /**
   * Voids the links that would undo changes made after the change that the token undid, since they
   * were mailed to addresses that the account had only since then.
   */
  void voidUndosSince(Handle tx, Token token) {
    new TokenDao(tx).voidUndosSince(token.user().value(), token.id(), clock.instant());
  }

  static UserServiceException invalid() {
    return UserServiceException.invalid(
        ErrorReason.TOKEN_INVALID,
        "token",
        "unknown, used or replaced by a newer one (expected: the one of the newest mail)");
  }

  /**
   * Deletes tokens a week after they expired, with all digests of their secrets. Tokens of changes
   * of email are deleted as soon as they expire, since they contain an address that may no longer
   * be the user's.
   */
  @Override
  public int purge(Handle tx, Instant now, int limit) {
    var dao = new TokenDao(tx);
    int deleted = dao.deleteOverEmailChanges(now, limit);
    return deleted + dao.deleteExpired(now.minus(KEEP_EXPIRED), limit - deleted);
  }

  /**
   * Returns the digest of the text. It is not that of the decoded bits, since several base64 texts
   * can have the same bits.
   */
  private static byte[] digest(String secret) {
    return Digests.sha256(secret.getBytes(StandardCharsets.UTF_8));
  }

  private Duration lifetime(TokenPurpose purpose) {
    return switch (purpose) {
      case VERIFY_EMAIL -> lifetimes.verification();
      case RESET_PASSWORD -> lifetimes.reset();
      case STOP_EMAIL_CHANGE, UNDO_EMAIL_CHANGE -> LinkLifetimes.EMAIL_CHANGE;
    };
  }
}
