package com.ecommerce.user.server.badtokens;

import com.ecommerce.user.core.internal.text.Base64Url;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes tokens that must not be accepted, each by changing a valid one. */
abstract class BadTokens {
  private static final JsonMapper JSON = new JsonMapper();

  final String good;
  final TokenSigner signer;
  final Instant now;
  final Map<String, Object> header;
  final Map<String, Object> claims;
  private final List<BadToken> kinds = new ArrayList<>();

  /**
   * @param good a token that is accepted
   * @param signer signs like the service
   */
  BadTokens(String good, TokenSigner signer, Instant now) {
    this.good = good;
    this.signer = signer;
    this.now = now;
    header = map(part(0));
    claims = map(part(1));
  }

  String part(int which) {
    return good.split("\\.")[which];
  }

  private static Map<String, Object> map(String part) {
    return JSON.readValue(
        Base64Url.decode(part), new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  void add(String kind, String token) {
    kinds.add(BadToken.of(kind, token));
  }

  /** Returns the tokens that were added, and forgets them. */
  List<BadToken> taken() {
    var taken = List.copyOf(kinds);
    kinds.clear();
    return taken;
  }

  void signed(String kind, Map<String, Object> otherHeader, Map<String, Object> content) {
    add(kind, signer.token(json(otherHeader), json(content)));
  }

  static Map<String, Object> with(Map<String, Object> map, String name, Object value) {
    var changed = new LinkedHashMap<>(map);
    changed.put(name, value);
    return changed;
  }

  static Map<String, Object> without(Map<String, Object> map, String name) {
    var changed = new LinkedHashMap<>(map);
    changed.remove(name);
    return changed;
  }

  static byte[] json(Map<String, Object> map) {
    return JSON.writeValueAsBytes(map);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
