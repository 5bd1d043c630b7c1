package com.ecommerce.user.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.account.User;
import com.ecommerce.user.core.testing.TestUsers;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without scripts: it keeps cookies, follows redirects and submits forms. */
final class Browser {
  private static final Pattern FORM_SECRET = Pattern.compile("name=\"csrf\" value=\"([^\"]*)\"");

  private final RestFixture fixture;
  private final Map<String, String> cookies = new TreeMap<>();
  private String formSecret = "";

  Browser(RestFixture fixture) {
    this.fixture = fixture;
  }

  /** Returns a browser with copies of the cookies, as a thief of them would have. */
  Browser copy() {
    var copy = new Browser(fixture);
    copy.cookies.putAll(cookies);
    copy.formSecret = formSecret;
    return copy;
  }

  /** Returns all cookies, as the header that sends them. */
  String cookie() {
    return cookies.entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }

  RestClient client() {
    var client = fixture.client().with("Sec-Fetch-Site", "same-origin");
    return cookies.isEmpty() ? client : client.with("Cookie", cookie());
  }

  RestClient.Answer get(String path) {
    return shown(client().get(path));
  }

  /** Submits a form with the secret of the page that was shown last. */
  RestClient.Answer submit(String path, String... namesAndValues) {
    var form = new StringBuilder("csrf=").append(encoded(formSecret));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      form.append('&').append(namesAndValues[i]).append('=').append(encoded(namesAndValues[i + 1]));
    }
    return shown(client().submit(path, form.toString()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private RestClient.Answer shown(RestClient.Answer answer) {
    String header = answer.header("Set-Cookie");
    if (!header.isEmpty()) {
      assertTrue(header.contains("; HttpOnly; SameSite=Strict"), header);
      String[] cookie = header.replaceFirst(";.*", "").split("=", 2);
      if (header.contains("Max-Age=0")) {
        cookies.remove(cookie[0]);
      } else {
        cookies.put(cookie[0], cookie[1]);
      }
    }
    if (answer.status() == 303) {
      return get(answer.header("Location"));
    }
    var secret = FORM_SECRET.matcher(answer.text());
    formSecret = secret.find() ? secret.group(1) : formSecret;
    return answer;
  }

  /** Signs in, and expects the page of the account. */
  RestClient.Answer signIn(String email, String password) {
    var page = submit("/sign-in", "email", email, "password", password).as(200);
    assertEquals(1, page.text().split("<h1>", -1).length - 1, page.text());
    assertTrue(page.text().contains("Your account"), page.text());
    return page;
  }

  /** Submits the form with which a user signs in to the console. */
  RestClient.Answer signInToConsole(User user) {
    return submit(
        "/console/sign-in", "email", user.email().address(), "password", TestUsers.PASSWORD);
  }
}
