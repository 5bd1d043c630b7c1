package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.session.TokenSettings;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A secret that the services of the platform share, for HS256. It has no key id and is never
 * published.
 */
public final class SharedSecret implements TokenKeys {
  private final Signing signing;
  private final JWSVerifier verifier;

  public SharedSecret(String secret) {
    byte[] bytes = TokenSettings.checkSecret(secret).getBytes(StandardCharsets.UTF_8);
    try {
      signing = new Signing(Optional.empty(), new MACSigner(bytes));
      verifier = new MACVerifier(bytes);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a secret of 32 bytes is a key for HS256", impossible);
    }
  }

  @Override
  public JWSAlgorithm algorithm() {
    return JWSAlgorithm.HS256;
  }

  @Override
  public Signing signing() {
    return signing;
  }

  @Override
  public CompletionStage<Optional<JWSVerifier>> findAsync(String keyId) {
    return CompletableFuture.completedStage(find(keyId));
  }

  @Override
  public boolean isInMemory(String keyId, long nowMillis) {
    return true;
  }

  /** Returns the bytes unchanged, since a MAC has only one value. */
  @Override
  public byte[] canonical(byte[] signature) {
    return signature;
  }

  @Override
  public Optional<JWSVerifier> find(String keyId) {
    return Optional.of(verifier);
  }

  @Override
  public JWKSet publicKeys() {
    return new JWKSet();
  }
}
