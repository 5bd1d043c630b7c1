package com.ecommerce.user.core.internal.token;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.internal.db.Database;
import com.ecommerce.user.core.internal.text.Base64Url;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.MutableClock;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestCore;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessTokensTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final BigInteger ORDER = Curve.P_256.toECParameterSpec().getOrder();

  private final AtomicInteger emails = new AtomicInteger();
  private final MutableClock clock = MutableClock.atNoon();
  private TestDatabase database;
  private TestCore testCore;
  private TestCore withSecret;

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    testCore = TestCore.on(database, builder -> builder.clock(clock));
    withSecret = TestCore.on(database, builder -> builder.clock(clock).tokens(hs256()));
  }

  @AfterAll
  void stop() {
    withSecret.close();
    testCore.close();
  }

  private static TokenSettings hs256() {
    return new TokenSettings(
        Optional.of(SECRET), Duration.ofMinutes(5), Duration.ofDays(1), "issuer", "audience");
  }

  private LoginResult signIn(TestCore core, Role... roles) {
    String email = "token" + emails.incrementAndGet() + "@example.com";
    var user =
        core.core()
            .users()
            .create(
                RequestContext.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
    return core.core().sessions().signIn(RequestContext.system(), user.id(), "");
  }

  private String token(TestCore core) {
    return signIn(core).tokens().accessToken();
  }

  private static boolean isValid(TestCore core, String token) {
    return core.core().sessions().validate(token).valid();
  }

  private static void assertInvalid(TestCore core, String token) {
    var failure =
        assertThrows(UserServiceException.class, () -> core.core().sessions().authenticate(token));
    assertEquals(ErrorReason.CREDENTIALS_INVALID, failure.reason());
  }

  private List<ECKey> publishedKeys() throws ParseException {
    return JWKSet.parse(testCore.core().sessions().jwkSetJson()).getKeys().stream()
        .map(key -> key.toECKey())
        .toList();
  }

  @Test
  void token_hasTheClaimsThatThePlatformReads() throws ParseException, JOSEException {
    var signedIn = signIn(testCore, Role.CUSTOMER, Role.ADMIN);
    var jwt = SignedJWT.parse(signedIn.tokens().accessToken());
    var claims = jwt.getJWTClaimsSet();
    String user = signedIn.user().id().toString();

    assertEquals(JWSAlgorithm.ES256, jwt.getHeader().getAlgorithm());
    assertEquals("at+jwt", jwt.getHeader().getType().getType());
    assertEquals(publishedKeys().get(0).getKeyID(), jwt.getHeader().getKeyID());
    assertTrue(jwt.verify(new ECDSAVerifier(publishedKeys().get(0))));
    assertEquals(user, claims.getSubject());
    assertEquals(user, claims.getStringClaim("user_id"));
    assertEquals(signedIn.user().email().address(), claims.getStringClaim("email"));
    assertEquals("admin", claims.getStringClaim("role"));
    assertEquals(List.of("admin", "customer"), claims.getStringListClaim("roles"));
    assertEquals(signedIn.session().id().toString(), claims.getStringClaim("sid"));
    assertEquals("access", claims.getStringClaim("token_type"));
    assertEquals("user-service", claims.getIssuer());
    assertEquals(List.of("ecommerce"), claims.getAudience());
    assertEquals(Date.from(clock.instant()), claims.getIssueTime());
    assertEquals(
        Date.from(clock.instant().plus(Duration.ofMinutes(15))), claims.getExpirationTime());
    assertEquals(clock.instant().getEpochSecond(), claims.getLongClaim("auth_time"));
    assertEquals(36, claims.getJWTID().length());
  }

  @Test
  void lifetimes_areTheConfiguredOnes_howeverLongTheAnswerTakes() throws ParseException {
    // Three seconds pass between any two readings of this clock.
    var readings = new AtomicInteger();
    var slow =
        new Clock() {
          @Override
          public Instant instant() {
            return clock.instant().plusMillis(3_001L * readings.incrementAndGet());
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }
        };
    try (var core = TestCore.on(database, builder -> builder.clock(slow))) {
      var tokens = signIn(core).tokens();
      var claims = SignedJWT.parse(tokens.accessToken()).getJWTClaimsSet();

      assertEquals(Duration.ofDays(7), tokens.refreshLifetime());
      assertEquals(Duration.ofMinutes(15), tokens.accessLifetime());
      assertEquals(900_000, claims.getExpirationTime().getTime() - claims.getIssueTime().getTime());
    }
  }

  @Test
  void settings_takeLifetimesOfWholeSeconds() {
    for (Duration wrong :
        List.of(Duration.ZERO, Duration.ofMillis(1_500), Duration.ofSeconds(-1))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new TokenSettings(Optional.empty(), wrong, Duration.ofDays(1), "i", "a"));
      assertThrows(
          IllegalArgumentException.class,
          () -> new TokenSettings(Optional.empty(), Duration.ofDays(1), wrong, "i", "a"));
    }
  }

  @Test
  void token_withASharedSecretIsHs256AndPublishesNoKey() throws ParseException, JOSEException {
    String token = token(withSecret);

    var jwt = SignedJWT.parse(token);
    assertEquals(JWSAlgorithm.HS256, jwt.getHeader().getAlgorithm());
    assertNull(jwt.getHeader().getKeyID());
    assertTrue(jwt.verify(new MACVerifier(SECRET)));
    assertTrue(isValid(withSecret, token));
    assertEquals("{\"keys\":[]}", withSecret.core().sessions().jwkSetJson());
  }

  @Test
  void authenticate_acceptsTheConfiguredAlgorithmAlone() {
    String es256 = token(testCore);
    String hs256 = token(withSecret);

    assertInvalid(withSecret, es256);
    assertInvalid(testCore, hs256);
  }

  @Test
  void authenticate_rejectsAPublicKeyThatIsUsedAsASecret() throws ParseException, JOSEException {
    String token = token(testCore);
    byte[] publicKey = publishedKeys().get(0).toECPublicKey().getEncoded();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.HS256)
            .type(AccessTokens.TYPE)
            .keyID(publishedKeys().get(0).getKeyID())
            .build();

    var forged = new SignedJWT(header, SignedJWT.parse(token).getJWTClaimsSet());
    forged.sign(new MACSigner(publicKey));

    assertInvalid(testCore, forged.serialize());
  }

  @Test
  void authenticate_rejectsUnsignedAndChangedTokens() throws ParseException {
    String token = token(testCore);
    String[] parts = token.split("\\.");
    String[] others = token(testCore).split("\\.");

    assertTrue(isValid(testCore, token));
    assertInvalid(testCore, new PlainJWT(SignedJWT.parse(token).getJWTClaimsSet()).serialize());
    assertInvalid(testCore, parts[0] + "." + others[1] + "." + parts[2]);
    assertInvalid(testCore, parts[0] + "." + parts[1] + ".");
    assertInvalid(testCore, parts[0] + "." + parts[1]);
    assertInvalid(testCore, token + "A".repeat(9_000));
    assertInvalid(testCore, "");
  }

  @Test
  void authenticate_rejectsEveryOtherSpellingOfAToken() {
    String es256 = token(testCore);
    String hs256 = token(withSecret);

    for (String addition :
        List.of("~", "~~~", "=", "==", " ", "\n", ".", "A", "AAAA", "\u0000", "é")) {
      assertInvalid(testCore, es256 + addition);
      assertInvalid(testCore, addition + es256);
      assertInvalid(testCore, es256.replace(".", addition + "."));
      assertInvalid(testCore, es256.replaceFirst("A", "A" + addition));
      assertInvalid(withSecret, hs256 + addition);
    }
    assertTrue(isValid(testCore, es256));
    assertTrue(isValid(withSecret, hs256));
  }

  @Test
  void authenticate_rejectsLastCharactersWithBitsThatMeanNothing() {
    String token = token(testCore);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char last = token.charAt(token.length() - 1);

    alphabet
        .chars()
        .filter(letter -> letter != last)
        .forEach(
            letter ->
                assertInvalid(testCore, token.substring(0, token.length() - 1) + (char) letter));
    assertTrue(isValid(testCore, token));
  }

  @Test
  void token_hasTheSmallerOfTheTwoValidSignatures() {
    for (int i = 0; i < 16; i++) {
      byte[] signature = signature(token(testCore));
      assertTrue(s(signature).compareTo(ORDER.shiftRight(1)) <= 0);
    }
  }

  @Test
  void authenticate_takesATokenWithTheOtherValidSignatureForTheSame() {
    var signedIn = signIn(testCore);
    String token = signedIn.tokens().accessToken();
    byte[] other = signature(token);
    byte[] s = ORDER.subtract(s(other)).toByteArray();
    System.arraycopy(s, s.length - 32, other, 32, 32);
    String twin = token.substring(0, token.lastIndexOf('.') + 1) + Base64Url.encode(other);

    assertNotEquals(token, twin);
    assertEquals(
        testCore.core().sessions().authenticate(token),
        testCore.core().sessions().authenticate(twin));
    assertArrayEquals(signature(token), keysOf(database).canonical(other));
    assertArrayEquals(signature(token), keysOf(database).canonical(signature(token)));
  }

  private static byte[] signature(String token) {
    return Base64Url.decode(token.substring(token.lastIndexOf('.') + 1));
  }

  private static BigInteger s(byte[] signature) {
    return new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
  }

  private SigningKeys keysOf(TestDatabase keysDatabase) {
    return new SigningKeys(
        new Database(keysDatabase.dataSource()),
        Runnable::run,
        clock,
        new SecureRandom(),
        Duration.ofMinutes(15));
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        Arguments.of("iss", "somebody"),
        Arguments.of("iss", null),
        Arguments.of("aud", "somebody"),
        Arguments.of("aud", null),
        Arguments.of("token_type", "refresh"),
        Arguments.of("token_type", null),
        Arguments.of("exp", null),
        Arguments.of("iat", null),
        Arguments.of("iat", Duration.ofSeconds(31)),
        Arguments.of("iat", Duration.ofSeconds(-1)),
        Arguments.of("iat", Duration.ofDays(-20_000)),
        Arguments.of("exp", Duration.ofMinutes(5).plusSeconds(1)),
        Arguments.of("exp", Duration.ofDays(365)),
        Arguments.of("nbf", Duration.ofSeconds(31)),
        Arguments.of("exp", Duration.ZERO),
        Arguments.of("sub", "not a uuid"),
        Arguments.of("sid", "not a uuid"),
        Arguments.of("sid", null),
        Arguments.of("sid", 7),
        Arguments.of("role", "service"));
  }

  @ParameterizedTest
  @MethodSource("wrongClaims")
  void authenticate_rejectsAWrongClaimUnderAGoodSignature(String claim, Object value)
      throws ParseException, JOSEException {
    String token = token(withSecret);
    var wrong =
        value instanceof Duration fromNow ? Date.from(clock.instant().plus(fromNow)) : value;

    assertTrue(isValid(withSecret, resigned(token, "at+jwt", claims -> claims)));
    assertInvalid(withSecret, resigned(token, "at+jwt", claims -> claims.claim(claim, wrong)));
  }

  @Test
  void authenticate_rejectsAnotherType() throws ParseException, JOSEException {
    String token = token(withSecret);

    assertInvalid(withSecret, resigned(token, "JWT", claims -> claims));
    assertInvalid(withSecret, resigned(token, null, claims -> claims));
  }

  private static String resigned(
      String token, String type, UnaryOperator<JWTClaimsSet.Builder> change)
      throws ParseException, JOSEException {
    var claims = new JWTClaimsSet.Builder(SignedJWT.parse(token).getJWTClaimsSet());
    var header =
        new JWSHeader.Builder(JWSAlgorithm.HS256)
            .type(type == null ? null : new JOSEObjectType(type))
            .build();
    return signed(header, change.apply(claims).build(), new MACSigner(SECRET));
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    var jwt = new SignedJWT(header, claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  @Test
  void authenticate_rejectsAnExpiredTokenThatItKnewBefore() {
    String token = token(testCore);
    clock.advance(Duration.ofMinutes(15).minusSeconds(1));
    assertTrue(isValid(testCore, token));

    clock.advance(Duration.ofSeconds(1));

    assertInvalid(testCore, token);
  }

  @Test
  void authenticate_rejectsAnotherUsersSession() throws ParseException, JOSEException {
    String token = token(withSecret);
    var other = signIn(withSecret);

    String mixed =
        resigned(token, "at+jwt", claims -> claims.claim("sid", other.session().id().toString()));

    assertFalse(isValid(withSecret, mixed));
  }

  @Test
  void keys_ofStrangersVerifyNothing() throws ParseException, JOSEException {
    var jwt = SignedJWT.parse(token(testCore));
    var stranger = new ECKeyGenerator(Curve.P_256).keyID(jwt.getHeader().getKeyID()).generate();
    var unknown = new ECKeyGenerator(Curve.P_256).keyID("unknown").generate();

    for (ECKey key : Arrays.asList(stranger, unknown)) {
      var header =
          new JWSHeader.Builder(JWSAlgorithm.ES256)
              .type(AccessTokens.TYPE)
              .keyID(key.getKeyID())
              .build();
      String forged = signed(header, jwt.getJWTClaimsSet(), new ECDSASigner(key));
      assertInvalid(testCore, forged);
      assertFalse(
          testCore
              .core()
              .sessions()
              .validateAsync(RequestContext.system(), forged)
              .toCompletableFuture()
              .join()
              .valid());
    }
  }

  @Test
  void serviceClients_getTokensForTheirSecret() throws ParseException {
    var clients = testCore.core().serviceClients();
    var created = clients.create(RequestContext.system(), "orders");
    String id = created.client().id().toString();

    var token = clients.issueToken(RequestContext.system(), id, created.secret());

    assertEquals(Duration.ofMinutes(15), token.lifetime());
    assertEquals(
        new Caller.Service("orders"), testCore.core().sessions().authenticate(token.accessToken()));
    assertEquals("service:orders", new Caller.Service("orders").actor().name());
    var claims = SignedJWT.parse(token.accessToken()).getJWTClaimsSet();
    assertEquals(id, claims.getSubject());
    assertEquals("service", claims.getStringClaim("role"));
    assertNull(claims.getClaim("sid"));
    assertEquals(
        0,
        database
            .query(
                "select 1 from service_clients c where c::text like ?",
                "%" + created.secret() + "%")
            .size());
    assertFalse(created.toString().contains(created.secret()));
    Stream.of(
            List.of(id, created.secret() + "x"),
            List.of(id, ""),
            List.of("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e", created.secret()),
            List.of("orders", created.secret()))
        .forEach(
            wrong ->
                assertEquals(
                    ErrorReason.CREDENTIALS_INVALID,
                    assertThrows(
                            UserServiceException.class,
                            () ->
                                clients.issueToken(
                                    RequestContext.system(), wrong.get(0), wrong.get(1)))
                        .reason()));
    assertEquals(
        ErrorReason.CLIENT_NAME_TAKEN,
        assertThrows(
                UserServiceException.class, () -> clients.create(RequestContext.system(), "orders"))
            .reason());
  }

  @Test
  void settings_refuseAShortSecretAndMaskALongOne() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> TokenSettings.checkSecret("short secret"));

    assertEquals("12 bytes (expected: at least 32)", refused.getMessage());
    assertFalse(hs256().toString().contains(SECRET));
  }
}
