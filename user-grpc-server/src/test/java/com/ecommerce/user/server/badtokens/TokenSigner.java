package com.ecommerce.user.server.badtokens;

import com.ecommerce.user.core.internal.text.Base64Url;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs any content without checking it. */
@FunctionalInterface
interface TokenSigner {
  byte[] sign(byte[] content);

  static TokenSigner es256(ECKey key) {
    return content -> {
      try {
        var signature = Signature.getInstance("SHA256withECDSAinP1363Format");
        signature.initSign(key.toECPrivateKey());
        signature.update(content);
        return signature.sign();
      } catch (GeneralSecurityException | JOSEException impossible) {
        throw new AssertionError(impossible);
      }
    };
  }

  static TokenSigner hmac(String algorithm, byte[] key) {
    return content -> {
      try {
        var mac = Mac.getInstance(algorithm);
        mac.init(new SecretKeySpec(key, algorithm));
        return mac.doFinal(content);
      } catch (GeneralSecurityException impossible) {
        throw new AssertionError(impossible);
      }
    };
  }

  /** Returns a token of these two parts, which need not be JSON. */
  default String token(byte[] header, byte[] payload) {
    String content = Base64Url.encode(header) + "." + Base64Url.encode(payload);
    return content + "." + Base64Url.encode(sign(content.getBytes(StandardCharsets.US_ASCII)));
  }
}
