package com.ecommerce.user.core.session;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The keys of the one algorithm that is configured. Implementations are thread-safe. */
interface TokenKeys {
  JWSAlgorithm algorithm();

  /** The key that signs now. May block. */
  Signing signing();

  /**
   * What verifies signatures of a key. Never blocks.
   *
   * @param keyId null when the token names none
   */
  CompletionStage<Optional<JWSVerifier>> findAsync(String keyId);

  /**
   * Whether {@link #findAsync} would answer from memory, and with a verifier. Never blocks.
   *
   * @param keyId null when the token names none
   * @param nowMillis since the epoch
   */
  boolean isInMemory(String keyId, long nowMillis);

  /**
   * Returns the one of several signatures that are valid for the same content and key, given any of
   * them. The bytes may be no signature at all; then they come back as they are.
   */
  byte[] canonical(byte[] signature);

  /** As {@link #findAsync}. May block. */
  Optional<JWSVerifier> find(String keyId);

  /** The keys that others may verify with. May block. */
  JWKSet publicKeys();

  /**
   * @param keyId empty for a key that has none
   */
  record Signing(Optional<String> keyId, JWSSigner signer) {}
}
