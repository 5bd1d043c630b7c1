package com.ecommerce.user.core.preference;

import static java.util.Objects.requireNonNull;

import com.ecommerce.user.core.patch.Change;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;

/** A change of preferences: each is turned on, turned off or kept. Immutable. */
public final class PreferencePatch {
  private final Map<Preference, Boolean> choices;

  private PreferencePatch(Map<Preference, Boolean> choices) {
    this.choices = choices;
  }

  /** Returns a builder; preferences that are not set stay unchanged. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether the patch sets no preference. */
  public boolean isEmpty() {
    return choices.isEmpty();
  }

  /** Returns the change of one preference. */
  public Change<Boolean> change(Preference preference) {
    requireNonNull(preference, "preference");
    return choices.containsKey(preference) ? Change.set(choices.get(preference)) : Change.keep();
  }

  /** Returns the preferences after this change. */
  public PreferenceSet applyTo(PreferenceSet current) {
    var on = EnumSet.noneOf(Preference.class);
    for (Preference preference : Preference.values()) {
      if (change(preference).applyTo(current.isOn(preference))) {
        on.add(preference);
      }
    }
    return new PreferenceSet(on);
  }

  /** A builder that keeps every preference that is not set. Not thread-safe. */
  public static final class Builder {
    private final Map<Preference, Boolean> choices = new EnumMap<>(Preference.class);

    private Builder() {}

    /** Turns the preference on or off. */
    public Builder set(Preference preference, boolean on) {
      requireNonNull(preference, "preference");
      choices.put(preference, on);
      return this;
    }

    /** Returns the patch. */
    public PreferencePatch build() {
      return new PreferencePatch(new EnumMap<>(choices));
    }
  }
}
