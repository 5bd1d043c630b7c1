package com.ecommerce.user.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
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

  /**
   * The method that passes a connection to an event loop is an exception. Constructors are not
   * checked, since the core calls those of its own parts.
   */
  @Test
  void publicMethodsOfTheCore_nameNothingInternal() {
    var found = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      if (type.getPackageName().startsWith("com.ecommerce.user.core")
          && !type.getPackageName().startsWith("com.ecommerce.user.core.internal")
          && isPublic(type)) {
        type.getMethods().stream()
            .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(method -> !method.getName().equals("useOnThisThread"))
            .filter(ArchitectureTest::namesInternal)
            .map(JavaMember::getFullName)
            .forEach(found::add);
      }
    }

    assertEquals(new TreeSet<>(), found);
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
  }

  private static boolean namesInternal(JavaCodeUnit method) {
    return Stream.concat(
            method.getReturnType().getAllInvolvedRawTypes().stream(),
            method.getParameterTypes().stream()
                .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()))
        .anyMatch(
            type ->
                type.getPackageName().startsWith("com.ecommerce.user.core.internal")
                    || type.getPackageName().startsWith("org.jdbi"));
  }
}
