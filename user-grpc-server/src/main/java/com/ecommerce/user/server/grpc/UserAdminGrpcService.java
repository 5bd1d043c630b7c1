package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.BatchGetUsersResponse;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import io.grpc.stub.StreamObserver;

/** {@code user.v1.UserAdminService}: translates, calls one use case, replies. Thread-safe. */
public final class UserAdminGrpcService extends UserAdminServiceGrpc.UserAdminServiceImplBase {
  private final UserCore core;

  public UserAdminGrpcService(UserCore core) {
    this.core = core;
  }

  @Override
  public void batchGetUsers(
      BatchGetUsersRequest request, StreamObserver<BatchGetUsersResponse> observer) {
    var keys = UserAdminProtos.keys(request);
    reply(observer, UserAdminProtos.found(core.userBatches().get(call(), keys)));
  }

  @Override
  public StreamObserver<ImportUsersRequest> importUsers(
      StreamObserver<ImportUsersResponse> observer) {
    return ImportStream.begin(core.userImports(), call(), observer);
  }
}
