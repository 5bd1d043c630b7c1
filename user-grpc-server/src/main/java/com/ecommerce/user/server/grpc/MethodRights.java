package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.access.Access;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.core.value.UserId;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UserRole;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The {@link Operation} of each method, and the user whom its request is about. Immutable. */
public final class MethodRights {
  private static final String USER_ID = "user_id";

  private final Map<String, Right> rights = new HashMap<>();

  /**
   * @param methods all methods whose rights are needed
   * @throws IllegalStateException if a method is not in the table of operations, so that none is
   *     open by oversight
   */
  public MethodRights(Collection<? extends MethodDescriptor<?, ?>> methods) {
    for (var method : methods) {
      rights.put(method.getFullMethodName(), right(method));
    }
  }

  private static Right right(MethodDescriptor<?, ?> method) {
    var operation =
        Operation.titled(method.getBareMethodName())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        method.getFullMethodName() + " is not in the table of operations"));
    var described = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
    var userId = described.getMethodDescriptor().getInputType().findFieldByName(USER_ID);
    return new Right(operation, Optional.ofNullable(userId));
  }

  /**
   * The right that a call of one method needs.
   *
   * @param userId the field with the id of the user whom the request is about; empty if it is about
   *     no user
   */
  public record Right(Operation operation, Optional<FieldDescriptor> userId) {
    /**
     * Checks that the caller has the right to at least some requests of the method.
     *
     * @throws com.ecommerce.user.core.error.UserServiceException with {@code CREDENTIALS_MISSING}
     */
    public void requireKnown(Caller caller) {
      if (caller instanceof Caller.Anonymous) {
        Access.require(caller, operation, Optional.empty());
      }
    }

    /**
     * Checks that the caller has the right to this request.
     *
     * @throws com.ecommerce.user.core.error.UserServiceException with {@code CREDENTIALS_MISSING}
     *     or {@code ACCESS_DENIED}
     */
    public void require(Caller caller, Message request) {
      var user = userId.flatMap(field -> parse((String) request.getField(field)));
      Access.require(caller, operation, user);
      further(request).ifPresent(more -> Access.requireAlso(caller, more, user));
    }

    /**
     * Parses the id of a user; empty if it is malformed. A malformed id is not the caller's own,
     * and a caller who may name any user learns later that it is malformed.
     */
    private static Optional<UserId> parse(String id) {
      try {
        return id.isEmpty() ? Optional.empty() : Optional.of(UserId.parse(id));
      } catch (InvalidValueException malformed) {
        return Optional.empty();
      }
    }

    /** Returns the right that the content of the request needs beyond that of its method. */
    private static Optional<Operation> further(Message request) {
      if (request instanceof CreateUserRequest create && namesRoles(create)) {
        return Optional.of(Operation.CREATE_USER_WITH_ROLES);
      }
      if (request instanceof UpdateUserRequest update && UserMasks.isPrivileged(update)) {
        return Optional.of(Operation.UPDATE_ROLES_AND_STATUS);
      }
      return Optional.empty();
    }

    private static boolean namesRoles(CreateUserRequest request) {
      return request.getRolesList().stream().anyMatch(role -> role != UserRole.USER_ROLE_CUSTOMER);
    }
  }

  /** Returns the right of one of the methods. */
  public Right of(MethodDescriptor<?, ?> method) {
    return rights.get(method.getFullMethodName());
  }
}
