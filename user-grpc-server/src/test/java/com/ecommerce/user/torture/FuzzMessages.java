package com.ecommerce.user.torture;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Generates messages from a descriptor, most of them well-formed. Not thread-safe. */
final class FuzzMessages {
  private static final int MAX_DEPTH = 5;
  private static final double PRESENT = 0.6;
  private static final double MANY = 0.02;
  private static final List<String> OTHER_PATHS =
      List.of(
          "*",
          "",
          "id",
          "audit",
          "audit.version",
          "profile.social_links.x",
          "nope",
          "firstName",
          "profile.");

  private final FuzzValues values;

  FuzzMessages(FuzzValues values) {
    this.values = values;
  }

  /** Returns the bytes of a message of the type, at times corrupted. */
  byte[] bytes(Descriptor type) {
    byte[] bytes = message(type, type, 0).toByteArray();
    return values.chance(0.15) ? mutated(bytes) : bytes;
  }

  private Message message(Descriptor type, Descriptor root, int depth) {
    var message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean isDeep =
          depth >= MAX_DEPTH && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (isDeep || !values.chance(PRESENT)) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = count(); i > 0; i--) {
          message.addRepeatedField(field, value(field, root, depth));
        }
      } else {
        message.setField(field, value(field, root, depth));
      }
    }
    return message.build();
  }

  private int count() {
    return values.chance(MANY) ? 300 : values.random().nextInt(4);
  }

  private Object value(FieldDescriptor field, Descriptor root, int depth) {
    return switch (field.getJavaType()) {
      case INT -> (int) values.number();
      case LONG -> values.number();
      case FLOAT -> (float) values.number();
      case DOUBLE -> values.chance(0.2) ? Double.NaN : (double) values.number();
      case BOOLEAN -> values.chance(0.5);
      case STRING -> text(field, root);
      case BYTE_STRING -> com.google.protobuf.ByteString.copyFrom(values.bytes(100));
      case ENUM ->
          values.chance(0.85)
              ? values.oneOf(field.getEnumType().getValues())
              : field.getEnumType().findValueByNumberCreatingIfUnknown((int) values.number());
      case MESSAGE -> message(field.getMessageType(), root, depth + 1);
    };
  }

  private String text(FieldDescriptor field, Descriptor root) {
    String name = field.getName();
    if (field.getContainingType().getFullName().equals(FieldMask.getDescriptor().getFullName())) {
      return path(root);
    }
    if (name.endsWith("password") || name.endsWith("secret")) {
      return values.password();
    }
    return switch (name) {
      case "user_id", "id" -> values.userId();
      case "address_id" -> values.addressId();
      case "email" -> values.email();
      default -> values.text();
    };
  }

  /** Returns a path into one of the messages that a request has. */
  private String path(Descriptor root) {
    var messages =
        root.getFields().stream()
            .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
            .map(FieldDescriptor::getMessageType)
            .toList();
    if (messages.isEmpty() || values.chance(0.15)) {
      return values.oneOf(OTHER_PATHS);
    }
    var field = values.oneOf(values.oneOf(messages).getFields());
    boolean hasMore = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && values.chance(0.6);
    return hasMore
        ? field.getName() + "." + values.oneOf(field.getMessageType().getFields()).getName()
        : field.getName();
  }

  private byte[] mutated(byte[] bytes) {
    return switch (values.random().nextInt(6)) {
      case 0 -> Arrays.copyOf(bytes, values.random().nextInt(bytes.length + 1));
      case 1 -> flipped(bytes);
      case 2 -> concat(bytes, bytes);
      case 3 -> concat(bytes, unknownField());
      case 4 -> concat(bytes, nestedGroups(values.chance(0.5) ? 90 : 20_000));
      default -> values.bytes(200);
    };
  }

  private byte[] flipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    for (int i = values.random().nextInt(4); i >= 0 && flipped.length > 0; i--) {
      flipped[values.random().nextInt(flipped.length)] ^= (byte) (1 << values.random().nextInt(8));
    }
    return flipped;
  }

  /** Returns an unknown field, or one with a wrong wire type. */
  private byte[] unknownField() {
    var bytes = new ByteArrayOutputStream();
    try {
      var out = CodedOutputStream.newInstance(bytes);
      int number = 1 + values.random().nextInt(values.chance(0.5) ? 15 : 500_000);
      switch (values.random().nextInt(3)) {
        case 0 -> out.writeUInt64(number, values.number());
        case 1 -> out.writeByteArray(number, values.bytes(2_000));
        default -> out.writeFixed32(number, (int) values.number());
      }
      out.flush();
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Returns nested groups of field 15 that do not end. */
  private static byte[] nestedGroups(int depth) {
    byte[] bytes = new byte[depth];
    Arrays.fill(bytes, (byte) (15 << 3 | 3));
    return bytes;
  }

  static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
