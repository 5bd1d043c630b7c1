package com.ecommerce.user.server;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Tests the software bill of materials (SBOM) in the runnable jar. */
class BillOfMaterialsIT {
  @Test
  void jar_carriesItsBillOfMaterials() throws Exception {
    try (var jar = new ZipFile(System.getProperty("userGrpcServerJar"))) {
      var entry = jar.getEntry("META-INF/sbom/user-grpc-server.cdx.json");
      assumeTrue(entry != null, "the jar was built with -o, which leaves the bill out");
      String bill = new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(bill.contains("\"bomFormat\" : \"CycloneDX\""), bill.substring(0, 200));
      for (String library :
          List.of(
              "io.netty/netty-handler",
              "io.grpc/grpc-netty",
              "org.postgresql/postgresql",
              "io.javalin/javalin",
              "ch.qos.logback/logback-classic",
              "com.ecommerce/user-core")) {
        assertTrue(bill.contains("pkg:maven/" + library + "@"), library);
      }
      assertTrue(!bill.contains("org.junit"), "it lists what only tests have");
    }
  }
}
