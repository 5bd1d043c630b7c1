package com.ecommerce.user.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Parses private keys in the three formats that common tools write. Stateless. */
final class PrivateKeys {
  private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
      Map.of(PKCSObjectIdentifiers.rsaEncryption, "RSA", X9ObjectIdentifiers.id_ecPublicKey, "EC");

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA");

  /** The bytes that are signed to check whether two keys are a pair. */
  private static final byte[] PROBE = {1, 2, 3};

  private PrivateKeys() {}

  /**
   * @param label the label of the PEM block: {@code PRIVATE KEY} (PKCS#8, RFC 5958), {@code RSA
   *     PRIVATE KEY} (PKCS#1, RFC 8017) or {@code EC PRIVATE KEY} (SEC 1, RFC 5915)
   * @throws IllegalArgumentException when it is malformed
   */
  static PrivateKey parse(String label, byte[] encoded) throws GeneralSecurityException {
    try {
      var key = keyInfo(label, encoded);
      String algorithm = ALGORITHMS.get(key.getPrivateKeyAlgorithm().getAlgorithm());
      if (algorithm == null) {
        throw new InvalidKeySpecException("neither RSA nor EC");
      }
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    } catch (IOException | IllegalStateException malformed) {
      // Bouncy Castle throws IllegalStateException for tags that it does not expect.
      throw new InvalidKeySpecException("malformed", malformed);
    }
  }

  private static PrivateKeyInfo keyInfo(String label, byte[] encoded)
      throws InvalidKeySpecException, IOException {
    return switch (label) {
      case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(encoded);
      case "RSA PRIVATE KEY" ->
          new PrivateKeyInfo(
              new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
              RSAPrivateKey.getInstance(encoded));
      case "EC PRIVATE KEY" -> {
        var key = ECPrivateKey.getInstance(encoded);
        var curve =
            new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject());
        yield new PrivateKeyInfo(curve, key);
      }
      default -> throw new InvalidKeySpecException("another format: " + label);
    };
  }

  /** Returns whether the two keys are a pair. */
  static boolean belongs(PrivateKey privateKey, PublicKey publicKey) {
    if (!privateKey.getAlgorithm().equals(publicKey.getAlgorithm())) {
      return false;
    }
    try {
      var signature = Signature.getInstance(SIGNATURES.get(privateKey.getAlgorithm()));
      signature.initSign(privateKey);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException differ) {
      return false;
    }
  }
}
