package com.ecommerce.user.server.badtokens;

import com.ecommerce.user.core.internal.text.Base64Url;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Makes tokens that anybody can make: other spellings of a valid one, other signatures, and headers
 * that select how a token is verified.
 */
final class ForgedTokens extends BadTokens {
  private static final String FOREIGN = "~!@#$%^&*()+/=,;:'\"<>?[]{}|\\` ";
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final List<String> NOT_ASCII_PRINTABLE =
      List.of("\t", "\n", "\r\n", "\0", "\u007f", "é", "\u00a0", "\u2028", "\ufeff", "Ａ");

  ForgedTokens(String good, TokenSigner signer, Instant now) {
    super(good, signer, now);
  }

  List<BadToken> all() {
    spellings();
    structures();
    signatures();
    algorithms();
    keysOfTheirOwn();
    return taken();
  }

  private void spellings() {
    String middle =
        part(0) + "." + part(1).substring(0, 9) + "%s" + part(1).substring(9) + "." + part(2);
    for (String letter : FOREIGN.split("")) {
      add("'" + letter + "' at the end", good + letter);
      add("'" + letter + "' in the middle", middle.replace("%s", letter));
    }
    for (String letter : NOT_ASCII_PRINTABLE) {
      String name = "U+" + Integer.toHexString(letter.codePointAt(0));
      add(name + " at the end", good + letter);
      add(name + " at the start", letter + good);
      add(name + " in the middle", middle.replace("%s", letter));
    }
    add("'~~~' at the end", good + "~~~");
    add("'==' at the end", good + "==");
    add("'A' at the end", good + "A");
    add("'AAAA' at the end", good + "AAAA");
    int last = ALPHABET.indexOf(good.charAt(good.length() - 1));
    int unused = part(2).length() % 4 == 2 ? 16 : 4;
    IntStream.range(1, unused)
        .forEach(
            bits ->
                add(
                    "unused bits " + bits,
                    good.substring(0, good.length() - 1) + ALPHABET.charAt(last ^ bits)));
    add(
        "the standard alphabet",
        good.replace('-', '+').replace('_', '/') + (good.matches("[^-_]*") ? "=" : ""));
    add("padded parts", padded(part(0)) + "." + padded(part(1)) + "." + padded(part(2)) + "=");
    add("upper case", good.toUpperCase(Locale.ROOT));
    add("lower case", good.toLowerCase(Locale.ROOT));
    add("backwards", new StringBuilder(good).reverse().toString());
    add("percent-encoded dots", good.replace(".", "%2E"));
    add("another scheme's prefix", "Bearer " + good);
    add("twice", good + " " + good);
    add("twice with a comma", good + "," + good);
    add("quoted", '"' + good + '"');
  }

  private static String padded(String part) {
    return Base64.getUrlEncoder().encodeToString(Base64Url.decode(part));
  }

  private void structures() {
    add("nothing", "");
    add("a word", "token");
    add("a dot", ".");
    add("two dots", "..");
    add("three dots", "...");
    add("no signature", part(0) + "." + part(1));
    add("an empty signature", part(0) + "." + part(1) + ".");
    add("an empty payload", part(0) + ".." + part(2));
    add("an empty header", "." + part(1) + "." + part(2));
    add("the header alone", part(0));
    add("the payload alone", part(1));
    add("a dot before", "." + good);
    add("a dot after", good + ".");
    add("a fourth part", good + "." + part(2));
    add("five parts, as an encrypted token", good + "." + part(2) + "." + part(2));
    add("parts in another order", part(1) + "." + part(0) + "." + part(2));
    add(
        "the JSON serialization",
        "{\"protected\":\""
            + part(0)
            + "\",\"payload\":\""
            + part(1)
            + "\",\"signature\":\""
            + part(2)
            + "\"}");
    add("8,193 characters", good + "A".repeat(8_193 - good.length()));
    add("10,000 characters", good + "A".repeat(10_000));
    add("10,000 dots", ".".repeat(10_000));
  }

  private void signatures() {
    byte[] signature = Base64Url.decode(part(2));
    int half = signature.length / 2;
    withSignature("zeros", new byte[signature.length]);
    byte[] ones = new byte[signature.length];
    Arrays.fill(ones, (byte) 0xff);
    withSignature("ones", ones);
    for (int length : new int[] {1, half, signature.length - 1}) {
      withSignature("cut to " + length + " bytes", Arrays.copyOf(signature, length));
    }
    withSignature("one byte longer", Arrays.copyOf(signature, signature.length + 1));
    withSignature("twice", concat(signature, signature));
    withSignature(
        "halves swapped",
        concat(
            Arrays.copyOfRange(signature, half, signature.length), Arrays.copyOf(signature, half)));
    withSignature(
        "first half zero",
        concat(new byte[half], Arrays.copyOfRange(signature, half, signature.length)));
    withSignature(
        "second half zero",
        concat(Arrays.copyOf(signature, half), new byte[signature.length - half]));
    for (int position : new int[] {0, half, signature.length - 1}) {
      byte[] flipped = signature.clone();
      flipped[position] ^= 1;
      withSignature("bit flipped at " + position, flipped);
    }
    byte[] order =
        Arrays.copyOfRange(Curve.P_256.toECParameterSpec().getOrder().toByteArray(), 1, 33);
    withSignature("the order as both numbers", concat(order, order));
    withSignature("the order as the second number", concat(Arrays.copyOf(signature, half), order));
    withSignature("r = s = 1", concat(number(1), number(1)));
    withSignature(
        "of hexadecimal digits",
        new BigInteger(1, signature).toString(16).getBytes(StandardCharsets.US_ASCII));
    withSignature("in DER", der(signature));
    add(
        "claims of another under it",
        part(0)
            + "."
            + Base64Url.encode(json(with(claims, "sub", "0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e")))
            + "."
            + part(2));
    add(
        "a later exp under it",
        part(0)
            + "."
            + Base64Url.encode(json(with(claims, "exp", 9_999_999_999L)))
            + "."
            + part(2));
    add(
        "role admin under it",
        part(0) + "." + Base64Url.encode(json(with(claims, "role", "admin"))) + "." + part(2));
    add(
        "another header over it",
        Base64Url.encode(json(with(header, "cty", "JWT"))) + "." + part(1) + "." + part(2));
  }

  private void withSignature(String kind, byte[] signature) {
    add("signature: " + kind, part(0) + "." + part(1) + "." + Base64Url.encode(signature));
  }

  private static byte[] number(int value) {
    byte[] bytes = new byte[32];
    bytes[31] = (byte) value;
    return bytes;
  }

  /**
   * Returns the signature in DER, the format of most libraries, instead of the concatenation of
   * JWS.
   */
  private static byte[] der(byte[] signature) {
    byte[] r = new BigInteger(1, Arrays.copyOf(signature, signature.length / 2)).toByteArray();
    byte[] s =
        new BigInteger(1, Arrays.copyOfRange(signature, signature.length / 2, signature.length))
            .toByteArray();
    byte[] content =
        concat(
            concat(new byte[] {2, (byte) r.length}, r), concat(new byte[] {2, (byte) s.length}, s));
    return concat(new byte[] {0x30, (byte) content.length}, content);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private void algorithms() {
    for (String none : List.of("none", "None", "NONE", "nOnE", "", "null")) {
      String unsigned = Base64Url.encode(json(with(header, "alg", none))) + "." + part(1);
      add("alg '" + none + "' without a signature", unsigned + ".");
      add("alg '" + none + "' in two parts", unsigned);
      add("alg '" + none + "' with the signature", unsigned + "." + part(2));
    }
    for (String other :
        List.of(
            "HS384", "HS512", "ES384", "ES512", "ES256K", "RS256", "PS256", "EdDSA", "dir", "es256",
            "hs256")) {
      add(
          "alg " + other + " with the signature",
          Base64Url.encode(json(with(header, "alg", other))) + "." + part(1) + "." + part(2));
      signed("alg " + other, with(header, "alg", other), claims);
    }
  }

  /** Adds well-known attacks: keys that anybody has, or that the token itself contains. */
  private void keysOfTheirOwn() {
    ECKey own = ownKey(String.valueOf(header.get("kid")));
    var signer256 = TokenSigner.es256(own);
    var es256 = with(header, "alg", "ES256");
    strange("a key of their own", signer256, es256, claims);
    strange(
        "their key as jwk",
        signer256,
        with(es256, "jwk", own.toPublicJWK().toJSONObject()),
        claims);
    strange("their private key as jwk", signer256, with(es256, "jwk", own.toJSONObject()), claims);
    strange(
        "their keys at jku", signer256, with(es256, "jku", "http://127.0.0.1:1/jwks.json"), claims);
    strange(
        "their key at x5u", signer256, with(es256, "x5u", "http://127.0.0.1:1/key.pem"), claims);
    strange("their key as x5c", signer256, with(es256, "x5c", List.of("MIIB")), claims);
    strange("another kid", signer256, with(es256, "kid", own.getKeyID() + "x"), claims);
    strange("no kid", signer256, without(es256, "kid"), claims);
    for (Object kid :
        Arrays.asList(
            "",
            "../../../../dev/null",
            "' or '1'='1",
            "x".repeat(3_000),
            7,
            null,
            List.of("a"),
            true)) {
      strange(
          "kid " + String.valueOf(kid).substring(0, Math.min(20, String.valueOf(kid).length())),
          signer256,
          with(es256, "kid", kid),
          claims);
    }
    for (String secret :
        List.of(
            "secret",
            "user-service",
            "0".repeat(32),
            String.valueOf(header.get("kid")),
            "changeme-changeme-changeme-change")) {
      strange(
          "HS256 with the secret " + secret,
          TokenSigner.hmac("HmacSHA256", secret.getBytes(StandardCharsets.UTF_8)),
          with(header, "alg", "HS256"),
          claims);
    }
  }

  /**
   * Returns tokens that are signed with the published key, in each format that a library may use as
   * a secret.
   */
  List<BadToken> signedWithThePublicKey(ECKey published) {
    try {
      byte[] der = published.toECPublicKey().getEncoded();
      String pem =
          "-----BEGIN PUBLIC KEY-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
              + "\n-----END PUBLIC KEY-----";
      var forms = new LinkedHashMap<String, byte[]>();
      forms.put("DER", der);
      forms.put("PEM", pem.getBytes(StandardCharsets.US_ASCII));
      forms.put("PEM and a newline", (pem + "\n").getBytes(StandardCharsets.US_ASCII));
      forms.put("JWK", published.toPublicJWK().toJSONString().getBytes(StandardCharsets.US_ASCII));
      forms.put("x", published.getX().decode());
      forms.put("x in base64url", published.getX().toString().getBytes(StandardCharsets.US_ASCII));
      for (String algorithm : List.of("256", "384", "512")) {
        forms.forEach(
            (form, secret) ->
                strange(
                    "HS" + algorithm + " with the public key in " + form,
                    TokenSigner.hmac("HmacSHA" + algorithm, secret),
                    with(header, "alg", "HS" + algorithm),
                    claims));
      }
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
    return taken();
  }

  private static ECKey ownKey(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private void strange(
      String kind,
      TokenSigner stranger,
      Map<String, Object> strangeHeader,
      Map<String, Object> content) {
    add(kind, stranger.token(json(strangeHeader), json(content)));
  }
}
