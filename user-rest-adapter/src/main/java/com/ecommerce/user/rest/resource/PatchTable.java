package com.ecommerce.user.rest.resource;

import com.ecommerce.user.core.patch.PatchField;
import com.ecommerce.user.rest.json.JsonFields;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The fields of a resource that PATCH and PUT write, under their names in JSON. Immutable.
 *
 * @param <F> the type of the fields
 */
final class PatchTable<F extends PatchField<?, ?>> {
  private final Map<String, F> fields = new LinkedHashMap<>();

  /**
   * Creates a table.
   *
   * @param name returns the name of a field in JSON
   */
  PatchTable(Collection<F> fields, Function<F, String> name) {
    fields.forEach(field -> this.fields.put(name.apply(field), field));
  }

  /** Returns the names of the fields. */
  List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /** Returns whether the body has a field that only admins may set. */
  boolean isPrivileged(JsonFields body) {
    return fields.entrySet().stream()
        .anyMatch(entry -> entry.getValue().isPrivileged() && body.has(entry.getKey()));
  }

  /**
   * Calls the setter for each field that the body writes, with the field's name in JSON. PATCH
   * writes the fields that are present. PUT also clears the absent ones, except for fields that
   * cannot be empty. It does not write fields that repeat the resource, and it ignores fields for
   * admins even if they are present, since clients often send back everything that they read.
   */
  void write(JsonFields body, boolean replace, BiConsumer<F, String> setter) {
    fields.forEach(
        (name, field) -> {
          if (replace ? isReplaced(body, name, field) : body.has(name)) {
            setter.accept(field, name);
          }
        });
  }

  private static boolean isReplaced(JsonFields body, String name, PatchField<?, ?> field) {
    if (field.isPrivileged()) {
      return false;
    }
    return field.isClearable() ? !body.repeats(name) : body.has(name);
  }
}
