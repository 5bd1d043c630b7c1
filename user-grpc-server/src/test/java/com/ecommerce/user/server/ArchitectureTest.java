package com.ecommerce.user.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Tests the rules of docs/architecture.md: which packages may depend on each other, and which types
 * embedders of the core see.
 */
class ArchitectureTest {
  private static final String CORE = "com.ecommerce.user.core..";
  private static final String INTERNAL = "com.ecommerce.user.core.internal..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages(
              "com.ecommerce.user.core", "com.ecommerce.user.rest", "com.ecommerce.user.server");

  @Test
  void classes_areThoseOfAllModules() {
    for (String part : List.of("core", "rest", "server")) {
      assertTrue(
          CLASSES.stream().anyMatch(type -> type.getPackageName().endsWith("user." + part)), part);
    }
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("com.ecommerce.user.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** Reads sources, since the classes of modules that depend on the server are not at hand. */
  @Test
  void packages_areSmall() throws IOException {
    var sizes = new TreeMap<Path, Long>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.map(path -> path.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(module)) {
          try (Stream<Path> files = Files.walk(module)) {
            files
                .filter(file -> file.toString().endsWith(".java"))
                .filter(file -> !file.endsWith("package-info.java"))
                .forEach(file -> sizes.merge(file.getParent(), 1L, Long::sum));
          }
        }
      }
    }
    assertTrue(sizes.keySet().stream().anyMatch(path -> path.endsWith("user/bench")));
    sizes.values().removeIf(size -> size <= 25);

    assertEquals(Map.of(), sizes);
  }

  @Test
  void core_knowsNoTransport() {
    noClasses()
        .that()
        .resideInAPackage(CORE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "com.ecommerce.user.rest..",
            "com.ecommerce.user.server..",
            "io.grpc..",
            "com.google.protobuf..",
            "io.javalin..",
            "org.eclipse.jetty..",
            "io.netty..",
            "io.vertx..",
            "ch.qos.logback..")
        .check(CLASSES);
  }

  @Test
  void transports_doNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("com.ecommerce.user.rest..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.ecommerce.user.server..", "io.grpc..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("com.ecommerce.user.server.grpc..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.ecommerce.user.rest..")
        .check(CLASSES);
  }

  @Test
  void jdbi_isUsedInTheInternalPackagesOnly() {
    noClasses()
        .that(not(resideInAPackage(INTERNAL)))
        .and()
        .doNotHaveFullyQualifiedName("com.ecommerce.user.core.CoreParts")
        .should()
        .dependOnClassesThat(resideInAPackage("org.jdbi.."))
        .check(CLASSES);
  }

  /** Constructors and methods of records, interfaces and classes that embedders can name. */
  @Test
  void publicMembersOfTheCore_nameNothingInternal() {
    var found = new TreeSet<String>();
    for (JavaClass type : publicTypes()) {
      type.getMembers().stream()
          .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC))
          .filter(ArchitectureTest::namesInternal)
          .map(JavaMember::getFullName)
          .forEach(found::add);
    }

    assertEquals(new TreeSet<>(), found);
  }

  /** A new line in the file means that a type is meant for embedders, or for the transports. */
  @Test
  void publicTypesOfTheCore_areThoseOfTheList() throws IOException {
    String list;
    try (var file = ArchitectureTest.class.getResourceAsStream("public-types-of-the-core.txt")) {
      list = new String(file.readAllBytes(), UTF_8);
    }
    String prefix = "com.ecommerce.user.";

    assertEquals(
        list.lines().collect(Collectors.joining("\n")),
        publicTypes().stream()
            .filter(JavaClass::isTopLevelClass)
            .map(type -> type.getName().substring(prefix.length()))
            .sorted()
            .collect(Collectors.joining("\n")));
  }

  @Test
  void transports_useTheseInternalPackagesOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("com.ecommerce.user.rest..", "com.ecommerce.user.server..")
        .should()
        .dependOnClassesThat(
            resideInAPackage(INTERNAL)
                .and(
                    not(
                        resideInAnyPackage(
                            "com.ecommerce.user.core.internal.concurrent",
                            "com.ecommerce.user.core.internal.crypto",
                            "com.ecommerce.user.core.internal.log",
                            "com.ecommerce.user.core.internal.template",
                            "com.ecommerce.user.core.internal.text"))))
        .check(CLASSES);
  }

  private static List<JavaClass> publicTypes() {
    return CLASSES.stream()
        .filter(resideInAPackage(CORE).and(not(resideInAPackage(INTERNAL))))
        .filter(ArchitectureTest::isPublic)
        .toList();
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  private static boolean namesInternal(JavaMember member) {
    return member.getAllInvolvedRawTypes().stream()
        .filter(type -> !type.equals(member.getOwner()))
        .anyMatch(resideInAPackage(INTERNAL).or(resideInAPackage("org.jdbi..")));
  }
}
