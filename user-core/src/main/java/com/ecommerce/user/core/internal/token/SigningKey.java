package com.ecommerce.user.core.internal.token;

import com.ecommerce.user.core.internal.db.Rows;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.text.ParseException;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** A key pair on P-256. {@link #toString} masks it. Immutable. */
final class SigningKey {
  private final ECKey pair;
  private final Instant createdAt;
  private final Optional<Instant> verifiesUntil;
  private final JWSSigner signer;
  private final JWSVerifier verifier;

  /**
   * @param verifiesUntil the time until which it verifies; empty until a newer key is announced
   */
  SigningKey(ECKey pair, Instant createdAt, Optional<Instant> verifiesUntil) {
    this.pair = pair;
    this.createdAt = createdAt;
    this.verifiesUntil = verifiesUntil;
    try {
      signer = new ECDSASigner(pair);
      verifier = new ECDSAVerifier(pair);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a key pair on P-256 signs and verifies", impossible);
    }
  }

  String id() {
    return pair.getKeyID();
  }

  Instant createdAt() {
    return createdAt;
  }

  /** Returns the time until which the key verifies; empty for the newest key. */
  Optional<Instant> verifiesUntil() {
    return verifiesUntil;
  }

  JWSSigner signer() {
    return signer;
  }

  JWSVerifier verifier() {
    return verifier;
  }

  ECKey publicKey() {
    return pair.toPublicJWK();
  }

  @Override
  public String toString() {
    return "SigningKey[" + id() + "]";
  }

  static SigningKey ofRow(ResultSet row, StatementContext context) throws SQLException {
    try {
      return new SigningKey(
          ECKey.parse(row.getString("jwk")),
          Rows.instant(row, "created_at"),
          Rows.optionalInstant(row, "verifies_until"));
    } catch (ParseException broken) {
      // The cause is omitted, since its message may contain a part of the key.
      throw new IllegalStateException("a row of signing_keys is not a JSON Web Key");
    }
  }
}
