package com.ecommerce.user.core.internal.token;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.internal.db.ServiceKeys;
import com.ecommerce.user.core.session.CookieSeal;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectDecrypter;
import com.nimbusds.jose.crypto.DirectEncrypter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.Optional;

/** Implements {@link CookieSeal} with a key of the database. */
public final class JweCookieSeal implements CookieSeal {
  private static final String KEY = "browser-cookies";
  private static final JWEHeader HEADER = new JWEHeader(JWEAlgorithm.DIR, EncryptionMethod.A256GCM);

  /** Begins each sealed value. With a direct key, the part after the header is empty. */
  private static final String BEGINNING = HEADER.toBase64URL() + "..";

  private final ServiceKeys keys;
  private final SecureRandom random;

  /**
   * @param random makes the initialization vectors
   */
  public JweCookieSeal(ServiceKeys keys, SecureRandom random) {
    this.keys = keys;
    this.random = random;
  }

  @Override
  public boolean isReady() {
    return keys.isLoaded(KEY);
  }

  @Override
  public void load() {
    keys.secret(KEY);
  }

  @Override
  public String seal(String cookie, String value) {
    var object = new JWEObject(HEADER, new Payload(requireNonNull(value, "value")));
    try {
      var encrypter = new DirectEncrypter(key(cookie));
      encrypter.getJCAContext().setSecureRandom(random);
      object.encrypt(encrypter);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("32 bytes are a key for A256GCM", impossible);
    }
    return object.serialize();
  }

  @Override
  public Optional<String> open(String cookie, String sealed) {
    requireNonNull(sealed, "sealed");
    if (!sealed.startsWith(BEGINNING)) {
      return Optional.empty();
    }
    try {
      var object = JWEObject.parse(sealed);
      object.decrypt(new DirectDecrypter(key(cookie)));
      return Optional.of(object.getPayload().toString());
    } catch (ParseException | JOSEException foreign) {
      return Optional.empty();
    }
  }

  private byte[] key(String cookie) {
    return Digests.hmacSha256(keys.secret(KEY), cookie.getBytes(StandardCharsets.UTF_8));
  }
}
