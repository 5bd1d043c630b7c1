package com.ecommerce.user.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.common.v1.Common;
import com.ecommerce.user.v1.Auth;
import com.ecommerce.user.v1.Events;
import com.ecommerce.user.v1.UserAdmin;
import com.ecommerce.user.v1.UserOuterClass;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Compares the compiled .proto files with {@code contract.txt}, a golden copy of the wire contract
 * that existing clients use. The golden copy was made from the description of the contract, not
 * from the .proto files.
 *
 * <p>Removing, renaming or renumbering an element, or changing its type, breaks clients, so such a
 * change must be reverted. A new element breaks no client, but it can never be removed. The test
 * therefore also fails for a new element until its line is in {@code contract.txt}, where a
 * reviewer sees the addition.
 */
class ContractTest {
  private static final FileDescriptor USER_FILE = UserOuterClass.getDescriptor();
  private static final FileDescriptor AUTH_FILE = Auth.getDescriptor();
  private static final FileDescriptor ADMIN_FILE = UserAdmin.getDescriptor();
  private static final FileDescriptor EVENTS_FILE = Events.getDescriptor();

  @Test
  void protoFiles_keepTheContract() throws IOException {
    var differences = goldenFile().differencesTo(compiled(USER_FILE));

    assertTrue(
        differences.isEmpty(),
        () ->
            """
            The .proto files differ from the contract.
            GONE and CHANGED break existing clients: change the .proto files back.
            NEW is allowed, and for ever: add its line to user-proto's contract.txt.
            """
                + String.join("\n", differences));
  }

  @Test
  void protoFiles_areAllGuarded() throws IOException {
    var sourceFolder = Path.of("src/main/protobuf");
    try (var files = Files.walk(sourceFolder)) {
      var names =
          files
              .filter(file -> file.toString().endsWith(".proto"))
              .map(file -> sourceFolder.relativize(file).toString().replace('\\', '/'))
              .collect(Collectors.toSet());

      assertEquals(
          Set.of(
              Common.getDescriptor().getName(),
              USER_FILE.getName(),
              AUTH_FILE.getName(),
              ADMIN_FILE.getName(),
              EVENTS_FILE.getName()),
          names);
    }
  }

  @Test
  void differences_nameARemovedField() {
    assertEquals(
        List.of("GONE     field user.v1.DeleteUserRequest.reason = 2: string"),
        differencesAfter(file -> message(file, "DeleteUserRequest").removeField(1)));
  }

  @Test
  void differences_nameARenamedField() {
    assertEquals(
        List.of(
            "GONE     field user.v1.User.email = 2: string"
                + " (renamed to: field user.v1.User.mail)",
            "NEW      field user.v1.User.mail = 2: string"),
        differencesAfter(file -> field(file, "User", "email").setName("mail").clearJsonName()));
  }

  @Test
  void differences_nameARenumberedField() {
    assertEquals(
        List.of("CHANGED  field user.v1.User.email = 2: string (now: 20: string)"),
        differencesAfter(file -> field(file, "User", "email").setNumber(20)));
  }

  @Test
  void differences_nameARetypedField() {
    assertEquals(
        List.of("CHANGED  field user.v1.User.email = 2: string (now: 2: bytes)"),
        differencesAfter(
            file -> field(file, "User", "email").setType(FieldDescriptorProto.Type.TYPE_BYTES)));
  }

  @Test
  void differences_nameARepeatedField() {
    assertEquals(
        List.of("CHANGED  field user.v1.User.email = 2: string (now: 2: repeated string)"),
        differencesAfter(
            file ->
                field(file, "User", "email").setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)));
  }

  @Test
  void differences_nameAFieldWithAnotherJsonName() {
    assertEquals(
        List.of("CHANGED  field user.v1.User.email = 2: string (now: 2: string json_name mail)"),
        differencesAfter(file -> field(file, "User", "email").setJsonName("mail")));
  }

  @Test
  void differences_nameARemovedMethod() {
    assertEquals(
        List.of(
            "GONE     rpc user.v1.UserService.HealthCheck"
                + " = google.protobuf.Empty -> common.v1.HealthCheckResponse"),
        differencesAfter(file -> file.getServiceBuilder(0).removeMethod(22)));
  }

  @Test
  void differences_nameAMethodThatStreams() {
    assertEquals(
        List.of(
            "CHANGED  rpc user.v1.UserService.GetUser"
                + " = user.v1.GetUserRequest -> user.v1.GetUserResponse"
                + " (now: user.v1.GetUserRequest -> stream user.v1.GetUserResponse)"),
        differencesAfter(
            file -> file.getServiceBuilder(0).getMethodBuilder(1).setServerStreaming(true)));
  }

  @Test
  void differences_nameARenumberedEnumValue() {
    assertEquals(
        List.of("CHANGED  value user.v1.UserStatus.USER_STATUS_BANNED = 5 (now: 6)"),
        differencesAfter(file -> file.getEnumTypeBuilder(0).getValueBuilder(5).setNumber(6)));
  }

  @Test
  void differences_nameAChangedFileOption() {
    assertEquals(
        List.of(
            "CHANGED  file proto/user/v1/user.proto option java_package"
                + " = com.ecommerce.user.v1 (now: com.example)"),
        differencesAfter(file -> file.getOptionsBuilder().setJavaPackage("com.example")));
  }

  @Test
  void differences_giveTheLineOfANewField() {
    var nickname =
        FieldDescriptorProto.newBuilder()
            .setName("nickname")
            .setNumber(1_000)
            .setType(FieldDescriptorProto.Type.TYPE_STRING)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);

    assertEquals(
        List.of("NEW      field user.v1.User.nickname = 1000: string"),
        differencesAfter(file -> message(file, "User").addField(nickname)));
  }

  @Test
  void differences_nameANewMessage() {
    assertEquals(
        List.of("NEW      message user.v1.Badge"),
        differencesAfter(
            file -> file.addMessageType(DescriptorProto.newBuilder().setName("Badge"))));
  }

  @Test
  void parse_refusesTheSameElementTwice() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Contract.parse(Stream.of("field a.B.c = 1: string", "field a.B.c = 2: string")));
  }

  private static Contract goldenFile() throws IOException {
    try (var in = ContractTest.class.getResourceAsStream("contract.txt");
        var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return Contract.parse(reader.lines());
    }
  }

  /** Returns the differences that are reported if the current user.proto is edited. */
  private static List<String> differencesAfter(Consumer<FileDescriptorProto.Builder> edit) {
    var edited = USER_FILE.toProto().toBuilder();
    edit.accept(edited);
    var imports = USER_FILE.getDependencies().toArray(FileDescriptor[]::new);
    try {
      var after = FileDescriptor.buildFrom(edited.build(), imports);
      return compiled(USER_FILE).differencesTo(compiled(after));
    } catch (DescriptorValidationException e) {
      throw new AssertionError(e);
    }
  }

  private static Contract compiled(FileDescriptor userFile) {
    return Contract.of(Common.getDescriptor(), userFile, AUTH_FILE, ADMIN_FILE, EVENTS_FILE);
  }

  private static DescriptorProto.Builder message(FileDescriptorProto.Builder file, String name) {
    return file.getMessageTypeBuilderList().stream()
        .filter(message -> message.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static FieldDescriptorProto.Builder field(
      FileDescriptorProto.Builder file, String message, String name) {
    return message(file, message).getFieldBuilderList().stream()
        .filter(field -> field.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
