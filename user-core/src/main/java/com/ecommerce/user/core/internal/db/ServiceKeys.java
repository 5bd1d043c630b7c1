package com.ecommerce.user.core.internal.db;

import com.ecommerce.user.core.internal.crypto.Digests;
import com.ecommerce.user.core.request.RequestContext;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The secrets that all instances on one database share. They never change, so each is read only
 * once. Thread-safe.
 */
public final class ServiceKeys {
  private final Database database;
  private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

  public ServiceKeys(Database database) {
    this.database = database;
  }

  public byte[] secret(String name) {
    byte[] secret = loaded.get(name);
    if (secret == null) {
      secret = database.read(RequestContext.system(), tx -> load(tx, name));
      loaded.put(name, secret);
    }
    return secret.clone();
  }

  /** Does the same as {@link #secret(String)} for callers that have a connection already. */
  public byte[] secret(Handle handle, String name) {
    return loaded.computeIfAbsent(name, missing -> load(handle, missing)).clone();
  }

  /**
   * Returns the HMAC-SHA256 of the text in UTF-8, with the secret of that name as the key. All
   * instances compute the same 32 bytes, which do not reveal the text without the key.
   */
  public byte[] digest(Handle handle, String name, String text) {
    return Digests.hmacSha256(secret(handle, name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] load(Handle tx, String name) {
    return tx.createQuery("select secret from service_keys where name = :name")
        .bind("name", name)
        .mapTo(byte[].class)
        .one();
  }
}
