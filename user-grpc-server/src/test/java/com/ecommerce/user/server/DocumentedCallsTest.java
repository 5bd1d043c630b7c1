package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ecommerce.user.v1.AuthServiceGrpc;
import com.ecommerce.user.v1.UserAdminServiceGrpc;
import com.ecommerce.user.v1.UserEventServiceGrpc;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that clients can make the calls in the manual. */
class DocumentedCallsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

  /** A call, its options, and its method, at the end of the command or of the substitution. */
  private static final Pattern CALL =
      Pattern.compile("grpcurl\\s+([^|]*?)\\s(user\\.v1\\.\\w+)/(\\w+)(?=[\\s|)]|$)");

  /** Text in single quotes, where variables in double quotes may interrupt it. */
  private static final Pattern DATA = Pattern.compile("-d '((?:[^']|'\"\\$\\w+\"')*)'");

  private static final Pattern VARIABLE = Pattern.compile("'\"\\$\\w+\"'");
  private static final Pattern MASK = Pattern.compile("\"update_?[mM]ask\" ?: ?(\"[^\"]*\")");

  /**
   * The format of a mask for grpcurl, which treats it like any other message (issue 393 of
   * grpcurl).
   */
  private static final Pattern GRPCURL_MASK =
      Pattern.compile("\"update_mask\":\\{\"paths\":\\[([^]]*)]}");

  private static final String PATH = "[a-z][a-zA-Z0-9]*(?:\\.[a-z][a-zA-Z0-9]*)*";

  /** The format of a mask in ProtoJSON. Clients in Go refuse underscores. */
  private static final Pattern JSON_MASK = Pattern.compile("\"" + PATH + "(?:," + PATH + ")*\"");

  private static List<Path> manual() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    for (String folder : List.of("docs", "user-proto/src/main/protobuf")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().matches(".*\\.(md|proto)")).forEach(pages::add);
      }
    }
    return pages;
  }

  private static Map<String, MethodDescriptor<?, ?>> methods() {
    Map<String, MethodDescriptor<?, ?>> methods = new HashMap<>();
    for (var service :
        List.of(
            UserServiceGrpc.getServiceDescriptor(),
            AuthServiceGrpc.getServiceDescriptor(),
            UserAdminServiceGrpc.getServiceDescriptor(),
            UserEventServiceGrpc.getServiceDescriptor())) {
      service.getMethods().forEach(method -> methods.put(method.getFullMethodName(), method));
    }
    return methods;
  }

  private static Message.Builder request(MethodDescriptor<?, ?> method) {
    var prototype = ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
    return ((Message) prototype).newBuilderForType();
  }

  @Test
  void callsOfGrpcurl_haveKnownMethodsAndFields() throws IOException {
    var methods = methods();
    int calls = 0;
    for (Path page : manual()) {
      var blocks = BLOCK.matcher(Files.readString(page));
      while (blocks.find()) {
        var call = CALL.matcher(blocks.group(1));
        while (call.find()) {
          calls++;
          String name = call.group(2) + "/" + call.group(3);
          assertTrue(methods.containsKey(name), page + ": " + name);
          assertParsed(call.group(1), request(methods.get(name)));
        }
      }
    }
    assertTrue(calls > 20, calls + " calls");
  }

  private static void assertParsed(String options, Message.Builder request) {
    var data = DATA.matcher(options);
    if (!data.find()) {
      assertTrue(options.matches("(?s)[^']*|.*-d @.*"), options);
      return;
    }
    String json =
        VARIABLE.matcher(data.group(1)).replaceAll("0190b6e2-7b1c-7a52-9d3e-3f1c2a4b5d6e");
    assertFalse(MASK.matcher(json).find(), "grpcurl takes no text as a mask: " + json);
    json =
        GRPCURL_MASK
            .matcher(json)
            .replaceAll(mask -> "\"update_mask\":" + protoJson(mask.group(1)));
    try {
      JsonFormat.parser().merge(json, request);
    } catch (InvalidProtocolBufferException refused) {
      throw new AssertionError(json, refused);
    }
    assertFalse(request.getAllFields().isEmpty(), json);
  }

  private static String protoJson(String quotedPaths) {
    var mask = FieldMaskUtil.fromString(quotedPaths.replace("\"", ""));
    return "\"" + FieldMaskUtil.toJsonString(mask) + "\"";
  }

  @Test
  void masksInProtoJson_areTextsInLowerCamelCase() throws IOException {
    int masks = 0;
    for (Path page : manual()) {
      var mask = MASK.matcher(Files.readString(page));
      while (mask.find()) {
        masks++;
        assertTrue(JSON_MASK.matcher(mask.group(1)).matches(), page + ": " + mask.group());
      }
    }
    assertTrue(masks > 4, masks + " masks");
  }

  @Test
  void masksThatClientsRefuse_areRecognized() {
    for (String mask : List.of("\"first_name\"", "\"a,\"", "\"\"", "\"*\"")) {
      assertFalse(JSON_MASK.matcher(mask).matches(), mask);
    }
    for (String mask :
        List.of("\"firstName\"", "\"firstName,lastName\"", "\"profile.dateOfBirth\"")) {
      assertTrue(JSON_MASK.matcher(mask).matches(), mask);
    }
  }
}
