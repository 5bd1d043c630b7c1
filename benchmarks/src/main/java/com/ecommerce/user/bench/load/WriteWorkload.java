package com.ecommerce.user.bench.load;

import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.CreateUserResponse;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.UpdateUserResponse;
import com.ecommerce.user.v1.User;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** Writes of users. Each differs from the previous one, so that every write changes something. */
public abstract class WriteWorkload implements Workload {
  private final String method;

  /** Distinguishes the values of this workload from those of others in the same database. */
  private final String run = Long.toHexString(System.currentTimeMillis());

  private int last;

  private WriteWorkload(String method) {
    this.method = "user.v1.UserService/" + method;
  }

  /** Returns a workload of CreateUser. */
  public static WriteWorkload create() {
    return new WriteWorkload("CreateUser") {
      @Override
      public byte[] request(int which) {
        return CreateUserRequest.newBuilder()
            .setEmail(email(which))
            .setPassword("staple battery horse " + which)
            .setFirstName("Ada")
            .setLastName("Lovelace")
            .build()
            .toByteArray();
      }

      private String email(int which) {
        return value(which) + CREATED_DOMAIN;
      }

      @Override
      boolean isRight(int which, ByteBuffer answer) throws InvalidProtocolBufferException {
        return CreateUserResponse.parseFrom(answer).getUser().getEmail().equals(email(which));
      }
    };
  }

  /** The domain of all created users, who are deleted afterwards. */
  public static final String CREATED_DOMAIN = "@created.example";

  /** Returns a workload of UpdateUser for the avatar's URL, which is in no index. */
  public static WriteWorkload updateAvatar(int[] users) {
    return new Update(users, "avatar_url") {
      @Override
      User.Builder change(User.Builder user, int which) {
        return user.setAvatarUrl("https://images.example/" + value(which) + ".png");
      }

      @Override
      boolean isChanged(User user, int which) {
        return user.getAvatarUrl().endsWith("/" + value(which) + ".png");
      }
    };
  }

  /** Returns a workload of UpdateUser for the first name, which lists and searches use. */
  public static WriteWorkload updateFirstName(int[] users) {
    return new Update(users, "first_name") {
      @Override
      User.Builder change(User.Builder user, int which) {
        return user.setFirstName("Ada " + value(which));
      }

      @Override
      boolean isChanged(User user, int which) {
        return user.getFirstName().equals("Ada " + value(which));
      }
    };
  }

  private abstract static class Update extends WriteWorkload {
    private final int[] users;
    private final FieldMask mask;

    Update(int[] users, String path) {
      super("UpdateUser");
      this.users = users;
      this.mask = FieldMask.newBuilder().addPaths(path).build();
    }

    abstract User.Builder change(User.Builder user, int which);

    abstract boolean isChanged(User user, int which);

    private String id(int which) {
      int user = new SplittableRandom(which).nextInt(users.length);
      return BenchUsers.ALL.get(users[user]).id().toString();
    }

    @Override
    public byte[] request(int which) {
      return UpdateUserRequest.newBuilder()
          .setUserId(id(which))
          .setUser(change(User.newBuilder(), which))
          .setUpdateMask(mask)
          .build()
          .toByteArray();
    }

    @Override
    boolean isRight(int which, ByteBuffer answer) throws InvalidProtocolBufferException {
      User user = UpdateUserResponse.parseFrom(answer).getUser();
      return user.getId().equals(id(which)) && isChanged(user, which);
    }
  }

  /** Returns a value that is written only once. */
  public final String value(int which) {
    return run + "." + which;
  }

  @Override
  public String method() {
    return method;
  }

  @Override
  public int next() {
    return ++last;
  }

  @Override
  public boolean isRight(int which, byte[] answer, int length) {
    try {
      return isRight(which, ByteBuffer.wrap(answer, 0, length));
    } catch (InvalidProtocolBufferException malformed) {
      return false;
    }
  }

  abstract boolean isRight(int which, ByteBuffer answer) throws InvalidProtocolBufferException;
}
