package com.ecommerce.user.rest.page;

import com.ecommerce.user.core.address.Address;
import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violation;
import com.ecommerce.user.core.internal.text.TimeZones;
import com.ecommerce.user.core.verification.LinkState;
import com.ecommerce.user.rest.http.ApiResponse;
import com.ecommerce.user.rest.http.Problems;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.FormatStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Creates the responses to a request for a page, in the language of the reader. Thread-safe. */
public final class PageView {
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;

  /** The mark of a page about a result. */
  public enum Mark {
    DONE,
    EXPIRED,
    FAILED
  }

  private final PageRenderer renderer;
  private final PageTexts texts;
  private final String root;

  PageView(PageRenderer renderer, PageTexts texts, String root) {
    this.renderer = renderer;
    this.texts = texts;
    this.root = root;
  }

  PageTexts texts() {
    return texts;
  }

  /** Returns the text with this name. */
  public String named(String key) {
    return texts.get(key);
  }

  String root() {
    return root;
  }

  /**
   * Returns a page of a template.
   *
   * @param title the title itself, not its key
   */
  public ApiResponse page(int status, String title, String template, Map<String, Object> values) {
    return renderer.render(status, texts, root, title, template, values);
  }

  Locale locale() {
    return Locale.forLanguageTag(texts.language());
  }

  /**
   * Returns a time in the language of the reader.
   *
   * @param timezone an IANA time zone; if it is empty or unknown, the time is in UTC, which the
   *     text then names
   */
  public String time(Instant time, String timezone) {
    var zone = TimeZones.orUtc(timezone);
    return new DateTimeFormatterBuilder()
            .appendLocalized(FormatStyle.MEDIUM, FormatStyle.SHORT)
            .toFormatter(locale())
            .withZone(zone)
            .format(time)
        + (zone.equals(TimeZones.UTC) ? " UTC" : "");
  }

  /** Returns a network in the usual notation: an IPv4 address, or the prefix of IPv6 addresses. */
  public static String network(String clientNetwork) {
    return clientNetwork.replaceFirst("/32$", "").replaceFirst("(:0)+/64$", "::/64");
  }

  /** Returns the lines of a postal address, in the language of the reader. */
  public List<String> lines(Address address) {
    var place = address.postalAddress();
    return Stream.of(
            address.fullName(),
            place.line1(),
            place.line2(),
            (place.postalCode() + " " + place.city()).strip(),
            place.state(),
            country(place.country().toString()))
        .filter(line -> !line.isEmpty())
        .toList();
  }

  /** Returns the name of a country in the language of the reader. */
  String country(String code) {
    return new Locale.Builder().setRegion(code).build().getDisplayCountry(locale());
  }

  /** Returns a page about a result, with the texts of the given keys. */
  ApiResponse message(int status, Mark mark, String title, String text) {
    return messageText(status, mark, texts.get(title), texts.get(text));
  }

  /** Returns a page about a result, with the given texts. */
  public ApiResponse messageText(int status, Mark mark, String title, String text) {
    var values = new HashMap<String, Object>();
    values.put("done", mark == Mark.DONE);
    values.put("expired", mark == Mark.EXPIRED);
    values.put("failed", mark == Mark.FAILED);
    values.put("text", text);
    values.put("continue_url", wayOn());
    values.put("continue", nameOfWayOn());
    return page(status, title, "message.html", values);
  }

  /** Returns the URL to go on to: the shop, or the account; empty if there is neither. */
  private String wayOn() {
    return renderer
        .brand()
        .url()
        .map(URI::toString)
        .orElse(renderer.hasAccounts() ? root + BrowserForms.ACCOUNT.substring(1) : "");
  }

  private String nameOfWayOn() {
    var brand = renderer.brand();
    if (brand.url().isEmpty()) {
      return texts.get("account");
    }
    return brand.name().isEmpty()
        ? texts.get("continue")
        : texts.get("continue.named").replace("{brand}", brand.name());
  }

  /** Returns the page about a success. */
  ApiResponse done(String what) {
    return message(OK, Mark.DONE, what + ".done.title", what + ".done.text");
  }

  ApiResponse incomplete() {
    return message(BAD_REQUEST, Mark.FAILED, "failed.title", "failed.missing");
  }

  /**
   * Returns the page about a link that cannot be used.
   *
   * @param what the prefix of texts that are more specific than the general ones
   */
  ApiResponse unusable(String what, LinkState state) {
    String key = "link." + state;
    String text = specific(what, key + ".text");
    var mark = state == LinkState.EXPIRED ? Mark.EXPIRED : Mark.FAILED;
    return message(BAD_REQUEST, mark, key + ".title", text);
  }

  private String specific(String what, String key) {
    String special = what + "." + key;
    return texts.find(special).isPresent() ? special : key;
  }

  /**
   * Returns the page about a failure, which tells the reader what to do.
   *
   * @param what the prefix of texts that are more specific than the general ones
   */
  ApiResponse failed(String what, UserServiceException failure) {
    int status = Problems.status(failure.reason());
    String key = specific(what, "failed." + failure.reason());
    if (texts.find(key).isPresent()) {
      return message(status, Mark.FAILED, "failed.title", key);
    }
    return Problems.retryLater(
        message(status, Mark.FAILED, "failed.later.title", "failed.later"), failure);
  }

  /**
   * Returns the page for a failure that has no page of its own.
   *
   * @param failure the failure, unwrapped
   */
  ApiResponse failure(int status, Throwable failure) {
    String title = texts.get("problem_title");
    if (!(failure instanceof UserServiceException expected)) {
      return messageText(status, Mark.FAILED, title, texts.get("failed.later"));
    }
    return Problems.retryLater(messageText(status, Mark.FAILED, title, text(expected)), expected);
  }

  /** Returns the text for an entry that violates a rule. */
  public String text(Violation violation) {
    return texts
        .find("weak." + violation.rule())
        .filter(text -> violation.field().endsWith("password"))
        .or(() -> texts.find("error." + violation.rule()))
        .orElseGet(() -> texts.get("error.INVALID"));
  }

  /** Returns the text for a failure that concerns no single entry. */
  public String text(UserServiceException failure) {
    return texts
        .find("error." + failure.reason())
        .or(() -> texts.find("failed." + failure.reason()))
        .orElseGet(() -> texts.get("failed.later"));
  }

  /** A name and a value, by which readers can recognize their own action. */
  record Fact(String name, String value) {}

  /** An alternative on a page: a button that leads to another page. */
  record Choice(String text, String button, String path) {
    static final Choice NONE = new Choice("", "", "");
  }

  /**
   * Returns a page with a button that posts the token.
   *
   * @param what the prefix of the texts
   */
  ApiResponse confirm(
      String what, String token, boolean isDangerous, List<Fact> facts, Choice other) {
    var values = new HashMap<String, Object>();
    values.put("text", texts.get(what + ".text"));
    values.put("button", texts.get(what + ".button"));
    values.put("token", token);
    values.put("danger", isDangerous);
    values.put("has_facts", !facts.isEmpty());
    values.put("facts", facts);
    values.put("other_text", other.text());
    values.put("other_button", other.button());
    values.put("other_path", other.path());
    return page(OK, texts.get(what + ".title"), "confirm.html", values);
  }

  /**
   * Returns a page that asks for a new password.
   *
   * @param what the prefix of the introductory texts
   * @param action the address to which the form is posted
   * @param errors the texts that say what is wrong with the entered password
   */
  ApiResponse password(String what, String action, String token, List<String> errors) {
    var values = new HashMap<String, Object>();
    values.put("text", texts.get(what + ".text"));
    values.put("action", action);
    values.put("token", token);
    values.put("has_errors", !errors.isEmpty());
    values.put("errors", errors.stream().map(error -> Map.of("error", error)).toList());
    values.put("password_label", texts.get("new_password"));
    values.put("confirm_label", texts.get("reset.confirm"));
    values.put("hint", texts.get("password_hint"));
    values.put("strength", texts.get("strength"));
    values.put("strength_labels", texts.get("strength_levels"));
    values.put("show_label", texts.get("show"));
    values.put("hide_label", texts.get("hide"));
    values.put("button", texts.get("reset.button"));
    int status = errors.isEmpty() ? OK : BAD_REQUEST;
    return page(status, texts.get(what + ".title"), "password.html", values);
  }
}
