package com.ecommerce.user.rest.json;

import com.ecommerce.user.core.internal.text.Ascii;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of the fields that an operation knows in a JSON object. Immutable.
 *
 * @param writable the fields that the operation reads
 * @param shown the fields that the resource shows and the operation ignores, so that a client may
 *     send back what it has read
 */
public record FieldNames(List<String> writable, Set<String> shown) {
  public FieldNames {
    writable = List.copyOf(writable);
    shown = Set.copyOf(shown);
  }

  public static FieldNames of(String... writable) {
    return of(List.of(writable));
  }

  public static FieldNames of(Collection<String> writable) {
    return new FieldNames(List.copyOf(writable), Set.of());
  }

  /** Returns these names together with those of the record's JSON form. */
  public FieldNames shownBy(Class<? extends Record> resource) {
    var names = new LinkedHashSet<String>();
    Arrays.stream(resource.getRecordComponents())
        .map(component -> Ascii.toLowerCase(component.getName().replaceAll("([A-Z])", "_$1")))
        .forEach(names::add);
    return new FieldNames(writable, names);
  }

  public boolean contains(String name) {
    return writable.contains(name) || shown.contains(name);
  }
}
