package com.ecommerce.user.testing;

import com.ecommerce.user.v1.User;
import io.grpc.Metadata;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;

/**
 * A user that exists and is logged in. Immutable.
 *
 * @param user the user at the login
 * @param password the password of the user
 * @param accessToken the access token of the user's session, without {@code Bearer}
 */
public record TestUser(User user, String password, String accessToken) {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Returns the id of the user. */
  public String id() {
    return user.getId();
  }

  /** Returns a stub that makes its calls as this user. */
  public <S extends AbstractStub<S>> S authenticate(S stub) {
    var headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + accessToken);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Returns the user without the password and the token. */
  @Override
  public String toString() {
    return "TestUser[" + user.getEmail() + ", " + user.getId() + "]";
  }
}
