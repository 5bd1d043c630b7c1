package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.account.Role;
import com.ecommerce.user.core.request.RequestContext;
import com.ecommerce.user.core.session.LoginResult;
import com.ecommerce.user.core.testing.PostgresExtension;
import com.ecommerce.user.core.testing.TestDatabase;
import com.ecommerce.user.core.testing.TestUsers;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.server.testing.TestService;
import com.ecommerce.user.v1.UserServiceGrpc;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The base of tests of a service that checks rights, with one caller of every kind. */
@ExtendWith(PostgresExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RightsGrpcTesting {
  static final String NOBODY = "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e";

  TestDatabase database;
  TestService service;
  String target;
  final Map<Who, UserId> ids = new EnumMap<>(Who.class);
  final Map<Who, String> tokens = new EnumMap<>(Who.class);

  @BeforeAll
  void start(TestDatabase ownDatabase) {
    database = ownDatabase;
    service = TestService.guardedOn(database);
    user(Who.OWN_USER, Role.CUSTOMER);
    tokens.put(Who.EXPIRED, tokens.get(Who.OWN_USER));
    service.clock().advance(Duration.ofHours(1));
    var signedIn =
        service
            .core()
            .sessions()
            .signIn(RequestContext.system(), ids.get(Who.OWN_USER), "")
            .tokens();
    tokens.put(Who.OWN_USER, signedIn.accessToken());
    tokens.put(Who.FOREIGN, signedAnew(signedIn.accessToken()));
    user(Who.OTHER_USER, Role.CUSTOMER, Role.SELLER);
    user(Who.SUPPORT, Role.SUPPORT);
    user(Who.ADMIN, Role.ADMIN);
    target = ids.get(Who.OWN_USER).toString();
    var ended =
        service.core().sessions().signIn(RequestContext.system(), ids.get(Who.OWN_USER), "");
    tokens.put(Who.ENDED_SESSION, ended.tokens().accessToken());
    service.core().sessions().logout(RequestContext.system(), ended.session().id());
    var clients = service.core().serviceClients();
    var client = clients.create(RequestContext.system(), "orders");
    String id = client.client().id().toString();
    tokens.put(
        Who.SERVICE,
        clients.issueToken(RequestContext.system(), id, client.secret()).accessToken());
  }

  /** Returns the token signed with a different key. */
  private static String signedAnew(String token) {
    String signed = token.substring(0, token.lastIndexOf('.'));
    try {
      var keys = KeyPairGenerator.getInstance("EC");
      keys.initialize(new ECGenParameterSpec("secp256r1"));
      var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(keys.generateKeyPair().getPrivate());
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @AfterAll
  void stop() {
    service.close();
  }

  LoginResult signIn(String email, Role... roles) {
    var user =
        service
            .core()
            .users()
            .create(
                RequestContext.system(), TestUsers.aUser(email, "Ada", "Lovelace", Set.of(roles)));
    return service.core().sessions().signIn(RequestContext.system(), user.id(), "");
  }

  private void user(Who who, Role... roles) {
    var signedIn = signIn(who.name().toLowerCase(Locale.ROOT) + "@example.com", roles);
    ids.put(who, signedIn.user().id());
    tokens.put(who, signedIn.tokens().accessToken());
  }

  UserServiceGrpc.UserServiceBlockingStub users(Who who) {
    return who == Who.ANONYMOUS
        ? service.users()
        : TestService.with(tokens.get(who), service.users());
  }

  enum Who {
    ANONYMOUS,
    OWN_USER,
    OTHER_USER,
    SUPPORT,
    ADMIN,
    SERVICE,
    ENDED_SESSION,
    EXPIRED,
    /** A caller with a token that is valid except for the key. */
    FOREIGN
  }
}
