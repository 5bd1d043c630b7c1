package com.ecommerce.user.core.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PreferenceTest {
  /** The paths are the field names of the contract. */
  @Test
  void path_isThatOfTheContract() {
    assertEquals(
        List.of(
            "email.order_updates",
            "email.promotions",
            "email.newsletter",
            "email.seller_updates",
            "email.security_alerts",
            "push.enabled",
            "push.order_updates",
            "push.price_alerts",
            "push.messages",
            "sms.enabled",
            "sms.delivery_updates",
            "sms.two_factor_auth",
            "privacy.public_profile",
            "privacy.show_online_status",
            "privacy.searchable",
            "privacy.share_activity"),
        Arrays.stream(Preference.values()).map(Preference::path).toList());
  }

  @Test
  void ofPath_findsEachAndNothingElse() {
    for (Preference preference : Preference.values()) {
      assertEquals(Optional.of(preference), Preference.ofPath(preference.path()));
    }
    assertEquals(Optional.empty(), Preference.ofPath("email"));
    assertEquals(Optional.empty(), Preference.ofPath("email.enabled"));
  }

  @Test
  void default_isOptInForPromotions() {
    assertEquals(
        Set.of(
            "email.order_updates",
            "email.seller_updates",
            "email.security_alerts",
            "push.order_updates",
            "push.messages",
            "privacy.searchable"),
        PreferenceSet.DEFAULT.on().stream()
            .map(Preference::path)
            .collect(Collectors.toCollection(TreeSet::new)));
  }
}
