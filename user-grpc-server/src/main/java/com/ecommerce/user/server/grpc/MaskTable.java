package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.error.Violations;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The writable paths of a message and what each does to a patch: one readable table for each
 * maskable message. A path that is not in the table is unknown or output-only.
 *
 * @param <M> the message with the new values
 * @param <P> the patch that is built
 */
final class MaskTable<M extends Message, P> {
  private static final String EVERYTHING = "*";
  private static final int MAX_SHOWN = 200;

  private final Map<String, Field<M, P>> fields;

  private MaskTable(Map<String, Field<M, P>> fields) {
    this.fields = fields;
  }

  static <M extends Message, P> Builder<M, P> of() {
    return new Builder<>();
  }

  private interface Setter<M, P> {
    void set(Violations violations, String path, M message, P patch);
  }

  private record Field<M, P>(boolean onlyWhenNamed, Setter<M, P> setter) {}

  /**
   * Sets in the patch what the mask names; without a mask, or with one that names nothing, what is
   * present in the message (AIP-134). An empty message within it is not present.
   *
   * @param prefix the message's path in the request, with a dot behind it, for violations
   */
  void apply(Violations violations, String prefix, FieldMask mask, M message, P patch) {
    for (String path : mask.getPathsCount() > 0 ? named(violations, mask) : present(message)) {
      fields.get(path).setter().set(violations, prefix + path, message, patch);
    }
  }

  private Set<String> named(Violations violations, FieldMask mask) {
    Set<String> paths = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String path : mask.getPathsList()) {
      List<String> selected = select(path);
      paths.addAll(selected);
      if (selected.isEmpty()) {
        unknown.add(path);
      }
    }
    if (!unknown.isEmpty()) {
      violations.add(
          "update_mask",
          "UNKNOWN_PATH",
          shortened(String.join(", ", unknown))
              + ": unknown or output-only (expected: of "
              + fields.keySet()
              + ")");
    }
    return paths;
  }

  private static String shortened(String text) {
    int end =
        text.offsetByCodePoints(0, Math.min(text.codePointCount(0, text.length()), MAX_SHOWN));
    return text.substring(0, end);
  }

  /** The fields that a path of a mask means: itself, all below it, or everything. */
  private List<String> select(String path) {
    List<String> selected = new ArrayList<>();
    fields.forEach(
        (name, field) -> {
          boolean everything = path.equals(EVERYTHING) && !field.onlyWhenNamed();
          if (everything || name.equals(path) || name.startsWith(path + ".")) {
            selected.add(name);
          }
        });
    return selected;
  }

  private List<String> present(M message) {
    return fields.keySet().stream().filter(path -> isPresent(message, path)).toList();
  }

  private static boolean isPresent(Message message, String path) {
    int dot = path.indexOf('.');
    String name = dot < 0 ? path : path.substring(0, dot);
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field.isRepeated()) {
      return message.getRepeatedFieldCount(field) > 0;
    }
    if (!message.hasField(field)) {
      return false;
    }
    if (dot > 0) {
      return isPresent((Message) message.getField(field), path.substring(dot + 1));
    }
    return !(message.getField(field) instanceof Message part) || !isEmpty(part);
  }

  /** Returns whether no field of the message is set. To clear such a field takes a mask. */
  private static boolean isEmpty(Message message) {
    return message.getAllFields().isEmpty();
  }

  /** Not thread-safe. */
  static final class Builder<M extends Message, P> {
    private final Map<String, Field<M, P>> fields = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a text field; the patch itself parses it and records violations under the same path. */
    Builder<M, P> text(String path, Function<M, String> getter, BiConsumer<P, String> setter) {
      return put(path, false, getter, Function.identity(), setter);
    }

    /** A field that is parsed into a value for the patch. */
    <S, T> Builder<M, P> field(
        String path, Function<M, S> getter, Function<S, T> parser, BiConsumer<P, T> setter) {
      return put(path, false, getter, parser, setter);
    }

    /** The same, for a field that {@code *} does not mean. */
    <S, T> Builder<M, P> fieldOnlyWhenNamed(
        String path, Function<M, S> getter, Function<S, T> parser, BiConsumer<P, T> setter) {
      return put(path, true, getter, parser, setter);
    }

    private <S, T> Builder<M, P> put(
        String path,
        boolean onlyWhenNamed,
        Function<M, S> getter,
        Function<S, T> parser,
        BiConsumer<P, T> setter) {
      fields.put(
          path,
          new Field<>(
              onlyWhenNamed,
              (violations, fullPath, message, patch) -> {
                violations.parse(
                    fullPath, getter.apply(message), parser, value -> setter.accept(patch, value));
              }));
      return this;
    }

    /** All fields of a message within the message. */
    <N extends Message, Q> Builder<M, P> nested(
        String name, Function<M, N> getter, Function<P, Q> patchOf, MaskTable<N, Q> table) {
      table.fields.forEach(
          (path, field) ->
              fields.put(
                  name + "." + path,
                  new Field<>(
                      field.onlyWhenNamed(),
                      (violations, fullPath, message, patch) ->
                          field
                              .setter()
                              .set(
                                  violations,
                                  fullPath,
                                  getter.apply(message),
                                  patchOf.apply(patch)))));
      return this;
    }

    MaskTable<M, P> build() {
      return new MaskTable<>(fields);
    }
  }
}
