package com.ecommerce.user.core.account;

import static com.ecommerce.user.core.testing.Refusals.violationsOf;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.core.error.Violations;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserPatchTest {
  private static final String LONG = "a".repeat(100_000);

  @Test
  void build_reportsEveryBrokenRuleInTheOrderOfTheSetters() {
    var patch =
        UserPatch.builder()
            .email("ada")
            .displayName("\u200B")
            .firstName(LONG)
            .lastName("a\r\nb")
            .avatarUrl("javascript:alert(1)")
            .roles(Set.of())
            .profile(
                profile ->
                    profile
                        .bio("\u0000")
                        .gender("\u202E")
                        .language("xx")
                        .currency("DEM")
                        .timezone("Mars/Olympus")
                        .company(LONG)
                        .website("https://")
                        .socialLinks(Map.of("web", "nowhere")));

    assertEquals(
        List.of(
            "email INVALID_EMAIL",
            "display_name REQUIRED",
            "first_name TOO_LONG",
            "last_name INVALID_CHARACTER",
            "avatar_url INVALID_URL",
            "roles REQUIRED",
            "profile.bio INVALID_CHARACTER",
            "profile.gender INVALID_CHARACTER",
            "profile.language INVALID_LANGUAGE",
            "profile.currency INVALID_CURRENCY",
            "profile.timezone INVALID_TIMEZONE",
            "profile.company TOO_LONG",
            "profile.website INVALID_URL",
            "profile.social_links INVALID_URL"),
        violationsOf(patch::build));
  }

  @Test
  void build_withViolationsOfARequest_usesTheRequestsNames() {
    var violations = new Violations();
    var patch = UserPatch.builder(violations.named("user."::concat));
    patch.firstName(LONG).profile().bio("\u0000");

    assertEquals(
        List.of("user.first_name TOO_LONG", "user.profile.bio INVALID_CHARACTER"),
        violationsOf(patch::build));
  }

  @Test
  void email_ofAStoredAddress_hasToFollowTheCurrentRules() {
    var junk = UserPatch.builder().email(Email.ofStored("a\u0000@example.com"));

    assertEquals(List.of("email INVALID_EMAIL"), violationsOf(junk::build));
  }
}
