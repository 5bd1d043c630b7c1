package com.ecommerce.user.server.badtokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.TokenSettings;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.server.testing.Failure;
import com.ecommerce.user.server.testing.TestRest;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ValidateTokenRequest;
import com.ecommerce.user.v1.ValidateTokenResponse;
import com.nimbusds.jose.jwk.ECKey;
import io.grpc.Status;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tests that every invalid token gets the same answer over gRPC and REST: UNAUTHENTICATED with
 * CREDENTIALS_INVALID.
 */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadTokensTest {
  private static final String SECRET = "a secret that the platform shares, 0123456789";
  private static final Duration LIFETIME = Duration.ofMinutes(15);
  private static final int AT_LEAST = 143;

  private final HttpClient http = HttpClient.newHttpClient();
  private TestDatabase database;
  private Target es256;
  private Target hs256;

  /** A service with its transports, and one of its valid tokens. */
  private record Target(TestService service, TestRest rest, String user, String good)
      implements AutoCloseable {
    @Override
    public void close() {
      rest.close();
      service.close();
    }
  }

  @BeforeAll
  void start(TestDatabase ownDatabase) throws Exception {
    database = ownDatabase;
    es256 = target("es256@example.com", TestService.guardedOn(database));
    var settings =
        new TokenSettings(
            Optional.of(SECRET), LIFETIME, Duration.ofDays(1), "user-service", "ecommerce");
    hs256 =
        target("hs256@example.com", TestService.guardedOn(database, core -> core.tokens(settings)));
  }

  private Target target(String email, TestService service) throws Exception {
    var rest = TestRest.of(service);
    var user =
        service.core().users().createVerified(RequestContext.system(), TestUsers.aUser(email));
    var signedIn = service.core().sessions().signIn(RequestContext.system(), user.id(), "");
    return new Target(service, rest, user.id().toString(), signedIn.tokens().accessToken());
  }

  @AfterAll
  void stop() {
    es256.close();
    hs256.close();
  }

  private ECKey signingKey() {
    try {
      return ECKey.parse((String) database.query("select jwk from signing_keys").get(0).get("jwk"));
    } catch (ParseException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Makes bad tokens from a valid one. */
  private interface Maker<T> {
    T make(String good, TokenSigner signer, Instant now);
  }

  private <T> T fromEs256(Maker<T> maker) {
    return maker.make(
        es256.good(), TokenSigner.es256(signingKey()), es256.service().clock().instant());
  }

  private <T> T fromHs256(Maker<T> maker) {
    byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
    return maker.make(
        hs256.good(), TokenSigner.hmac("HmacSHA256", secret), hs256.service().clock().instant());
  }

  List<BadToken> forKeyPairs() {
    List<BadToken> kinds = new ArrayList<>(fromEs256(ForgedTokens::new).all());
    kinds.addAll(fromEs256(ForgedTokens::new).signedWithThePublicKey(signingKey()));
    kinds.addAll(fromEs256(MisissuedTokens::new).all());
    kinds.add(new BadToken("a token of HS256", hs256.good(), true));
    return kinds;
  }

  List<BadToken> forASharedSecret() {
    List<BadToken> kinds = new ArrayList<>(fromHs256(ForgedTokens::new).all());
    kinds.addAll(fromHs256(MisissuedTokens::new).all());
    kinds.addAll(fromHs256(MisissuedTokens::new).thatLiveTooLong(LIFETIME.toSeconds()));
    kinds.add(new BadToken("a token of ES256", es256.good(), true));
    return kinds;
  }

  @Test
  void kinds_areMany() {
    assertTrue(forKeyPairs().size() >= AT_LEAST, () -> forKeyPairs().size() + " kinds");
    assertTrue(forASharedSecret().size() >= AT_LEAST, () -> forASharedSecret().size() + " kinds");
  }

  @ParameterizedTest
  @MethodSource("forKeyPairs")
  void keyPairs_refuse(BadToken bad) throws Exception {
    assertRefused(es256, bad);
  }

  @ParameterizedTest
  @MethodSource("forASharedSecret")
  void sharedSecret_refuses(BadToken bad) throws Exception {
    assertRefused(hs256, bad);
  }

  private void assertRefused(Target target, BadToken bad) throws Exception {
    if (!bad.token().isEmpty()) {
      assertFalse(validate(target, bad.token()).getValid());
      assertEquals(
          ValidateTokenResponse.getDefaultInstance(), validate(target, bad.token()), bad.kind());
    }
    if (bad.isForHeaders()) {
      var stub = TestService.with(bad.token(), target.service().users());
      var request = GetUserRequest.newBuilder().setUserId(target.user()).build();
      Failure.of(() -> stub.getUser(request))
          .assertIs(Status.Code.UNAUTHENTICATED, "CREDENTIALS_INVALID");
      assertEquals("401 CREDENTIALS_INVALID", overRest(target, bad.token()));
    }
  }

  private static ValidateTokenResponse validate(Target target, String token) {
    return target
        .service()
        .auth()
        .validateToken(ValidateTokenRequest.newBuilder().setAccessToken(token).build());
  }

  private String overRest(Target target, String token) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + target.rest().port() + "/api/users/me"))
            .header("Authorization", "Bearer " + token)
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    return response.statusCode()
        + " "
        + new JsonMapper().readTree(response.body()).path("reason").asString("");
  }

  @AfterEach
  void goodTokens_areStillAccepted() throws Exception {
    for (Target target : List.of(es256, hs256)) {
      assertTrue(validate(target, target.good()).getValid());
      assertEquals("200 ", overRest(target, target.good()));
    }
  }
}
