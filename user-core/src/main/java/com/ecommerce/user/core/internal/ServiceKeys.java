package com.ecommerce.user.core.internal;

import com.ecommerce.user.core.call.Call;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The secrets that all instances on one database share. They never change, so each is read once.
 * Thread-safe.
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
      secret = database.read(Call.system(), tx -> load(tx, name));
      loaded.put(name, secret);
    }
    return secret.clone();
  }

  /** As {@link #secret(String)}, for callers that have a connection already. */
  public byte[] secret(Handle handle, String name) {
    return loaded.computeIfAbsent(name, missing -> load(handle, missing)).clone();
  }

  private static byte[] load(Handle tx, String name) {
    return tx.createQuery("select secret from service_keys where name = :name")
        .bind("name", name)
        .mapTo(byte[].class)
        .one();
  }
}
