package com.ecommerce.user.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserProfile;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExportFormatTest {
  /** An export has hashes at most. */
  private static final Set<String> SECRETS = Set.of("password", "test_password");

  @Test
  void csv_hasAColumnForEachField() throws IOException {
    var text = new StringBuilder();
    ExportFormat.CSV.writer(text);

    var fields =
        Stream.concat(
                ImportedUser.getDescriptor().getFields().stream()
                    .map(FieldDescriptor::getName)
                    .filter(name -> !name.equals("profile") && !SECRETS.contains(name)),
                UserProfile.getDescriptor().getFields().stream()
                    .map(field -> "profile." + field.getName()))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(fields, new TreeSet<>(Set.of(text.toString().strip().split(","))));
  }
}
