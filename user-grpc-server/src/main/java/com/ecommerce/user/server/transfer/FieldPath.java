package com.ecommerce.user.server.transfer;

import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.error.InvalidValueException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.server.grpc.ImportProtos;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserPreferences;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The path of a field of {@code ImportedUser}, such as {@code email}, {@code profile.language},
 * {@code profile.social_links.github} or {@code addresses[0].address.city}. Reads and writes the
 * field as a text: enums by their names without the prefix, several of them separated by commas,
 * times and dates in ISO 8601, telephone numbers in E.164, and any other message, list or map in
 * the JSON of protobuf. A preference that is set alone leaves the others of its group at their
 * defaults. Immutable.
 */
final class FieldPath {
  private static final Pattern STEP = Pattern.compile("([a-z0-9_]+)(?:\\[([0-9]{1,2})])?");
  private static final Pattern SEPARATOR = Pattern.compile("[,;|\\s]+");
  private static final String TRUE = "true|t|yes|y|1";
  private static final String FALSE = "false|f|no|n|0";

  private static final UserPreferences DEFAULT_PREFERENCES = ImportProtos.defaultPreferences();

  private final String text;
  private final List<Step> parents;
  private final FieldDescriptor field;

  /** The key of an entry if the field is a map, or empty for the whole field. */
  private final Optional<String> key;

  /** A message that contains the field, with its index if the parent has a list of them. */
  private record Step(FieldDescriptor field, int index) {
    Message.Builder in(Message.Builder parent) {
      if (!field.isRepeated()) {
        if (parent instanceof UserPreferences.Builder && !parent.hasField(field)) {
          // A group is imported as a whole, and its fields have no presence.
          parent.setField(field, DEFAULT_PREFERENCES.getField(field));
        }
        return parent.getFieldBuilder(field);
      }
      while (parent.getRepeatedFieldCount(field) <= index) {
        parent.addRepeatedField(field, parent.newBuilderForField(field).build());
      }
      return parent.getRepeatedFieldBuilder(field, index);
    }
  }

  private FieldPath(String text, List<Step> parents, FieldDescriptor field, Optional<String> key) {
    this.text = text;
    this.parents = List.copyOf(parents);
    this.field = field;
    this.key = key;
  }

  /** Returns the path; empty if the row has no such field. */
  static Optional<FieldPath> find(String path) {
    List<Step> parents = new ArrayList<>();
    var message = ImportedUser.getDescriptor();
    String rest = path;
    while (true) {
      int dot = rest.indexOf('.');
      var step = STEP.matcher(dot < 0 ? rest : rest.substring(0, dot));
      var field = step.matches() ? message.findFieldByName(step.group(1)) : null;
      if (field == null) {
        return Optional.empty();
      }
      boolean hasIndex = step.group(2) != null;
      if (dot < 0 || field.isMapField()) {
        var key = dot < 0 ? Optional.<String>empty() : Optional.of(rest.substring(dot + 1));
        return hasIndex ? Optional.empty() : Optional.of(new FieldPath(path, parents, field, key));
      }
      if (field.getJavaType() != JavaType.MESSAGE || field.isRepeated() != hasIndex) {
        return Optional.empty();
      }
      parents.add(new Step(field, hasIndex ? Integer.parseInt(step.group(2)) : 0));
      message = field.getMessageType();
      rest = rest.substring(dot + 1);
    }
  }

  /** Returns whether the field is a boolean. */
  boolean isBoolean() {
    return key.isEmpty() && !field.isRepeated() && field.getJavaType() == JavaType.BOOLEAN;
  }

  /** Sets the field, or adds a violation if the text does not have the form of the field. */
  void set(Violations violations, ImportedUser.Builder row, String value) {
    if (!value.isBlank()) {
      violations.parse(
          text,
          value,
          given -> {
            set(row, given);
            return this;
          });
    }
  }

  /**
   * Sets the field.
   *
   * @throws InvalidValueException if the text does not have the form of the field
   */
  private void set(ImportedUser.Builder row, String value) {
    Message.Builder parent = row;
    for (var step : parents) {
      parent = step.in(parent);
    }
    if (key.isPresent()) {
      put(parent, key.get(), value);
    } else if (field.getJavaType() == JavaType.ENUM && field.isRepeated()) {
      for (String name : SEPARATOR.split(value.strip())) {
        parent.addRepeatedField(field, constant(name));
      }
    } else if (field.isRepeated()) {
      mergeJson(parent, value);
    } else {
      setOne(parent, value);
    }
  }

  private void put(Message.Builder parent, String name, String value) {
    var entry = parent.newBuilderForField(field);
    var type = entry.getDescriptorForType();
    entry.setField(type.findFieldByName("key"), name);
    entry.setField(type.findFieldByName("value"), value);
    parent.addRepeatedField(field, entry.build());
  }

  private void setOne(Message.Builder parent, String value) {
    switch (field.getJavaType()) {
      case STRING -> parent.setField(field, value);
      case BOOLEAN -> parent.setField(field, bool(value.strip()));
      case ENUM -> parent.setField(field, constant(value.strip()));
      case MESSAGE -> setMessage(parent, value);
      default -> mergeJson(parent, value);
    }
  }

  private void setMessage(Message.Builder parent, String value) {
    var type = field.getMessageType();
    if (value.strip().startsWith("{")) {
      mergeJson(parent, value);
    } else if (type.equals(Timestamp.getDescriptor())) {
      parent.setField(field, CommonProtos.timestamp(time(value.strip())));
    } else if (type.equals(Date.getDescriptor())) {
      parent.setField(field, date(value.strip()));
    } else if (type.equals(PhoneNumber.getDescriptor())) {
      parent.setField(field, PhoneNumber.newBuilder().setE164(value).build());
    } else {
      mergeJson(parent, value);
    }
  }

  private static boolean bool(String value) {
    String lower = value.toLowerCase(Locale.ROOT);
    if (lower.matches(TRUE)) {
      return true;
    }
    if (lower.matches(FALSE)) {
      return false;
    }
    throw malformed("true or false");
  }

  private EnumValueDescriptor constant(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return field.getEnumType().getValues().stream()
        .filter(constant -> constant.getNumber() != 0)
        .filter(constant -> upper.equals(constant.getName()) || upper.equals(shortName(constant)))
        .findFirst()
        .orElseThrow(
            () ->
                malformed(
                    field.getEnumType().getValues().stream()
                        .filter(constant -> constant.getNumber() != 0)
                        .map(FieldPath::shortName)
                        .collect(Collectors.joining(", "))));
  }

  /** Returns the name without the prefix that all constants share, such as {@code ACTIVE}. */
  private static String shortName(EnumValueDescriptor constant) {
    String zero = constant.getType().findValueByNumber(0).getName();
    return constant.getName().substring(zero.length() - "UNSPECIFIED".length());
  }

  private static Instant time(String value) {
    try {
      return Texts.time(value);
    } catch (DateTimeException unknown) {
      throw malformed("a time in ISO 8601, such as 2019-12-10T09:00:00Z");
    }
  }

  private static Date date(String value) {
    try {
      return CommonProtos.date(LocalDate.parse(value));
    } catch (DateTimeException unknown) {
      throw malformed("a date in ISO 8601, such as 1815-12-10");
    }
  }

  private void mergeJson(Message.Builder parent, String json) {
    try {
      JsonFormat.parser().merge("{\"" + field.getName() + "\":" + json + "}", parent);
    } catch (InvalidProtocolBufferException malformed) {
      throw malformed("JSON of the form that the manual describes");
    }
  }

  private static InvalidValueException malformed(String expected) {
    return new InvalidValueException("MALFORMED", "not readable (expected: " + expected + ")");
  }

  /** Returns the text of the field; empty if it is not set. */
  String get(ImportedUser row) {
    MessageOrBuilder parent = row;
    for (var step : parents) {
      if (!parent.hasField(step.field())) {
        return "";
      }
      parent = (Message) parent.getField(step.field());
    }
    boolean isSet = field.isRepeated() ? parent.getRepeatedFieldCount(field) > 0 : isSet(parent);
    return isSet ? text((Message) parent) : "";
  }

  private boolean isSet(MessageOrBuilder parent) {
    return !field.hasPresence() || parent.hasField(field);
  }

  private String text(Message parent) {
    var value = parent.getField(field);
    if (field.isMapField()) {
      return json(parent);
    }
    if (field.isRepeated()) {
      return field.getJavaType() == JavaType.ENUM
          ? ((List<?>) value)
              .stream()
                  .map(constant -> shortName((EnumValueDescriptor) constant))
                  .collect(Collectors.joining(","))
          : json(parent);
    }
    if (value instanceof EnumValueDescriptor constant) {
      return constant.getNumber() == 0 ? "" : shortName(constant);
    }
    if (value instanceof Timestamp time) {
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
    }
    if (value instanceof Date date) {
      return LocalDate.of(date.getYear(), date.getMonth(), date.getDay()).toString();
    }
    if (value instanceof PhoneNumber phone) {
      return phone.getE164();
    }
    return value instanceof Message ? json(parent) : value.toString();
  }

  /** Returns the JSON of the field alone. */
  private String json(Message parent) {
    var alone = parent.newBuilderForType().setField(field, parent.getField(field)).build();
    String object = Texts.json(alone);
    return object.substring(object.indexOf(':') + 1, object.length() - 1);
  }

  @Override
  public String toString() {
    return text;
  }
}
