package com.ecommerce.user.server.testing;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolver.ResolutionResult;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Resolves {@code loopback:///50061,50062} to these ports of this machine. */
public final class FixedAddresses extends NameResolverProvider {
  /** The scheme of targets that this resolves. */
  public static final String SCHEME = "loopback";

  @Override
  public NameResolver newNameResolver(URI target, NameResolver.Args arguments) {
    var groups =
        Arrays.stream(target.getPath().substring(1).split(","))
            .map(port -> new InetSocketAddress("127.0.0.1", Integer.parseInt(port)))
            .map(EquivalentAddressGroup::new)
            .toList();
    return new Fixed(groups);
  }

  @Override
  public String getDefaultScheme() {
    return SCHEME;
  }

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return 5;
  }

  @Override
  public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
    return Set.of(InetSocketAddress.class);
  }

  private static final class Fixed extends NameResolver {
    private final List<EquivalentAddressGroup> groups;

    private Fixed(List<EquivalentAddressGroup> groups) {
      this.groups = groups;
    }

    @Override
    public String getServiceAuthority() {
      return "localhost";
    }

    @Override
    public void start(Listener2 listener) {
      listener.onResult2(
          ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
    }

    @Override
    public void shutdown() {
      // There is nothing to stop.
    }
  }
}
