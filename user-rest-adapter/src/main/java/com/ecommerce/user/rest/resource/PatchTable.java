package com.ecommerce.user.rest.resource;

import com.ecommerce.user.rest.http.FieldNames;
import com.ecommerce.user.rest.http.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The writable fields of a resource: one row says how a field is read and what of the patch it
 * sets. PATCH writes the rows whose field is present, PUT all of them. Immutable.
 *
 * @param <P> the patch's builder
 */
final class PatchTable<P> {
  private final List<Row<P>> rows;

  private enum Absent {
    /** PUT empties it. */
    CLEARED,
    /** PUT leaves it alone, since it cannot be empty. */
    KEPT,
    /** PUT leaves it alone, also when it is there: what was read is often sent back whole. */
    IGNORED
  }

  private record Row<P>(String name, Absent absent, Writer<P> writer) {}

  @FunctionalInterface
  private interface Writer<P> {
    void write(JsonFields fields, P patch, boolean replace);
  }

  private PatchTable(List<Row<P>> rows) {
    this.rows = List.copyOf(rows);
  }

  static <P> Builder<P> of() {
    return new Builder<>();
  }

  /** Returns the names of the fields. */
  FieldNames names() {
    return FieldNames.of(rows.stream().map(Row::name).toList());
  }

  /** Sets what is present. */
  void patch(JsonFields fields, P patch) {
    for (Row<P> row : rows) {
      if (fields.has(row.name())) {
        row.writer().write(fields, patch, false);
      }
    }
  }

  /**
   * Sets all fields: absent ones become empty, and those that repeat the resource stay unchanged.
   */
  void replace(JsonFields fields, P patch) {
    for (Row<P> row : rows) {
      boolean written =
          switch (row.absent()) {
            case CLEARED -> !fields.repeats(row.name());
            case KEPT -> fields.has(row.name());
            case IGNORED -> false;
          };
      if (written) {
        row.writer().write(fields, patch, true);
      }
    }
  }

  /** Not thread-safe. */
  static final class Builder<P> {
    private final List<Row<P>> rows = new ArrayList<>();

    private Builder() {}

    /** Adds a text field that may be empty; the patch itself parses it and records violations. */
    Builder<P> text(String name, BiConsumer<P, String> setter) {
      return add(name, Absent.CLEARED, Builder::read, setter);
    }

    /** Adds a text field that cannot be empty and that PUT may leave out. */
    Builder<P> textNeverEmpty(String name, BiConsumer<P, String> setter) {
      return add(name, Absent.KEPT, Builder::read, setter);
    }

    private static String read(JsonFields fields, String name) {
      return fields.parse(name, raw -> raw);
    }

    /** A field that may be empty. */
    <T> Builder<P> field(
        String name, BiFunction<JsonFields, String, T> reader, BiConsumer<P, T> setter) {
      return add(name, Absent.CLEARED, reader, setter);
    }

    /** A field that cannot be empty, which PUT may leave out. */
    <T> Builder<P> fieldNeverEmpty(
        String name, BiFunction<JsonFields, String, T> reader, BiConsumer<P, T> setter) {
      return add(name, Absent.KEPT, reader, setter);
    }

    /** A field that PUT does not write. */
    <T> Builder<P> fieldOfPatchOnly(
        String name, BiFunction<JsonFields, String, T> reader, BiConsumer<P, T> setter) {
      return add(name, Absent.IGNORED, reader, setter);
    }

    private <T> Builder<P> add(
        String name,
        Absent absent,
        BiFunction<JsonFields, String, T> reader,
        BiConsumer<P, T> setter) {
      rows.add(
          new Row<>(
              name,
              absent,
              (fields, patch, replace) -> {
                T value = reader.apply(fields, name);
                if (value != null) {
                  setter.accept(patch, value);
                }
              }));
      return this;
    }

    /** An object whose fields have a table of their own. A null empties all of them. */
    <Q> Builder<P> nested(String name, Function<P, Q> patchOf, PatchTable<Q> table) {
      rows.add(
          new Row<>(
              name,
              Absent.CLEARED,
              (fields, patch, replace) -> {
                JsonFields inner = fields.object(name, table.names());
                if (replace || fields.isNull(name)) {
                  table.replace(inner, patchOf.apply(patch));
                } else {
                  table.patch(inner, patchOf.apply(patch));
                }
              }));
      return this;
    }

    PatchTable<P> build() {
      return new PatchTable<>(rows);
    }
  }
}
