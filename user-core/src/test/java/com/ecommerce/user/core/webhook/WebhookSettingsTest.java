package com.ecommerce.user.core.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.core.error.InvalidValueException;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSettingsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://shop.example/hooks?shop=1",
        "https://shop.example:8443/",
        "https://shop.example:443",
        "HTTPS://SHOP.EXAMPLE",
        "https://192.0.2.7/a%20b",
        "https://[2001:db8::7]:1024/",
        "http://10.0.0.7:8080/"
      })
  void parseUrl_accepts(String text) {
    assertEquals(URI.create(text), WebhookSettings.parseUrl(" " + text + " "));
  }

  @ParameterizedTest
  @CsvSource({
    "'', REQUIRED",
    "shop.example, INVALID_URL",
    "ftp://shop.example, INVALID_URL",
    "https://, INVALID_URL",
    "https://user:pass@shop.example, INVALID_URL",
    "https://user@shop.example, INVALID_URL",
    "https://shop.example/#top, INVALID_URL",
    "https://shop.example:25/, INVALID_URL",
    "https://shop.example:0/, INVALID_URL",
    "https://shop.example:65536/, INVALID_URL",
    "https://straße.example, INVALID_URL",
    "https://shop_1.example/, INVALID_URL",
    "'https://shop.example/a b', INVALID_URL",
    "https://[fe80::1%25eth0]/, INVALID_URL"
  })
  void parseUrl_refuses(String text, String rule) {
    var refused = assertThrows(InvalidValueException.class, () -> WebhookSettings.parseUrl(text));
    assertEquals(rule, refused.rule());
  }

  @Test
  void parseUrl_refusesLongOnes() {
    var refused =
        assertThrows(
            InvalidValueException.class,
            () -> WebhookSettings.parseUrl("https://shop.example/" + "a".repeat(2_048)));
    assertEquals("TOO_LONG", refused.rule());
  }

  @Test
  void types_admitThemselves_andNeverWebhooks() {
    var url = URI.create("https://shop.example");
    var all = new WebhookSettings(url, Set.of(), "");
    var some = new WebhookSettings(url, Set.of("user.created"), "");

    assertTrue(all.admits("user.updated"));
    assertFalse(all.admits("webhook.created"));
    assertTrue(some.admits("user.created"));
    assertFalse(some.admits("user.updated"));
    assertEquals("user.created", WebhookSettings.parseType("user.created"));
    assertEquals(
        "UNSUPPORTED",
        assertThrows(
                InvalidValueException.class, () -> WebhookSettings.parseType("webhook.created"))
            .rule());
  }
}
