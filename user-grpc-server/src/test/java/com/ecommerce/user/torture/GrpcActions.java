package com.ecommerce.user.torture;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.PaginationRequest;
import com.ecommerce.common.v1.SortSpec;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserPreferencesRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListSessionsRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.ListUsersRequest;
import com.ecommerce.user.v1.PrivacyPreferences;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.SetDefaultAddressRequest;
import com.ecommerce.user.v1.UpdateUserAddressRequest;
import com.ecommerce.user.v1.UpdateUserPreferencesRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.UpdateUserRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserPreferences;
import com.ecommerce.user.v1.UserProfile;
import com.google.protobuf.Empty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Calls of gRPC that read and change users of a population, four fifths of them reads. */
final class GrpcActions {
  private static final int MAX_ADDRESSES = 3;

  private final MixedCalls calls;
  private final List<MixedCalls.Member> members;
  private final Random random;

  /** The actions by the sum of the weights up to them. */
  private final TreeMap<Integer, Action> actions = new TreeMap<>();

  private int weights;
  private int number;

  private record Action(String name, BiConsumer<MixedCalls, MixedCalls.Member> call) {}

  GrpcActions(MixedCalls calls, List<MixedCalls.Member> members, int seed) {
    this.calls = calls;
    this.members = members;
    this.random = new Random(seed);
    addReads();
    addWrites();
  }

  private void add(int weight, String name, BiConsumer<MixedCalls, MixedCalls.Member> call) {
    actions.put(weights, new Action(name, call));
    weights += weight;
  }

  void next() {
    var action = actions.floorEntry(random.nextInt(weights)).getValue();
    var member = members.get(random.nextInt(members.size()));
    number++;
    calls.make(action.name(), () -> action.call().accept(calls, member));
  }

  private void addReads() {
    add(
        35,
        "GetUser",
        (to, member) ->
            to.users().getUser(GetUserRequest.newBuilder().setUserId(member.id()).build()));
    add(
        10,
        "GetUserByEmail",
        (to, member) ->
            to.users()
                .getUserByEmail(
                    GetUserByEmailRequest.newBuilder().setEmail(member.email()).build()));
    add(
        8,
        "ListUserAddresses",
        (to, member) ->
            to.users()
                .listUserAddresses(
                    ListUserAddressesRequest.newBuilder().setUserId(member.id()).build()));
    add(
        8,
        "GetUserPreferences",
        (to, member) ->
            to.users()
                .getUserPreferences(
                    GetUserPreferencesRequest.newBuilder().setUserId(member.id()).build()));
    add(
        6,
        "ListUsers",
        (to, member) ->
            to.users()
                .listUsers(
                    ListUsersRequest.newBuilder()
                        .setPagination(PaginationRequest.newBuilder().setPageSize(20))
                        .setSort(
                            SortSpec.newBuilder()
                                .setField(number % 2 == 0 ? "created_at" : "email"))
                        .build()));
    add(
        6,
        "SearchUsers",
        (to, member) ->
            to.users()
                .searchUsers(
                    SearchUsersRequest.newBuilder()
                        .setQuery("member" + random.nextInt(40))
                        .build()));
    add(
        4,
        "ListSessions",
        (to, member) ->
            to.sessions()
                .listSessions(ListSessionsRequest.newBuilder().setUserId(member.id()).build()));
    add(2, "HealthCheck", (to, member) -> to.users().healthCheck(Empty.getDefaultInstance()));
  }

  private void addWrites() {
    add(
        6,
        "UpdateUser",
        (to, member) ->
            to.users()
                .updateUser(
                    UpdateUserRequest.newBuilder()
                        .setUserId(member.id())
                        .setUser(User.newBuilder().setFirstName("Name " + number))
                        .build()));
    add(
        6,
        "UpdateUserProfile",
        (to, member) ->
            to.users()
                .updateUserProfile(
                    UpdateUserProfileRequest.newBuilder()
                        .setUserId(member.id())
                        .setProfile(UserProfile.newBuilder().setBio("Text " + number))
                        .build()));
    add(
        4,
        "UpdateUserPreferences",
        (to, member) ->
            to.users()
                .updateUserPreferences(
                    UpdateUserPreferencesRequest.newBuilder()
                        .setUserId(member.id())
                        .setPreferences(
                            UserPreferences.newBuilder()
                                .setPrivacy(
                                    PrivacyPreferences.newBuilder()
                                        .setSearchable(true)
                                        .setPublicProfile(number % 2 == 0)))
                        .build()));
    add(5, "addresses", this::changeAddresses);
  }

  private void changeAddresses(MixedCalls to, MixedCalls.Member member) {
    var addresses =
        to.users()
            .listUserAddresses(ListUserAddressesRequest.newBuilder().setUserId(member.id()).build())
            .getAddressesList();
    if (addresses.size() < MAX_ADDRESSES) {
      to.users()
          .addUserAddress(
              AddUserAddressRequest.newBuilder()
                  .setUserId(member.id())
                  .setAddress(address())
                  .build());
      return;
    }
    String last = addresses.get(addresses.size() - 1).getId();
    switch (number % 3) {
      case 0 ->
          to.users()
              .updateUserAddress(
                  UpdateUserAddressRequest.newBuilder()
                      .setUserId(member.id())
                      .setAddressId(last)
                      .setAddress(UserAddress.newBuilder().setLabel("Label " + number))
                      .build());
      case 1 ->
          to.users()
              .setDefaultAddress(
                  SetDefaultAddressRequest.newBuilder()
                      .setUserId(member.id())
                      .setAddressId(last)
                      .setType(AddressType.ADDRESS_TYPE_BOTH)
                      .build());
      default ->
          to.users()
              .deleteUserAddress(
                  DeleteUserAddressRequest.newBuilder()
                      .setUserId(member.id())
                      .setAddressId(addresses.get(0).getId())
                      .build());
    }
  }

  /** Returns an address that can be the default of each kind. */
  static UserAddress address() {
    return UserAddress.newBuilder()
        .setType(AddressType.ADDRESS_TYPE_BOTH)
        .setAddress(
            Address.newBuilder().setLine1("1 Street").setCity("Berlin").setCountryCode("DE"))
        .build();
  }

  /** The same for REST. */
  static Map<String, ?> addressBody() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "both");
    body.put("line1", "1 Street");
    body.put("city", "Berlin");
    body.put("country_code", "DE");
    return body;
  }
}
