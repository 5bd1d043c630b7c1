package com.ecommerce.user.core.internal.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The keys of the configured signature algorithm. Implementations are thread-safe. */
public interface TokenKeys {
  JWSAlgorithm algorithm();

  /** Returns the key that currently signs. May block. */
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

  /** Returns the public keys, with which other services can verify tokens. May block. */
  JWKSet publicKeys();

  /**
   * A key that signs.
   *
   * @param keyId the id of the key; empty if it has none
   */
  record Signing(Optional<String> keyId, JWSSigner signer) {}
}
