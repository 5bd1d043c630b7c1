package com.ecommerce.user.server.grpc;

import static com.ecommerce.user.server.grpc.CallContext.call;
import static com.ecommerce.user.server.grpc.Replies.reply;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.v1.BatchGetUsersRequest;
import com.ecommerce.user.v1.BatchGetUsersResponse;
import com.ecommerce.user.v1.ExportUserRequest;
import com.ecommerce.user.v1.ExportUserResponse;
import com.ecommerce.user.v1.ExportUsersRequest;
import com.ecommerce.user.v1.ExportUsersResponse;
import com.ecommerce.user.v1.ImportUsersRequest;
import com.ecommerce.user.v1.ImportUsersResponse;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import io.grpc.stub.StreamObserver;

/**
 * Implements {@code user.v1.UserAdminService}: each method converts its request, calls one use case
 * and replies. Thread-safe.
 */
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

  @Override
  public void exportUsers(
      ExportUsersRequest request, StreamObserver<ExportUsersResponse> observer) {
    var filter = ExportProtos.filter(request);
    var replies = new PacedReplies<>(call(), observer);
    core.userExports()
        .export(
            call(),
            filter,
            request.getWithPasswordHashes(),
            user -> replies.send(ExportProtos.exported(user)));
    replies.end();
  }

  @Override
  public void exportUser(ExportUserRequest request, StreamObserver<ExportUserResponse> observer) {
    var user = UserProtos.userId(request.getUserId());
    reply(observer, ExportProtos.document(core.userExports().document(call(), user)));
  }
}
