package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.UserCore;
import com.ecommerce.user.core.access.Operation;
import com.ecommerce.user.core.account.PhoneNumber;
import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.address.AddressId;
import com.ecommerce.user.core.address.AddressPatch;
import com.ecommerce.user.core.address.AddressType;
import com.ecommerce.user.core.address.Addresses;
import com.ecommerce.user.core.address.NewAddress;
import com.ecommerce.user.core.address.PostalAddressPatch;
import com.ecommerce.user.core.error.ErrorReason;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.session.Caller;
import com.ecommerce.user.rest.http.ApiRequest;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Routes;
import com.ecommerce.user.rest.page.BrowserForms.Choice;
import java.text.Collator;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The pages of the own addresses. */
final class AddressPages {
  private static final String LIST = BrowserForms.ACCOUNT + "/addresses";
  private static final String ONE = LIST + "/{address}";

  /**
   * An input of the form.
   *
   * @param text the name of its label
   * @param autocomplete the meaning that browsers know (HTML, "autofill detail tokens")
   */
  private record InputField(String name, String text, String autocomplete, boolean isRequired) {}

  private static final List<InputField> FIELDS =
      List.of(
          new InputField("full_name", "full_name", "name", false),
          new InputField("line1", "line1", "address-line1", true),
          new InputField("line2", "line2", "address-line2", false),
          new InputField("postal_code", "postal_code", "postal-code", false),
          new InputField("city", "city", "address-level2", true),
          new InputField("state", "state", "address-level1", false));

  private static final List<InputField> MORE_FIELDS =
      List.of(
          new InputField("phone", "phone", "tel", false),
          new InputField("delivery_instructions", "delivery", "off", false),
          new InputField("label", "address_label", "off", false));

  private final Addresses addresses;
  private final BrowserForms forms;

  AddressPages(UserCore core, BrowserForms forms) {
    this.addresses = core.addresses();
    this.forms = forms;
  }

  void addTo(Routes routes) {
    routes
        .onSessionPage(
            "GET",
            LIST,
            Operation.LIST_USER_ADDRESSES,
            request ->
                forms.show(request, (known, view, user) -> list(known, view, user, "", null)))
        .onSessionPage(
            "POST", LIST, Operation.ADD_USER_ADDRESS, request -> forms.submit(request, this::add))
        .onSessionPage(
            "GET", ONE, Operation.LIST_USER_ADDRESSES, request -> forms.show(request, this::edit))
        .onSessionPage(
            "POST",
            ONE,
            Operation.UPDATE_USER_ADDRESS,
            request -> forms.submit(request, this::update))
        .onSessionPage(
            "POST",
            ONE + "/default",
            Operation.SET_DEFAULT_ADDRESS,
            request -> forms.submit(request, this::setDefault))
        .onSessionPage(
            "POST",
            ONE + "/delete",
            Operation.DELETE_USER_ADDRESS,
            request -> forms.submit(request, this::delete));
  }

  private ApiResponse list(
      ApiRequest request,
      PageView view,
      Caller.User user,
      String notice,
      @Nullable UserServiceException failure) {
    var items = addresses.list(request.call(), user.id(), Optional.empty());
    var values = forms.values(request, "addresses");
    values.put("notice", notice);
    values.put("is_empty", items.isEmpty());
    values.put("items", items.stream().map(address -> item(view, address)).toList());
    BrowserForms.addErrors(values, view, failure);
    int status = failure == null ? 200 : request.status(failure);
    return view.page(status, view.texts().get("account"), "account-addresses.html", values);
  }

  private static Map<String, Object> item(PageView view, Address address) {
    var place = address.postalAddress();
    var item = new HashMap<String, Object>();
    item.put("id", address.id().toString());
    item.put("heading", address.label().isEmpty() ? place.line1() : address.label());
    item.put("lines", view.lines(address));
    item.put("is_shipping", address.isDefaultShipping());
    item.put("is_billing", address.isDefaultBilling());
    item.put("may_default", mayBecomeDefault(address));
    return item;
  }

  private static boolean mayBecomeDefault(Address address) {
    return switch (address.type()) {
      case SHIPPING -> !address.isDefaultShipping();
      case BILLING -> !address.isDefaultBilling();
      case BOTH -> !(address.isDefaultShipping() && address.isDefaultBilling());
    };
  }

  /** The field of the form, as its template shows it. */
  private record Field(
      String name,
      String label,
      String autocomplete,
      String value,
      boolean required,
      String error) {}

  private ApiResponse edit(ApiRequest request, PageView view, Caller.User user) {
    String id = request.parameter("address");
    if (id.equals("new")) {
      return form(request, view, "", Map.of("type", "BOTH"), null);
    }
    return form(request, view, id, entered(find(request, user)), null);
  }

  private Address find(ApiRequest request, Caller.User user) {
    var id = id(request);
    return addresses.list(request.call(), user.id(), Optional.empty()).stream()
        .filter(address -> address.id().equals(id))
        .findFirst()
        .orElseThrow(AddressPages::notFound);
  }

  private static AddressId id(ApiRequest request) {
    try {
      return AddressId.parse(request.parameter("address"));
    } catch (InvalidValueException noId) {
      throw notFound();
    }
  }

  private static UserServiceException notFound() {
    return UserServiceException.of(
        ErrorReason.ADDRESS_NOT_FOUND, "no such address (expected: one of the user)");
  }

  private static Map<String, String> entered(Address address) {
    var place = address.postalAddress();
    var form = new HashMap<String, String>();
    form.put("label", address.label());
    form.put("full_name", address.fullName());
    form.put("line1", place.line1());
    form.put("line2", place.line2());
    form.put("postal_code", place.postalCode());
    form.put("city", place.city());
    form.put("state", place.state());
    form.put("country", place.country().toString());
    form.put("phone", address.phone().map(PhoneNumber::e164).orElse(""));
    form.put("delivery_instructions", address.deliveryInstructions());
    form.put("type", address.type().name());
    return form;
  }

  private ApiResponse form(
      ApiRequest request,
      PageView view,
      String id,
      Map<String, String> entered,
      @Nullable UserServiceException failure) {
    var texts = view.texts();
    var values = forms.values(request, "addresses");
    BrowserForms.addErrors(
        values,
        view,
        failure,
        "label",
        "full_name",
        "line1",
        "line2",
        "postal_code",
        "city",
        "state",
        "country_code",
        "phone",
        "delivery_instructions");
    values.put("id", id);
    values.put("heading", texts.get(id.isEmpty() ? "address_add" : "address_edit"));
    values.put("fields", fields(FIELDS, values, view, entered));
    values.put("more_fields", fields(MORE_FIELDS, values, view, entered));
    values.put("error_country", values.get("error_country_code"));
    values.put("countries", countries(view, entered.getOrDefault("country", "")));
    values.put("types", types(view, entered.getOrDefault("type", "BOTH")));
    int status = failure == null ? 200 : request.status(failure);
    return view.page(status, texts.get("account"), "account-address.html", values);
  }

  private static List<Field> fields(
      List<InputField> inputs,
      Map<String, Object> values,
      PageView view,
      Map<String, String> entered) {
    return inputs.stream()
        .map(
            input ->
                new Field(
                    input.name(),
                    view.texts().get(input.text()),
                    input.autocomplete(),
                    entered.getOrDefault(input.name(), ""),
                    input.isRequired(),
                    (String) values.get("error_" + input.name())))
        .toList();
  }

  private static List<Choice> countries(PageView view, String chosen) {
    return Arrays.stream(Locale.getISOCountries())
        .map(code -> new Choice(code, view.country(code), code.equals(chosen)))
        .sorted(Comparator.comparing(Choice::name, Collator.getInstance(view.locale())))
        .toList();
  }

  private static List<Choice> types(PageView view, String chosen) {
    return Arrays.stream(AddressType.values())
        .map(
            type ->
                new Choice(
                    type.name(),
                    view.texts().get("type_" + type.name().toLowerCase(Locale.ROOT)),
                    type.name().equals(chosen)))
        .toList();
  }

  private ApiResponse add(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      var violations = new Violations();
      var added = NewAddress.builder(violations);
      added
          .label(form.getOrDefault("label", ""))
          .fullName(form.getOrDefault("full_name", ""))
          .deliveryInstructions(form.getOrDefault("delivery_instructions", ""))
          .postalAddress(place -> read(place, form));
      violations.parse(
          "phone",
          form.getOrDefault("phone", ""),
          BrowserForms::phone,
          phone -> phone.ifPresent(added::phone));
      type(form).ifPresent(added::type);
      addresses.add(request.call(), user.id(), added.build());
      return list(request, view, user, view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return form(request, view, "", form, failure);
    }
  }

  private static void read(PostalAddressPatch.Builder place, Map<String, String> form) {
    place
        .line1(form.getOrDefault("line1", ""))
        .line2(form.getOrDefault("line2", ""))
        .city(form.getOrDefault("city", ""))
        .state(form.getOrDefault("state", ""))
        .postalCode(form.getOrDefault("postal_code", ""))
        .country(form.getOrDefault("country", ""));
  }

  private static Optional<AddressType> type(Map<String, String> form) {
    return Arrays.stream(AddressType.values())
        .filter(type -> type.name().equals(form.get("type")))
        .findFirst();
  }

  private ApiResponse update(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      var violations = new Violations();
      var patch =
          AddressPatch.builder(violations)
              .label(form.getOrDefault("label", ""))
              .fullName(form.getOrDefault("full_name", ""))
              .deliveryInstructions(form.getOrDefault("delivery_instructions", ""))
              .postalAddress(place -> read(place, form));
      violations.parse("phone", form.getOrDefault("phone", ""), BrowserForms::phone, patch::phone);
      type(form).ifPresent(patch::type);
      addresses.update(request.call(), user.id(), id(request), patch.build());
      return list(request, view, user, view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return failure.reason() == ErrorReason.ADDRESS_NOT_FOUND
          ? list(request, view, user, "", failure)
          : form(request, view, request.parameter("address"), form, failure);
    }
  }

  private ApiResponse setDefault(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      var address = find(request, user);
      addresses.setDefault(request.call(), user.id(), address.id(), address.type());
      return list(request, view, user, view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return list(request, view, user, "", failure);
    }
  }

  private ApiResponse delete(
      ApiRequest request, PageView view, Caller.User user, Map<String, String> form) {
    try {
      addresses.delete(request.call(), user.id(), id(request));
      return list(request, view, user, view.texts().get("saved"), null);
    } catch (UserServiceException failure) {
      return list(request, view, user, "", failure);
    }
  }
}
