package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import java.util.List;
import java.util.Optional;

/** The routes of a user's addresses. */
public final class AddressRoutes {
  private static final String ADDRESSES = "/api/users/{user_id}/addresses";
  private static final String TYPE = "type";
  private static final String ADDRESS_ID = "address_id";
  private static final String ADDRESS = ADDRESSES + "/{address_id}";

  private final Addresses addresses;

  public AddressRoutes(Addresses addresses) {
    this.addresses = addresses;
  }

  public void addTo(Routes routes) {
    routes
        .on("GET", ADDRESSES, Operation.LIST_USER_ADDRESSES, this::list)
        .withParameters(TYPE)
        .on("POST", ADDRESSES, Operation.ADD_USER_ADDRESS, this::add)
        .on("GET", ADDRESS, Operation.LIST_USER_ADDRESSES, this::get)
        .on("PUT", ADDRESS, Operation.UPDATE_USER_ADDRESS, this::update)
        .on("PATCH", ADDRESS, Operation.UPDATE_USER_ADDRESS, this::update)
        .on("DELETE", ADDRESS, Operation.DELETE_USER_ADDRESS, this::delete)
        .on("POST", ADDRESS + "/default", Operation.SET_DEFAULT_ADDRESS, this::setDefault);
  }

  private record AddressListJson(List<AddressJson> results) {}

  private static ApiResponse reply(int status, Address address) {
    return ApiResponse.json(status, AddressJson.of(address)).version(address.audit().version());
  }

  private ApiResponse list(ApiRequest request) {
    var violations = request.violations();
    Optional<AddressType> type =
        request.query(TYPE).map(text -> violations.parse(TYPE, text, AddressType::parse));
    violations.throwIfAny();
    var found = addresses.list(request.call(), request.user(), type);
    return ApiResponse.json(200, new AddressListJson(found.stream().map(AddressJson::of).toList()));
  }

  private ApiResponse add(ApiRequest request) {
    var newAddress = AddressBodies.read(request.body(AddressBodies.FIELDS));
    var user = request.user();
    request
        .conditions()
        .requireWithoutTag(() -> addresses.list(request.call(), user, Optional.empty()));
    var added = addresses.add(request.call(), user, newAddress);
    String location = "/api/users/" + added.userId() + "/addresses/" + added.id();
    return reply(201, added).header("Location", location);
  }

  private ApiResponse get(ApiRequest request) {
    return reply(200, find(request));
  }

  private Address find(ApiRequest request) {
    AddressId id = id(request);
    return addresses.list(request.call(), request.user(), Optional.empty()).stream()
        .filter(address -> address.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                UserServiceException.notFound(
                    ErrorReason.ADDRESS_NOT_FOUND, "address", id.toString()));
  }

  private static AddressId id(ApiRequest request) {
    return request.id(ADDRESS_ID, AddressId::parse);
  }

  private ApiResponse update(ApiRequest request) {
    var fields = request.body(AddressBodies.FIELDS_OF_CHANGE);
    if (!fields.has("id") || !fields.violations().isEmpty()) {
      var patch = AddressBodies.patch(request, fields);
      return reply(200, addresses.update(request.call(), request.user(), id(request), patch));
    }
    // The body may be an address as the client read it, so only changed fields are written.
    return reply(
        200,
        addresses.update(
            request.call(),
            request.user(),
            id(request),
            current -> AddressBodies.patch(request, fields.since(AddressJson.of(current)))));
  }

  private ApiResponse delete(ApiRequest request) {
    addresses.delete(request.call(), request.user(), id(request), request.conditions());
    return ApiResponse.nothing();
  }

  private ApiResponse setDefault(ApiRequest request) {
    var fields = request.body(TYPE);
    AddressType type = fields.parse(TYPE, AddressType::parse);
    fields.violations().throwIfAny();
    return reply(
        200,
        addresses.setDefault(
            request.call(), request.user(), id(request), type, request.conditions()));
  }
}
