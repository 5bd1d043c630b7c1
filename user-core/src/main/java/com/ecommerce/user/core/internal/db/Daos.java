package com.ecommerce.user.core.internal.db;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.config.JdbiConfig;
import org.jdbi.v3.core.extension.ExtensionContext;
import org.jdbi.v3.core.extension.ExtensionFactory;
import org.jdbi.v3.core.extension.Extensions;
import org.jdbi.v3.core.extension.HandleSupplier;

/**
 * The DAOs of a database, made once: Jdbi's own {@code attach} makes one anew for each handle,
 * which takes longer than most of its statements. A DAO works on the handle that its thread works
 * with, as {@link Database} says. Public for Jdbi, which makes it.
 */
public final class Daos implements JdbiConfig<Daos> {
  private final Map<Class<?>, Object> made;
  private final CurrentHandle current;

  /** Of a database that is new. */
  public Daos() {
    this(new ConcurrentHashMap<>(), new CurrentHandle());
  }

  private Daos(Map<Class<?>, Object> made, CurrentHandle current) {
    this.made = made;
    this.current = current;
  }

  /**
   * The supplier through which Jdbi reaches a handle while one of its methods runs; Jdbi gives it
   * to factories only.
   */
  private record Access(HandleSupplier supplier) {
    /** Lets Jdbi hand it out. */
    private static final class Factory implements ExtensionFactory {
      @Override
      public boolean accepts(Class<?> type) {
        return type == Access.class;
      }

      @Override
      public <E> E attach(Class<E> type, HandleSupplier supplier) {
        return type.cast(new Access(supplier));
      }

      @Override
      public Set<FactoryFlag> getFactoryFlags() {
        return Set.of(FactoryFlag.DONT_USE_PROXY);
      }
    }
  }

  /** The handle that a thread works with. */
  private static final class CurrentHandle implements HandleSupplier {
    private final ThreadLocal<HandleSupplier> ofThread = new ThreadLocal<>();

    @Override
    public Handle getHandle() {
      return ofThread.get().getHandle();
    }

    @Override
    public Jdbi getJdbi() {
      return ofThread.get().getJdbi();
    }

    @Override
    public ConfigRegistry getConfig() {
      return ofThread.get().getConfig();
    }

    @Override
    public <V> V invokeInContext(ExtensionContext context, Callable<V> method) throws Exception {
      return ofThread.get().invokeInContext(context, method);
    }
  }

  /** Ends the work with a handle. */
  @FunctionalInterface
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  static void install(Jdbi jdbi) {
    jdbi.registerExtension(new Access.Factory());
  }

  /** From now on, until the scope is closed, the thread works with the handle. */
  static Scope enter(Handle handle) {
    var ofThread = handle.getConfig(Daos.class).current.ofThread;
    var before = ofThread.get();
    ofThread.set(handle.attach(Access.class).supplier());
    return () -> ofThread.set(before);
  }

  /**
   * The DAO, on this handle.
   *
   * @param handle the one that the thread works with
   */
  @SuppressWarnings("ReferenceEquality") // The same handle is meant.
  public static <D> D on(Handle handle, Class<D> type) {
    var daos = handle.getConfig(Daos.class);
    var working = daos.current.ofThread.get();
    // One that is made once does not see what is set for a single handle, such as who observes it.
    if (working == null || working.getHandle() != handle || RequestConfig.isObserved(handle)) {
      return handle.attach(type);
    }
    return type.cast(
        daos.made.computeIfAbsent(
            type,
            unknown ->
                handle
                    .getConfig(Extensions.class)
                    .findFor(type, daos.current)
                    .orElseThrow(() -> new IllegalArgumentException("no DAO: " + type))));
  }

  /** Shared by all handles of a database. */
  @Override
  public Daos createCopy() {
    return this;
  }
}
