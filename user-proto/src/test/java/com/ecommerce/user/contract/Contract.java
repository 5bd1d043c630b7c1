package com.ecommerce.user.contract;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The elements of some .proto files that a client can see, each with its definition. For example,
 * {@code field user.v1.User.id} is {@code 1: string}. The text form has a line {@code element =
 * definition} for each; an element without a definition, such as a message, is a line with its
 * name. Immutable.
 */
record Contract(Map<String, String> definitions) {
  private static final String SEPARATOR = " = ";

  /** Parses the text form. Empty lines, and lines that begin with {@code #}, are ignored. */
  static Contract parse(Stream<String> lines) {
    var definitions = new LinkedHashMap<String, String>();
    lines
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(
            line -> {
              String[] parts = line.split(SEPARATOR, 2);
              String before = definitions.put(parts[0], parts.length == 2 ? parts[1] : "");
              if (before != null) {
                throw new IllegalArgumentException("twice in the golden file: " + parts[0]);
              }
            });
    return new Contract(definitions);
  }

  /** Returns the contract of compiled .proto files. */
  static Contract of(FileDescriptor... files) {
    var definitions = new LinkedHashMap<String, String>();
    for (var file : files) {
      addFile(definitions, file);
    }
    return new Contract(definitions);
  }

  /**
   * Returns the differences of {@code compiled} from this golden contract, one sentence for each
   * element; empty if there are none.
   */
  List<String> differencesTo(Contract compiled) {
    var differences = new ArrayList<String>();
    definitions.forEach(
        (element, golden) -> {
          String now = compiled.definitions.get(element);
          if (now == null) {
            differences.add("GONE     " + line(element, golden) + renamed(element, compiled));
          } else if (!now.equals(golden)) {
            differences.add("CHANGED  " + line(element, golden) + " (now: " + now + ")");
          }
        });
    compiled.definitions.forEach(
        (element, now) -> {
          if (!definitions.containsKey(element)) {
            differences.add("NEW      " + line(element, now));
          }
        });
    return differences;
  }

  private String renamed(String element, Contract compiled) {
    return compiled.definitions.entrySet().stream()
        .filter(entry -> !definitions.containsKey(entry.getKey()))
        .filter(entry -> !entry.getValue().isEmpty())
        .filter(entry -> entry.getValue().equals(definitions.get(element)))
        .filter(entry -> parent(entry.getKey()).equals(parent(element)))
        .map(entry -> " (renamed to: " + entry.getKey() + ")")
        .findFirst()
        .orElse("");
  }

  private static String parent(String element) {
    return element.substring(0, Math.max(0, element.lastIndexOf('.')));
  }

  private static String line(String element, String definition) {
    return definition.isEmpty() ? element : element + SEPARATOR + definition;
  }

  private static void addFile(Map<String, String> to, FileDescriptor file) {
    String name = "file " + file.getName();
    to.put(name + " package", file.getPackage());
    to.put(name + " syntax", file.toProto().getSyntax());
    file.getOptions()
        .getAllFields()
        .forEach((option, value) -> to.put(name + " option " + option.getName(), "" + value));
    file.getServices().forEach(service -> addService(to, service));
    file.getEnumTypes().forEach(type -> addEnum(to, type));
    file.getMessageTypes().forEach(type -> addMessage(to, type));
  }

  private static void addService(Map<String, String> to, ServiceDescriptor service) {
    to.put("service " + service.getFullName(), options(service.getOptions()));
    for (var method : service.getMethods()) {
      to.put("rpc " + method.getFullName(), signature(method));
    }
  }

  private static String signature(MethodDescriptor method) {
    return (method.isClientStreaming() ? "stream " : "")
        + method.getInputType().getFullName()
        + " -> "
        + (method.isServerStreaming() ? "stream " : "")
        + method.getOutputType().getFullName()
        + options(method.getOptions());
  }

  private static void addEnum(Map<String, String> to, EnumDescriptor type) {
    to.put("enum " + type.getFullName(), options(type.getOptions()));
    for (var value : type.getValues()) {
      // The full name of a value does not contain the enum, since values are siblings of their
      // type.
      String element = "value " + type.getFullName() + "." + value.getName();
      to.put(element, value.getNumber() + options(value.getOptions()));
    }
  }

  private static void addMessage(Map<String, String> to, Descriptor type) {
    to.put("message " + type.getFullName(), options(type.getOptions()));
    for (var field : type.getFields()) {
      to.put("field " + field.getFullName(), definition(field));
    }
    type.getEnumTypes().forEach(nested -> addEnum(to, nested));
    type.getNestedTypes().stream()
        .filter(nested -> !nested.getOptions().getMapEntry())
        .forEach(nested -> addMessage(to, nested));
  }

  private static String definition(FieldDescriptor field) {
    var oneof = field.getRealContainingOneof();
    boolean ownJsonName = !field.getJsonName().equals(lowerCamelCase(field.getName()));
    return field.getNumber()
        + ": "
        + label(field)
        + type(field)
        + (oneof == null ? "" : " oneof " + oneof.getName())
        + (ownJsonName ? " json_name " + field.getJsonName() : "")
        + options(field.getOptions());
  }

  private static String label(FieldDescriptor field) {
    if (field.isMapField()) {
      return "";
    }
    if (field.isRepeated()) {
      return "repeated ";
    }
    return field.toProto().getProto3Optional() ? "optional " : "";
  }

  private static String type(FieldDescriptor field) {
    if (field.isMapField()) {
      var entry = field.getMessageType();
      String key = type(entry.findFieldByNumber(1));
      return "map<" + key + ", " + type(entry.findFieldByNumber(2)) + ">";
    }
    GenericDescriptor named =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType();
          case ENUM -> field.getEnumType();
          default -> null;
        };
    return named == null ? field.getType().name().toLowerCase(Locale.ROOT) : named.getFullName();
  }

  private static String options(Message options) {
    var text = new StringBuilder();
    options
        .getAllFields()
        .forEach((option, value) -> text.append(" [" + option.getName() + ": " + value + "]"));
    return text.toString();
  }

  private static String lowerCamelCase(String name) {
    var text = new StringBuilder();
    boolean upper = false;
    for (char letter : name.toCharArray()) {
      if (letter != '_') {
        text.append(upper ? Character.toUpperCase(letter) : letter);
      }
      upper = letter == '_';
    }
    return text.toString();
  }
}
