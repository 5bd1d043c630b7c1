package com.ecommerce.user.torture;

import com.ecommerce.common.v1.Address;
import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.v1.AddUserAddressRequest;
import com.ecommerce.user.v1.AddressType;
import com.ecommerce.user.v1.CreateUserRequest;
import com.ecommerce.user.v1.DeleteUserAddressRequest;
import com.ecommerce.user.v1.DeleteUserRequest;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.ListUserAddressesRequest;
import com.ecommerce.user.v1.SearchUsersRequest;
import com.ecommerce.user.v1.UpdateUserProfileRequest;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserAddress;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserServiceGrpc.UserServiceBlockingStub;
import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends the same input to gRPC and to REST. Both must accept it, or refuse it for the same fields,
 * store the same, and return what they stored when it is read. Not thread-safe.
 */
final class FuzzAgreement {
  private static final JsonMapper JSON = new JsonMapper();

  /** The fields of gRPC that have another name in REST. */
  private static final Map<String, String> REST_NAMES =
      Map.of("display_name", "username", "phone", "phone_number");

  private static final List<String> PROFILE =
      List.of("bio", "gender", "language", "currency", "timezone", "company", "website");

  private final UserServiceBlockingStub users;
  private final FuzzHttp http;
  private final FuzzCaller admin;
  private final FuzzValues values;
  private final FuzzRecord record;
  private final String ofGrpc;
  private final String ofRest;

  /**
   * The outcome of one input.
   *
   * @param status {@code 200} for success, otherwise REST's status
   * @param facts what was stored; the names of the refused fields after a failure
   */
  private record Outcome(int status, Map<String, String> facts) {
    /**
     * Returns the outcome of a refused input. Only invalid arguments have the same fields on both;
     * for conflicts, only REST names the field.
     */
    static Outcome refused(int status, Set<String> fields) {
      return new Outcome(status, status == 400 ? Map.of("fields", fields.toString()) : Map.of());
    }
  }

  /**
   * @param users calls as an admin
   * @param admin the admin for calls over REST
   */
  FuzzAgreement(
      UserServiceBlockingStub users,
      FuzzHttp http,
      FuzzCaller admin,
      FuzzValues values,
      FuzzRecord record) {
    this.users = users;
    this.http = http;
    this.admin = admin;
    this.values = values;
    this.record = record;
    ofGrpc = someone();
    ofRest = someone();
  }

  private String someone() {
    var request =
        CreateUserRequest.newBuilder()
            .setEmail(values.newEmail())
            .setPassword(FuzzValues.SECRET)
            .setDisplayName("Ada");
    return users.createUser(request.build()).getUser().getId();
  }

  /** Compares one input. */
  void call() {
    long begin = System.nanoTime();
    String what;
    try {
      what =
          switch (values.random().nextInt(4)) {
            case 0 -> created();
            case 1 -> profile();
            case 2 -> address();
            default -> found();
          };
      record.add(what, "agreed", System.nanoTime() - begin);
    } catch (IOException failed) {
      record.breakPromise("REST did not answer", failed.toString());
    }
  }

  private String text() {
    return values.text().replaceAll("\\p{Cs}", "?");
  }

  private String created() throws IOException {
    Map<String, String> input = new LinkedHashMap<>();
    input.put(
        "email",
        values.chance(0.3) ? values.email().replaceAll("\\p{Cs}", "?") : values.newEmail());
    input.put("password", values.chance(0.2) ? "short" : FuzzValues.SECRET);
    for (String name : List.of("first_name", "last_name", "display_name", "phone")) {
      if (values.chance(0.6)) {
        input.put(name, values.chance(0.3) && name.equals("phone") ? "+44 20 7946 0958" : text());
      }
    }
    var grpc = overGrpc(() -> createdUser(input));
    var rest = post("/api/users", renamed(input), FuzzAgreement::facts);
    if (rest.status() == 200) {
      String id = rest.facts().get("id");
      var read = users.getUser(GetUserRequest.newBuilder().setUserId(id).build()).getUser();
      compare("GetUser and POST /api/users", input, new Outcome(200, facts(read)), rest);
      delete(id);
    }
    compare("CreateUser and POST /api/users", input, without(grpc, "id"), without(rest, "id"));
    return "create";
  }

  private Map<String, String> createdUser(Map<String, String> input) {
    var request =
        CreateUserRequest.newBuilder()
            .setEmail(input.get("email"))
            .setPassword(input.get("password"))
            .setFirstName(input.getOrDefault("first_name", ""))
            .setLastName(input.getOrDefault("last_name", ""))
            .setDisplayName(input.getOrDefault("display_name", ""))
            .setPhone(PhoneNumber.newBuilder().setE164(input.getOrDefault("phone", "")));
    var created = users.createUser(request.build()).getUser();
    var id = GetUserRequest.newBuilder().setUserId(created.getId()).build();
    var email = GetUserByEmailRequest.newBuilder().setEmail(input.get("email")).build();
    same("GetUser", input, created, users.getUser(id).getUser());
    same("GetUserByEmail", input, created, users.getUserByEmail(email).getUser());
    delete(created.getId());
    return facts(created);
  }

  private void delete(String id) {
    users.deleteUser(DeleteUserRequest.newBuilder().setUserId(id).build());
  }

  private static Map<String, String> facts(User user) {
    return new TreeMap<>(
        Map.of(
            "id", user.getId(),
            "email", user.getEmail(),
            "first_name", user.getFirstName(),
            "last_name", user.getLastName(),
            "username", user.getDisplayName(),
            "phone_number", user.getPhone().getE164()));
  }

  private static Map<String, String> facts(JsonNode user) {
    Map<String, String> facts = new TreeMap<>();
    for (String name :
        List.of("id", "email", "first_name", "last_name", "username", "phone_number")) {
      facts.put(name, user.path(name).stringValue(""));
    }
    return facts;
  }

  private String profile() throws IOException {
    Map<String, Object> input = new LinkedHashMap<>();
    var profile = UserProfile.newBuilder();
    var mask = FieldMask.newBuilder();
    for (String name : PROFILE) {
      if (values.chance(0.4)) {
        String text = text();
        input.put(name, text);
        profile.setField(UserProfile.getDescriptor().findFieldByName(name), text);
        mask.addPaths(name);
      }
    }
    if (values.chance(0.4)) {
      String network = text();
      String url = text();
      input.put("social_links", Map.of(network, url));
      profile.putSocialLinks(network, url);
      mask.addPaths("social_links");
    }
    if (values.chance(0.4)) {
      int year = values.oneOf(List.of(1900, 1901, 1999, 2000, 2026, 9_999));
      int day = values.oneOf(List.of(1, 28, 29, 30, 31));
      profile.setDateOfBirth(Date.newBuilder().setYear(year).setMonth(2).setDay(day));
      input.put("date_of_birth", String.format(Locale.ROOT, "%d-02-%02d", year, day));
      mask.addPaths("date_of_birth");
    }
    if (input.isEmpty()) {
      return "profile";
    }
    var request =
        UpdateUserProfileRequest.newBuilder()
            .setUserId(ofGrpc)
            .setProfile(profile)
            .setUpdateMask(mask)
            .build();
    var grpc =
        overGrpc(
            () -> {
              var updated = users.updateUserProfile(request).getUser();
              var read = users.getUser(GetUserRequest.newBuilder().setUserId(ofGrpc).build());
              same("GetUser", input, updated, read.getUser());
              return facts(updated.getProfile());
            });
    var rest =
        send("PATCH", "/api/users/" + ofRest + "/profile", input, FuzzAgreement::profileFacts);
    compare("UpdateUserProfile and PATCH", input, grpc, rest);
    return "profile";
  }

  private static Map<String, String> facts(UserProfile profile) {
    Map<String, String> facts = new TreeMap<>();
    PROFILE.forEach(
        name ->
            facts.put(
                name,
                String.valueOf(
                    profile.getField(UserProfile.getDescriptor().findFieldByName(name)))));
    facts.put("social_links", new TreeMap<>(profile.getSocialLinksMap()).toString());
    var date = profile.getDateOfBirth();
    facts.put(
        "date_of_birth",
        profile.hasDateOfBirth()
            ? String.format(
                Locale.ROOT, "%04d-%02d-%02d", date.getYear(), date.getMonth(), date.getDay())
            : "");
    return facts;
  }

  private static Map<String, String> profileFacts(JsonNode profile) {
    Map<String, String> facts = new TreeMap<>();
    PROFILE.forEach(name -> facts.put(name, profile.path(name).stringValue("")));
    Map<String, String> links = new TreeMap<>();
    profile
        .path("social_links")
        .properties()
        .forEach(link -> links.put(link.getKey(), link.getValue().stringValue()));
    facts.put("social_links", links.toString());
    facts.put("date_of_birth", profile.path("date_of_birth").stringValue(""));
    return facts;
  }

  private String address() throws IOException {
    Map<String, String> input = new LinkedHashMap<>();
    for (String name :
        List.of(
            "label",
            "full_name",
            "line1",
            "line2",
            "city",
            "state",
            "postal_code",
            "delivery_instructions")) {
      if (values.chance(0.7)) {
        input.put(name, values.chance(0.5) ? "Street 1" : text());
      }
    }
    input.put("country_code", values.oneOf(List.of("de", "DE", "FR", "xx", "", "D\u0130", "deu")));
    String type = values.oneOf(List.of("shipping", "billing", "both"));
    var address =
        UserAddress.newBuilder()
            .setLabel(input.getOrDefault("label", ""))
            .setFullName(input.getOrDefault("full_name", ""))
            .setDeliveryInstructions(input.getOrDefault("delivery_instructions", ""))
            .setType(AddressType.valueOf("ADDRESS_TYPE_" + type.toUpperCase(Locale.ROOT)))
            .setAddress(
                Address.newBuilder()
                    .setLine1(input.getOrDefault("line1", ""))
                    .setLine2(input.getOrDefault("line2", ""))
                    .setCity(input.getOrDefault("city", ""))
                    .setState(input.getOrDefault("state", ""))
                    .setPostalCode(input.getOrDefault("postal_code", ""))
                    .setCountryCode(input.get("country_code")));
    var grpc = overGrpc(() -> added(input, address.build()));
    input.put("type", type);
    var rest = post("/api/users/" + ofRest + "/addresses", input, FuzzAgreement::addressFacts);
    if (rest.status() == 200) {
      users.deleteUserAddress(
          DeleteUserAddressRequest.newBuilder()
              .setUserId(ofRest)
              .setAddressId(rest.facts().get("id"))
              .build());
    }
    compare("AddUserAddress and POST", input, without(grpc, "id"), without(rest, "id"));
    return "address";
  }

  private Map<String, String> added(Map<String, String> input, UserAddress address) {
    var added =
        users
            .addUserAddress(
                AddUserAddressRequest.newBuilder().setUserId(ofGrpc).setAddress(address).build())
            .getAddress();
    var listed =
        users.listUserAddresses(ListUserAddressesRequest.newBuilder().setUserId(ofGrpc).build());
    same("ListUserAddresses", input, List.of(added), listed.getAddressesList());
    users.deleteUserAddress(
        DeleteUserAddressRequest.newBuilder()
            .setUserId(ofGrpc)
            .setAddressId(added.getId())
            .build());
    Map<String, String> facts = new TreeMap<>();
    facts.put("id", added.getId());
    facts.put("label", added.getLabel());
    facts.put("full_name", added.getFullName());
    facts.put("delivery_instructions", added.getDeliveryInstructions());
    facts.put("line1", added.getAddress().getLine1());
    facts.put("line2", added.getAddress().getLine2());
    facts.put("city", added.getAddress().getCity());
    facts.put("state", added.getAddress().getState());
    facts.put("postal_code", added.getAddress().getPostalCode());
    facts.put("country_code", added.getAddress().getCountryCode());
    facts.put("default", added.getIsDefaultShipping() + " " + added.getIsDefaultBilling());
    return facts;
  }

  private static Map<String, String> addressFacts(JsonNode address) {
    Map<String, String> facts = new TreeMap<>();
    for (String name :
        List.of(
            "id",
            "label",
            "full_name",
            "line1",
            "line2",
            "city",
            "state",
            "postal_code",
            "country_code",
            "delivery_instructions")) {
      facts.put(name, address.path(name).stringValue(""));
    }
    facts.put(
        "default",
        address.path("is_default_shipping").booleanValue()
            + " "
            + address.path("is_default_billing").booleanValue());
    return facts;
  }

  /** Other callers add and remove users meanwhile, so only the outcome is compared. */
  private String found() throws IOException {
    String query = text();
    var grpc =
        overGrpc(
            () -> {
              users.searchUsers(SearchUsersRequest.newBuilder().setQuery(query).build());
              return Map.of();
            });
    String path = "/api/users?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    var rest = send("GET", path, Map.of(), answer -> Map.of());
    compare("SearchUsers and GET /api/users", query, grpc, rest);
    return "search";
  }

  private Map<String, String> renamed(Map<String, String> input) {
    Map<String, String> renamed = new LinkedHashMap<>();
    input.forEach((name, value) -> renamed.put(REST_NAMES.getOrDefault(name, name), value));
    return renamed;
  }

  private static Outcome overGrpc(Supplier<Map<String, String>> call) {
    try {
      return new Outcome(200, call.get());
    } catch (StatusRuntimeException failed) {
      int status =
          switch (failed.getStatus().getCode()) {
            case INVALID_ARGUMENT -> 400;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, FAILED_PRECONDITION -> 409;
            default -> 599;
          };
      return Outcome.refused(status, violatedFields(failed));
    }
  }

  private static Set<String> violatedFields(StatusRuntimeException failed) {
    Set<String> fields = new TreeSet<>();
    var status = StatusProto.fromThrowable(failed);
    status.getDetailsList().stream()
        .filter(detail -> detail.is(BadRequest.class))
        .forEach(
            detail -> {
              try {
                detail.unpack(BadRequest.class).getFieldViolationsList().stream()
                    .map(
                        violation ->
                            violation
                                .getField()
                                .replaceFirst("^(profile|address)\\.(address\\.)?", ""))
                    .map(name -> REST_NAMES.getOrDefault(name, name))
                    .forEach(fields::add);
              } catch (InvalidProtocolBufferException malformed) {
                throw new IllegalStateException(malformed);
              }
            });
    return fields;
  }

  private Outcome post(String path, Object body, Function<JsonNode, Map<String, String>> facts)
      throws IOException {
    return send("POST", path, body, facts);
  }

  private Outcome send(
      String method, String path, Object body, Function<JsonNode, Map<String, String>> facts)
      throws IOException {
    byte[] json = method.equals("GET") ? new byte[0] : JSON.writeValueAsBytes(body);
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
            + admin.authorization()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + json.length
            + "\r\n\r\n";
    var answer =
        http.send(FuzzMessages.concat(head.getBytes(StandardCharsets.US_ASCII), json), false);
    var content = JSON.readTree(answer.body());
    if (answer.status() < 300) {
      return new Outcome(200, facts.apply(content));
    }
    Set<String> fields = new TreeSet<>();
    content
        .path("errors")
        .propertyNames()
        .forEach(name -> fields.add(name.equals("q") ? "query" : name));
    return Outcome.refused(answer.status(), fields);
  }

  private static Outcome without(Outcome outcome, String name) {
    Map<String, String> facts = new TreeMap<>(outcome.facts());
    facts.remove(name);
    return new Outcome(outcome.status(), facts);
  }

  private void same(String what, Object input, Object answered, Object read) {
    if (!answered.equals(read)) {
      record.breakPromise(
          what + " does not return what was answered", input + ": " + answered + " / " + read);
    }
  }

  private void compare(String what, Object input, Outcome grpc, Outcome rest) {
    if (!grpc.equals(rest)) {
      record.breakPromise(what + " differ", input + ": " + grpc + " / " + rest);
    }
  }
}
