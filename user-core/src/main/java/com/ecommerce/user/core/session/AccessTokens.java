package com.ecommerce.user.core.session;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.value.SessionId;
import com.ecommerce.user.core.value.TextRule;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.core.value.Uuids;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
 * Makes and verifies access tokens: JWTs (RFC 7519) as RFC 8725 wants them. One algorithm, which
 * the token cannot choose; a type of their own ({@code at+jwt}, RFC 9068), and issuer, audience and
 * times that must be right. Thread-safe.
 */
final class AccessTokens {
  /** How far the clock of the instance that made a token may be ahead. */
  static final Duration LEEWAY = Duration.ofSeconds(30);

  static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
  private static final String SERVICE_ROLE = "service";
  private static final int MAX_LENGTH = 8_192;

  /** Of the tokens seen last the signatures need not be verified again. */
  private static final int MAX_REMEMBERED = 10_000;

  private final TokenSettings settings;
  private final Clock clock;
  private final Uuids ids;
  private final TokenKeys keys;
  private final Cache<String, AccessToken> verified =
      Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).executor(Runnable::run).build();

  AccessTokens(TokenSettings settings, Clock clock, Uuids ids, TokenKeys keys) {
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
    this.keys = keys;
  }

  /** For a user's session. May block. */
  String make(User user, Session session) {
    var roles = Role.highestFirst(user.roles()).map(Role::lowerCase).toList();
    var claims =
        claims(user.id().toString(), roles)
            .claim("user_id", user.id().toString())
            .claim("email", user.email().address())
            .claim("sid", session.id().toString());
    // In seconds, as OpenID Connect Core 1.0, section 2, has it.
    session.authenticatedAt().ifPresent(time -> claims.claim("auth_time", time.getEpochSecond()));
    return sign(claims);
  }

  /** For another service. May block. */
  String make(ServiceClient client) {
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
    return token.serialize();
  }

  /**
   * Never blocks.
   *
   * @return fails with {@code CREDENTIALS_INVALID}
   */
  CompletionStage<AccessToken> verifyAsync(String text) {
    SignedJWT token;
    try {
      token = parse(text);
    } catch (UserServiceException malformed) {
      return CompletableFuture.failedStage(malformed);
    }
    return keys.findAsync(token.getHeader().getKeyID())
        .thenApply(verifier -> verify(text, token, verifier));
  }

  /**
   * As {@link #verifyAsync}. May block.
   *
   * @throws UserServiceException with {@code CREDENTIALS_INVALID}
   */
  AccessToken verify(String text) {
    var token = parse(text);
    return verify(text, token, keys.find(token.getHeader().getKeyID()));
  }

  private SignedJWT parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid();
    }
    try {
      var token = SignedJWT.parse(text);
      var header = token.getHeader();
      if (header.getAlgorithm().equals(keys.algorithm()) && TYPE.equals(header.getType())) {
        return token;
      }
    } catch (ParseException notSigned) {
      throw invalid();
    }
    throw invalid();
  }

  private AccessToken verify(String text, SignedJWT token, Optional<JWSVerifier> verifier) {
    var known = verifier.map(key -> verified.getIfPresent(text));
    var content = known.orElseGet(() -> verifyAnew(token, verifier));
    if (!clock.instant().isBefore(content.expiresAt())) {
      throw invalid();
    }
    if (known.isEmpty()) {
      verified.put(text, content);
    }
    return content;
  }

  private AccessToken verifyAnew(SignedJWT token, Optional<JWSVerifier> verifier) {
    try {
      if (verifier.isEmpty() || !token.verify(verifier.get())) {
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
    if (!isOurs || !isTimely || claims.getExpirationTime() == null) {
      throw invalid();
    }
    Instant expiresAt = claims.getExpirationTime().toInstant();
    if (SERVICE_ROLE.equals(claims.getStringClaim("role"))) {
      String name = TextRule.NAME.parseRequired(claims.getStringClaim("client_name"));
      return new AccessToken.OfService(name, expiresAt);
    }
    return new AccessToken.OfUser(
        UserId.parse(claims.getSubject()),
        SessionId.parse(claims.getStringClaim("sid")),
        expiresAt);
  }

  private boolean hasBegun(Date time) {
    return time != null && !time.toInstant().isAfter(clock.instant().plus(LEEWAY));
  }

  static UserServiceException invalid() {
    return UserServiceException.of(
        ErrorReason.CREDENTIALS_INVALID, "not a valid access token (expected: a current one)");
  }

  Duration lifetime() {
    return settings.accessLifetime();
  }

  /**
   * The JSON of the public keys (RFC 7517), for others who verify tokens; none when a secret is
   * shared. May block.
   */
  String jwkSetJson() {
    return keys.publicKeys().toString();
  }
}
