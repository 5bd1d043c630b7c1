package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.session.ServiceClient;
import com.ecommerce.user.core.session.Session;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Makes and verifies access tokens, which are JWTs (RFC 7519) that follow RFC 8725: there is one
 * algorithm, which the token cannot choose, and a type of their own ({@code at+jwt}, RFC 9068), and
 * the issuer, audience and times are checked. Only canonical base64url is accepted. Thread-safe.
 */
public final class AccessTokens {
  /** The time by which the clock of the instance that made a token may be ahead. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final String SERVICE_ROLE = "service";
  private static final int MAX_LENGTH = 8_192;

  private final TokenSettings settings;
  private final Clock clock;
  private final Uuids ids;
  private final TokenKeys keys;
  private final VerifiedTokens verified;

  /**
   * A well-formed token that is not verified yet.
   *
   * @param text the canonical text
   */
  private record Parsed(String text, SignedJWT token) {
    String keyId() {
      return token.getHeader().getKeyID();
    }
  }

  public AccessTokens(
      TokenSettings settings, Clock clock, Uuids ids, TokenKeys keys, VerifiedTokens verified) {
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
    this.keys = keys;
    this.verified = verified;
  }

  /** Makes a token for a user's session. May block. */
  public String make(User user, Session session) {
    var roles = Role.highestFirst(user.roles()).map(Role::lowerCase).toList();
    var claims =
        claims(user.id().toString(), roles)
            .claim("user_id", user.id().toString())
            .claim("email", user.email().address())
            .claim("sid", session.id().toString());
    // OpenID Connect Core 1.0, section 2, defines the claim, in seconds.
    session.authenticatedAt().ifPresent(time -> claims.claim("auth_time", time.getEpochSecond()));
    return sign(claims);
  }

  /** Makes a token for another service. May block. */
  public String make(ServiceClient client) {
    return sign(
        claims(client.id().toString(), List.of(SERVICE_ROLE)).claim("client_name", client.name()));
  }

  private JWTClaimsSet.Builder claims(String subject, List<String> roles) {
    Instant now = clock.instant();
    return new JWTClaimsSet.Builder()
        .subject(subject)
        .claim("role", roles.get(0))
        .claim("roles", roles)
        .claim("token_type", "access")
        .jwtID(ids.next().toString())
        .issuer(settings.issuer())
        .audience(settings.audience())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(settings.accessLifetime())));
  }

  private String sign(JWTClaimsSet.Builder claims) {
    var signing = keys.signing();
    var header =
        new JWSHeader.Builder(keys.algorithm())
            .type(TYPE)
            .keyID(signing.keyId().orElse(null))
            .build();
    var token = new SignedJWT(header, claims.build());
    try {
      token.sign(signing.signer());
    } catch (JOSEException failed) {
      throw new IllegalStateException("an access token could not be signed", failed);
    }
    return canonical(token.serialize());
  }

  /**
   * Returns the token if the caches suffice to accept it: it was verified before, has not expired,
   * and its key is still in use. Never blocks.
   *
   * @param nowMillis since the epoch
   * @return null if the token must be verified first
   */
  public AccessToken known(String text, long nowMillis) {
    var known = verified.find(text);
    return known != null
            && nowMillis < known.expiresAt()
            && keys.isInMemory(known.keyId(), nowMillis)
        ? known.token()
        : null;
  }

  /**
   * Verifies a token. Never blocks.
   *
   * @return fails with {@code CREDENTIALS_INVALID}
   */
  public CompletionStage<AccessToken> verifyAsync(String text) {
    Parsed parsed;
    try {
      parsed = parse(text);
    } catch (UserServiceException malformed) {
      return CompletableFuture.failedStage(malformed);
    }
    return keys.findAsync(parsed.keyId()).thenApply(verifier -> verify(parsed, verifier));
  }

  /**
   * Does the same as {@link #verifyAsync}, but may block.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID}
   */
  public AccessToken verify(String text) {
    var parsed = parse(text);
    return verify(parsed, keys.find(parsed.keyId()));
  }

  private Parsed parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid();
    }
    try {
      String canonical = canonical(text);
      var token = SignedJWT.parse(canonical);
      var header = token.getHeader();
      if (header.getAlgorithm().equals(keys.algorithm()) && TYPE.equals(header.getType())) {
        return new Parsed(canonical, token);
      }
    } catch (ParseException | RuntimeException malformed) {
      // The library does not handle all input that clients may send, such as a header that is null.
      throw invalid();
    }
    throw invalid();
  }

  /**
   * Returns the canonical text of the token, with the signature that {@link TokenKeys#canonical}
   * chooses.
   *
   * @throws IllegalArgumentException unless there are three parts, each canonical base64url
   */
  private String canonical(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("not three parts");
    }
    Base64Url.decode(parts[0]);
    Base64Url.decode(parts[1]);
    byte[] signature = keys.canonical(Base64Url.decode(parts[2]));
    return parts[0] + "." + parts[1] + "." + Base64Url.encode(signature);
  }

  private AccessToken verify(Parsed parsed, Optional<JWSVerifier> verifier) {
    if (verifier.isEmpty()) {
      throw invalid();
    }
    var known = verified.find(parsed.text());
    var content = known != null ? known.token() : verifyAnew(parsed.token(), verifier.get());
    if (!clock.instant().isBefore(content.expiresAt())) {
      throw invalid();
    }
    if (known == null) {
      long expiresAt = content.expiresAt().toEpochMilli();
      verified.put(parsed.text(), new VerifiedTokens.Verified(content, parsed.keyId(), expiresAt));
    }
    return content;
  }

  private AccessToken verifyAnew(SignedJWT token, JWSVerifier verifier) {
    try {
      if (!token.verify(verifier)) {
        throw invalid();
      }
      return read(token.getJWTClaimsSet());
    } catch (JOSEException | ParseException | InvalidValueException wrong) {
      throw invalid();
    }
  }

  private AccessToken read(JWTClaimsSet claims) throws ParseException {
    boolean isOurs =
        settings.issuer().equals(claims.getIssuer())
            && claims.getAudience().contains(settings.audience())
            && "access".equals(claims.getStringClaim("token_type"));
    boolean isTimely =
        hasBegun(claims.getIssueTime())
            && (claims.getNotBeforeTime() == null || hasBegun(claims.getNotBeforeTime()));
    if (!isOurs || !isTimely || claims.getExpirationTime() == null || livesTooLong(claims)) {
      throw invalid();
    }
    Instant expiresAt = claims.getExpirationTime().toInstant();
    if (SERVICE_ROLE.equals(claims.getStringClaim("role"))) {
      return new AccessToken.OfService(Uuids.parse(claims.getSubject()), expiresAt);
    }
    return new AccessToken.OfUser(
        UserId.parse(claims.getSubject()),
        SessionId.parse(claims.getStringClaim("sid")),
        expiresAt);
  }

  /**
   * Returns whether a token has a longer lifetime than the tokens of this service. Others who know
   * a shared secret could sign such tokens.
   */
  private boolean livesTooLong(JWTClaimsSet claims) {
    var lifetime =
        Duration.between(claims.getIssueTime().toInstant(), claims.getExpirationTime().toInstant());
    return settings.sharedSecret().isPresent()
        && (lifetime.isNegative() || lifetime.compareTo(settings.accessLifetime()) > 0);
  }

  private boolean hasBegun(Date time) {
    return time != null && !time.toInstant().isAfter(clock.instant().plus(LEEWAY));
  }

  public static UserServiceException invalid() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_INVALID, "not a valid access token (expected: a current one)");
  }

  public Duration lifetime() {
    return settings.accessLifetime();
  }

  /**
   * Returns the public keys as a JWK set (RFC 7517), for other services that verify tokens. The set
   * is empty if a shared secret is configured. May block.
   */
  public String jwkSetJson() {
    return keys.publicKeys().toString();
  }
}
