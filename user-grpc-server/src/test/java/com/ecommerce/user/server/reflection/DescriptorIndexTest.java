package com.ecommerce.user.server.reflection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.DescriptorProto.ExtensionRange;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.reflection.v1.FileDescriptorResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Tests proto2 files with extensions and other features that this service does not use. */
class DescriptorIndexTest {
  private static final FileDescriptor BASE = built(base());
  private static final FileDescriptor MIDDLE = built(middle(), BASE);
  private static final FileDescriptor TOP = built(top(), BASE, MIDDLE);

  private final DescriptorIndex index = new DescriptorIndex(List.of(TOP));

  private static FileDescriptor built(FileDescriptorProto file, FileDescriptor... dependencies) {
    try {
      return FileDescriptor.buildFrom(file, dependencies);
    } catch (DescriptorValidationException invalid) {
      throw new IllegalStateException(invalid);
    }
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder extension(String name, int number) {
    return field(name, number, Type.TYPE_STRING).setExtendee(".shop.base.Order");
  }

  private static EnumDescriptorProto.Builder enumeration(String name, String value) {
    return EnumDescriptorProto.newBuilder()
        .setName(name)
        .addValue(EnumValueDescriptorProto.newBuilder().setName(value).setNumber(0));
  }

  private static FileDescriptorProto base() {
    var line =
        DescriptorProto.newBuilder()
            .setName("Line")
            .addField(field("sku", 1, Type.TYPE_STRING))
            .addEnumType(enumeration("Unit", "PIECE"));
    var order =
        DescriptorProto.newBuilder()
            .setName("Order")
            .addOneofDecl(OneofDescriptorProto.newBuilder().setName("payment"))
            .addField(field("card", 1, Type.TYPE_STRING).setOneofIndex(0))
            .addNestedType(line)
            .addExtensionRange(ExtensionRange.newBuilder().setStart(100).setEnd(200));
    return FileDescriptorProto.newBuilder()
        .setName("shop/base.proto")
        .setPackage("shop.base")
        .addMessageType(order)
        .addEnumType(enumeration("Channel", "WEB"))
        .build();
  }

  private static FileDescriptorProto middle() {
    return FileDescriptorProto.newBuilder()
        .setName("shop/middle.proto")
        .setPackage("shop.middle")
        .addDependency("shop/base.proto")
        .addExtension(extension("gift_note", 101))
        .addMessageType(
            DescriptorProto.newBuilder().setName("Scope").addExtension(extension("tracking", 100)))
        .build();
  }

  private static FileDescriptorProto top() {
    var method =
        MethodDescriptorProto.newBuilder()
            .setName("Place")
            .setInputType(".shop.base.Order")
            .setOutputType(".shop.base.Order");
    return FileDescriptorProto.newBuilder()
        .setName("top.proto")
        .addDependency("shop/base.proto")
        .addDependency("shop/middle.proto")
        .addService(ServiceDescriptorProto.newBuilder().setName("Orders").addMethod(method))
        .addEnumType(enumeration("Mood", "HAPPY"))
        .build();
  }

  private static List<String> names(Optional<FileDescriptorResponse> response) {
    List<String> names = new ArrayList<>();
    response.ifPresent(
        files ->
            files
                .getFileDescriptorProtoList()
                .forEach(
                    bytes -> {
                      try {
                        names.add(FileDescriptorProto.parseFrom(bytes).getName());
                      } catch (InvalidProtocolBufferException malformed) {
                        throw new IllegalStateException(malformed);
                      }
                    }));
    return names;
  }

  @Test
  void file_comesFirst_withEverythingItDependsOn() {
    assertEquals(List.of("shop/base.proto"), names(index.file("shop/base.proto")));
    assertEquals(
        List.of("shop/middle.proto", "shop/base.proto"), names(index.file("shop/middle.proto")));
    assertEquals(
        List.of("top.proto", "shop/base.proto", "shop/middle.proto"),
        names(index.file("top.proto")));
    assertEquals(Optional.empty(), index.file("other.proto"));
  }

  @Test
  void symbolsOfEveryKind_areFound() {
    for (String symbol :
        List.of(
            "shop.base.Order",
            "shop.base.Order.card",
            "shop.base.Order.payment",
            "shop.base.Order.Line",
            "shop.base.Order.Line.sku",
            "shop.base.Order.Line.Unit",
            "shop.base.Order.Line.PIECE",
            "shop.base.Order.Line.Unit.PIECE",
            "shop.base.Channel",
            "shop.base.WEB",
            "shop.base.Channel.WEB")) {
      assertEquals(List.of("shop/base.proto"), names(index.fileOfSymbol(symbol)), symbol);
    }
    for (String symbol : List.of("shop.middle.gift_note", "shop.middle.Scope.tracking")) {
      assertEquals("shop/middle.proto", names(index.fileOfSymbol(symbol)).get(0), symbol);
    }
    for (String symbol : List.of("Orders", "Orders.Place", "Mood", "HAPPY", "Mood.HAPPY")) {
      assertEquals("top.proto", names(index.fileOfSymbol(symbol)).get(0), symbol);
    }
    for (String symbol :
        List.of("", "shop.base", "Order", ".shop.base.Order", "shop.base.Order.")) {
      assertEquals(Optional.empty(), index.fileOfSymbol(symbol), symbol);
    }
  }

  @Test
  void extensions_areFoundByTypeAndNumber() {
    String type = "shop.base.Order";
    assertEquals("shop/middle.proto", names(index.fileOfExtension(type, 100)).get(0));
    assertEquals("shop/middle.proto", names(index.fileOfExtension(type, 101)).get(0));
    assertEquals(Optional.empty(), index.fileOfExtension(type, 102));
    assertEquals(Optional.empty(), index.fileOfExtension("shop.base.Other", 100));
    SortedSet<Integer> both = new TreeSet<>(List.of(100, 101));
    assertEquals(Optional.of(both), index.extensionNumbers(type));
    assertEquals(Optional.of(new TreeSet<>()), index.extensionNumbers("shop.base.Order.Line"));
    assertEquals(Optional.empty(), index.extensionNumbers("shop.base.Other"));
  }
}
