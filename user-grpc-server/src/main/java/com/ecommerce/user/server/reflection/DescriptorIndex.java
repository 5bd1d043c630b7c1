package com.ecommerce.user.server.reflection;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.GenericDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import io.grpc.reflection.v1.FileDescriptorResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An index of {@code .proto} files and their dependencies, by name and by the symbols that they
 * define. Immutable.
 */
final class DescriptorIndex {
  private final Map<String, FileDescriptor> filesByName = new HashMap<>();
  private final Map<String, ByteString> bytesByName = new HashMap<>();
  private final Map<String, FileDescriptor> filesBySymbol = new HashMap<>();

  /** Has an entry for every message type, even without extensions. */
  private final Map<String, SortedMap<Integer, FileDescriptor>> extensionsByType = new HashMap<>();

  /**
   * Makes the index.
   *
   * @param files the files; their dependencies are added
   */
  DescriptorIndex(Collection<FileDescriptor> files) {
    files.forEach(this::addFile);
  }

  private void addFile(FileDescriptor file) {
    if (filesByName.putIfAbsent(file.getName(), file) != null) {
      return;
    }
    bytesByName.put(file.getName(), file.toProto().toByteString());
    file.getDependencies().forEach(this::addFile);
    file.getMessageTypes().forEach(this::addMessage);
    file.getEnumTypes().forEach(this::addEnum);
    file.getExtensions().forEach(this::addExtension);
    file.getServices().forEach(this::addService);
  }

  private void add(GenericDescriptor symbol) {
    filesBySymbol.put(symbol.getFullName(), symbol.getFile());
  }

  private void addMessage(Descriptor message) {
    add(message);
    extensionsByType.computeIfAbsent(message.getFullName(), type -> new TreeMap<>());
    message.getFields().forEach(this::add);
    message.getRealOneofs().forEach(this::add);
    message.getNestedTypes().forEach(this::addMessage);
    message.getEnumTypes().forEach(this::addEnum);
    message.getExtensions().forEach(this::addExtension);
  }

  /**
   * Adds an enum and its values. In protobuf, values are siblings of their enum, as in C++ (see
   * {@code descriptor.proto}). Java's descriptors name them within the enum; both names are found.
   */
  private void addEnum(EnumDescriptor type) {
    add(type);
    String scope =
        type.getFullName().substring(0, type.getFullName().length() - type.getName().length());
    type.getValues()
        .forEach(
            value -> {
              add(value);
              filesBySymbol.put(scope + value.getName(), value.getFile());
            });
  }

  private void addExtension(FieldDescriptor extension) {
    add(extension);
    extensionsByType
        .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
        .put(extension.getNumber(), extension.getFile());
  }

  private void addService(ServiceDescriptor service) {
    add(service);
    service.getMethods().forEach(this::add);
  }

  /** Returns the file of this name, such as {@code google/rpc/error_details.proto}. */
  Optional<FileDescriptorResponse> file(String name) {
    return Optional.ofNullable(filesByName.get(name)).map(this::withDependencies);
  }

  /**
   * Returns the file that defines the symbol of this full name: a service, a method, a message, a
   * field, a oneof, an enum, a value of an enum, or an extension.
   */
  Optional<FileDescriptorResponse> fileOfSymbol(String symbol) {
    return Optional.ofNullable(filesBySymbol.get(symbol)).map(this::withDependencies);
  }

  /** Returns the file that defines the extension of this message type with this number. */
  Optional<FileDescriptorResponse> fileOfExtension(String type, int number) {
    return Optional.ofNullable(extensionsByType.get(type))
        .map(extensions -> extensions.get(number))
        .map(this::withDependencies);
  }

  /** Returns the numbers of the extensions of this message type; empty for an unknown type. */
  Optional<SortedSet<Integer>> extensionNumbers(String type) {
    return Optional.ofNullable(extensionsByType.get(type))
        .map(extensions -> new TreeSet<>(extensions.keySet()));
  }

  /** Returns the file and all its dependencies, so that clients need no further requests. */
  private FileDescriptorResponse withDependencies(FileDescriptor file) {
    Set<FileDescriptor> files = new LinkedHashSet<>();
    collect(file, files);
    var response = FileDescriptorResponse.newBuilder();
    files.forEach(each -> response.addFileDescriptorProto(bytesByName.get(each.getName())));
    return response.build();
  }

  private static void collect(FileDescriptor file, Set<FileDescriptor> files) {
    if (files.add(file)) {
      file.getDependencies().forEach(dependency -> collect(dependency, files));
    }
  }
}
