package com.ecommerce.user.server.grpc;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.core.patch.PatchField;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The paths of a message that an update can set, and the fields of the core that they name. A path
 * that is not in the table is unknown or output-only. Immutable.
 *
 * @param <F> the type of the fields
 */
final class MaskTable<F extends PatchField<?, ?>> {
  private static final String EVERYTHING = "*";
  private static final int MAX_SHOWN = 200;

  private final Map<String, Row<F>> rows = new LinkedHashMap<>();

  /**
   * A path of the message.
   *
   * @param steps the fields that lead from the message to the value
   */
  private record Row<F>(F field, List<FieldDescriptor> steps) {
    Object value(Message message) {
      Object value = message;
      for (var step : steps) {
        value = ((Message) value).getField(step);
      }
      return value;
    }

    boolean isPresent(Message message) {
      Message part = message;
      for (var step : steps.subList(0, steps.size() - 1)) {
        if (!part.hasField(step)) {
          return false;
        }
        part = (Message) part.getField(step);
      }
      var last = steps.get(steps.size() - 1);
      if (last.isRepeated()) {
        return part.getRepeatedFieldCount(last) > 0;
      }
      // An empty message within the message is not present. Clearing such a field requires a mask.
      return part.hasField(last)
          && !(part.getField(last) instanceof Message inner && inner.getAllFields().isEmpty());
    }
  }

  private MaskTable() {}

  /**
   * Returns a table with a row for each field. Violations list the paths in the order of the
   * fields, those of the message before those of its parts.
   *
   * @param path returns the path of a field in the message
   * @throws IllegalStateException if the message does not have the path of a field
   */
  static <F extends PatchField<?, ?>> MaskTable<F> of(
      Descriptor message, Collection<F> fields, Function<F, String> path) {
    var table = new MaskTable<F>();
    fields.stream()
        .sorted(Comparator.comparing(field -> path.apply(field).contains(".")))
        .forEach(
            field -> {
              String name = path.apply(field);
              table.rows.put(name, new Row<>(field, steps(message, name)));
            });
    return table;
  }

  private static List<FieldDescriptor> steps(Descriptor message, String path) {
    List<FieldDescriptor> steps = new ArrayList<>();
    var part = message;
    for (String name : path.split("\\.")) {
      var step = part.findFieldByName(name);
      if (step == null) {
        throw new IllegalStateException(message.getFullName() + " has no field " + path);
      }
      steps.add(step);
      part = step.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? step.getMessageType() : part;
    }
    return List.copyOf(steps);
  }

  /** Returns the value of the field at the path. */
  Object value(String path, Message message) {
    return rows.get(path).value(message);
  }

  /**
   * Returns the fields that the mask names. Without a mask, or with an empty one, returns those
   * that are present in the message (AIP-134). An empty message within it is not present.
   */
  Set<F> select(Violations violations, FieldMask mask, Message message) {
    return mask.getPathsCount() > 0 ? named(violations, mask) : present(message);
  }

  private Set<F> named(Violations violations, FieldMask mask) {
    Set<F> fields = new LinkedHashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String path : mask.getPathsList()) {
      List<F> selected = select(path);
      fields.addAll(selected);
      if (selected.isEmpty()) {
        unknown.add(path);
      }
    }
    if (!unknown.isEmpty()) {
      violations.add(
          "update_mask",
          "UNKNOWN_PATH",
          shown(String.join(", ", unknown))
              + ": unknown or output-only (expected: one of "
              + String.join(", ", rows.keySet())
              + ")");
    }
    return fields;
  }

  /** Returns the beginning of the text, with {@code ?} in place of control characters. */
  private static String shown(String text) {
    int end =
        text.offsetByCodePoints(0, Math.min(text.codePointCount(0, text.length()), MAX_SHOWN));
    return text.substring(0, end).replaceAll("\\p{Cc}", "?");
  }

  /**
   * Returns the fields that a path of a mask selects: the field itself, all fields below it, or
   * everything.
   */
  private List<F> select(String path) {
    List<F> selected = new ArrayList<>();
    rows.forEach(
        (name, row) -> {
          boolean everything = path.equals(EVERYTHING) && !row.field().isOnlyWhenNamed();
          if (everything || name.equals(path) || name.startsWith(path + ".")) {
            selected.add(row.field());
          }
        });
    return selected;
  }

  private Set<F> present(Message message) {
    Set<F> fields = new LinkedHashSet<>();
    for (var row : rows.values()) {
      if (row.isPresent(message)) {
        fields.add(row.field());
      }
    }
    return fields;
  }
}
