package com.ecommerce.user.server.badtokens;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Makes tokens with a valid signature, whose header, claims or payload are wrong. */
final class MisissuedTokens extends BadTokens {
  MisissuedTokens(String good, TokenSigner signer, Instant now) {
    super(good, signer, now);
  }

  List<BadToken> all() {
    headers();
    claims();
    payloads();
    return taken();
  }

  private void headers() {
    for (Object typ :
        Arrays.asList("JWT", "", "at", "jwt+at", "at+jwt+", "rt+jwt", 7, null, List.of("at+jwt"))) {
      signed("typ " + typ, with(header, "typ", typ), claims);
    }
    signed("no typ", without(header, "typ"), claims);
    signed("no alg", without(header, "alg"), claims);
    for (Object alg : Arrays.asList(7, null, List.of("ES256"), Map.of())) {
      signed("alg " + alg, with(header, "alg", alg), claims);
    }
    signed("crit exp", with(header, "crit", List.of("exp")), claims);
    signed(
        "crit of a strange extension",
        with(with(header, "crit", List.of("urn:x")), "urn:x", true),
        claims);
    signed("crit that is no list", with(header, "crit", "exp"), claims);
    signed("b64 false", with(with(header, "crit", List.of("b64")), "b64", false), claims);
    for (String text :
        List.of("", "{}", "[]", "null", "7", "\"ES256\"", "not JSON", "{", "{\"alg\":}")) {
      add("header " + text, signer.token(bytes(text), json(claims)));
    }
    String text = new String(json(header), StandardCharsets.UTF_8);
    add("header with something after it", signer.token(bytes(text + "x"), json(claims)));
    add(
        "header with two alg",
        signer.token(bytes(text.replace("}", ",\"alg\":\"none\"}")), json(claims)));
    add("header in UTF-16", signer.token(text.getBytes(StandardCharsets.UTF_16), json(claims)));
  }

  private void claims() {
    for (String name : List.of("iss", "aud", "exp", "iat", "sub", "sid", "token_type")) {
      add("no " + name, signer.token(json(header), json(without(claims, name))));
      wrong(name, (Object) null);
      wrong(name, Map.of("a", 1));
      wrong(name, true);
    }
    wrong(
        "iss",
        "somebody",
        "",
        claims.get("iss") + " ",
        String.valueOf(claims.get("iss")).toUpperCase(Locale.ROOT),
        7,
        List.of("user-service"));
    wrong("aud", "somebody", "", List.of(), List.of("somebody"), 7, "ECOMMERCE");
    wrong("exp", now.getEpochSecond(), now.getEpochSecond() - 1, 0, -1, "9999999999", "tomorrow");
    wrong("iat", now.getEpochSecond() + 31, "now", now.getEpochSecond() + 10_000);
    wrong("nbf", now.getEpochSecond() + 31, "now", true);
    wrong("token_type", "refresh", "ACCESS", "id", "", 7);
    wrong("sub", "", "admin", "not a uuid", 7, List.of("a"), "00000000000000000000000000000000");
    wrong("sid", "", "not a uuid", 7, List.of("a"));
    wrong("role", "service", 7);
  }

  private void wrong(String claim, Object... values) {
    for (Object value : values == null ? new Object[] {null} : values) {
      add(claim + " " + value, signer.token(json(header), json(with(claims, claim, value))));
    }
  }

  /**
   * Returns tokens with a longer lifetime than those of the service. Only programs that share its
   * secret can make them.
   */
  List<BadToken> thatLiveTooLong(long lifetimeSeconds) {
    long issuedAt = now.getEpochSecond();
    wrong(
        "exp",
        issuedAt + lifetimeSeconds + 1,
        issuedAt + 365L * 86_400,
        253_402_300_799L,
        Long.MAX_VALUE,
        1e300);
    wrong("iat", 0, -1, issuedAt - lifetimeSeconds, Long.MIN_VALUE);
    add(
        "iat after exp",
        signer.token(
            json(header), json(with(with(claims, "iat", issuedAt + 20), "exp", issuedAt + 10))));
    return taken();
  }

  private void payloads() {
    String text = new String(json(claims), StandardCharsets.UTF_8);
    for (String other :
        List.of("", "{}", "[]", "null", "7", "\"text\"", "not JSON", "{", "[" + text + "]")) {
      add(
          "payload " + other.substring(0, Math.min(9, other.length())),
          signer.token(json(header), bytes(other)));
    }
    add("payload cut off", signer.token(json(header), bytes(text.substring(0, text.length() - 1))));
    add("payload with something after it", signer.token(json(header), bytes(text + "x")));
    add("two payloads", signer.token(json(header), bytes(text + text)));
    add(
        "payload with two sub",
        signer.token(json(header), bytes(text.replaceFirst("\\{", "{\"sub\":\"x\","))));
    add(
        "payload with two exp",
        signer.token(json(header), bytes(text.replaceFirst("\\{", "{\"exp\":1,"))));
    add("payload in UTF-16", signer.token(json(header), text.getBytes(StandardCharsets.UTF_16)));
    add("another token as payload", signer.token(json(with(header, "cty", "JWT")), bytes(good)));
    add(
        "payload deeply nested",
        signer.token(json(header), bytes("{\"a\":".repeat(600) + "1" + "}".repeat(600))));
  }
}
