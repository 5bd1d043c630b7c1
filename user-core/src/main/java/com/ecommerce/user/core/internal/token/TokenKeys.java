package com.ecommerce.user.core.internal.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The keys of the one algorithm that is configured. Implementations are thread-safe. */
public interface TokenKeys {
  JWSAlgorithm algorithm();

  /** The key that signs now. May block. */
  Signing signing();

  /**
   * Finds the verifier for the signatures of a key. Never blocks.
   *
   * @param keyId null if the token names no key
   */
  CompletionStage<Optional<JWSVerifier>> findAsync(String keyId);

  /**
   * Returns whether {@link #findAsync} would return a verifier from memory. Never blocks.
   *
   * @param keyId null if the token names no key
   * @param nowMillis since the epoch
   */
  boolean isInMemory(String keyId, long nowMillis);

  /**
   * Returns the canonical one of the signatures that are valid for the same content and key, given
   * any of them. Bytes that are not a signature are returned unchanged.
   */
  byte[] canonical(byte[] signature);

  /** Does the same as {@link #findAsync}, but may block. */
  Optional<JWSVerifier> find(String keyId);

  /** The keys that others may verify with. May block. */
  JWKSet publicKeys();

  /**
   * @param keyId empty for a key that has none
   */
  record Signing(Optional<String> keyId, JWSSigner signer) {}
}
