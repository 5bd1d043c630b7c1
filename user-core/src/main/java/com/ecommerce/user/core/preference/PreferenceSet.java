package com.ecommerce.user.core.preference;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The preferences of a user about notifications and privacy: every {@link Preference} is on or off.
 * Immutable.
 *
 * @param on the preferences that are on; the others are off
 */
public record PreferenceSet(Set<Preference> on) {
  /** The preferences of a user who never changed any. */
  public static final PreferenceSet DEFAULT =
      new PreferenceSet(
          Arrays.stream(Preference.values())
              .filter(Preference::isOnByDefault)
              .collect(Collectors.toSet()));

  public PreferenceSet {
    requireNonNull(on, "on");
    on = Collections.unmodifiableSet(copy(on));
  }

  /** Returns whether the preference is on. */
  public boolean isOn(Preference preference) {
    requireNonNull(preference, "preference");
    return on.contains(preference);
  }

  /** Returns the preferences in which the two sets differ, in the order of declaration. */
  public List<Preference> differences(PreferenceSet other) {
    return Arrays.stream(Preference.values())
        .filter(preference -> isOn(preference) != other.isOn(preference))
        .toList();
  }

  private static EnumSet<Preference> copy(Collection<Preference> preferences) {
    var copy = EnumSet.noneOf(Preference.class);
    copy.addAll(preferences);
    return copy;
  }
}
