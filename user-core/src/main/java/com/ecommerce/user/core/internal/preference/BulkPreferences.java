package com.ecommerce.user.core.internal.preference;

import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferencePatch;
import com.ecommerce.user.core.preference.PreferenceSet;
import com.ecommerce.user.core.value.UserId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Reads and writes the preferences of many users, for imports and exports. */
public final class BulkPreferences {
  private BulkPreferences() {}

  /** Returns the preferences of those users who have changed any. */
  public static Map<UserId, PreferenceSet> find(Handle handle, Collection<UserId> users) {
    return new PreferenceDao(handle)
        .findAll(users.stream().map(UserId::value).toArray(UUID[]::new));
  }

  /** Sets the preferences of new users. Users with the defaults get no row. */
  public static void insert(Handle tx, Map<UserId, PreferencePatch> patches) {
    Map<UserId, PreferenceSet> changed = new LinkedHashMap<>();
    patches.forEach((user, patch) -> changed.put(user, patch.applyTo(PreferenceSet.DEFAULT)));
    changed.values().removeIf(PreferenceSet.DEFAULT::equals);
    new PreferenceDao(tx).upsertAll(changed);
  }

  /**
   * Changes the preferences of a locked user.
   *
   * @return the names of the changed preferences
   */
  public static List<String> update(Handle tx, UserId user, PreferencePatch patch) {
    if (patch.isEmpty()) {
      return List.of();
    }
    var dao = new PreferenceDao(tx);
    var before = dao.find(user.value()).orElse(PreferenceSet.DEFAULT);
    var after = patch.applyTo(before);
    var changed = after.differences(before).stream().map(Preference::path).toList();
    if (!changed.isEmpty()) {
      dao.upsert(user.value(), after);
    }
    return changed.stream().map("preferences."::concat).toList();
  }
}
