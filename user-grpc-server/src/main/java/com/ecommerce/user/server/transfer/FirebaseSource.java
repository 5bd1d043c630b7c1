package com.ecommerce.user.server.transfer;

import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The users of a Firebase project, as {@code firebase auth:export --format=json} writes them. Their
 * ids become external ids. Telephone numbers are verified, since Firebase has sent codes to them.
 */
public final class FirebaseSource implements JsonUsers.Form {
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)\\s*:\\s*\"?([^\\s\",}]+)");

  /** The parameters of the project's hashes in the form of a hash; empty if they are not given. */
  private final Optional<String> parameters;

  /** The custom claims to take over. */
  private final Columns claims;

  private FirebaseSource(Optional<String> parameters, Columns claims) {
    this.parameters = parameters;
    this.claims = claims;
  }

  /**
   * Opens a file.
   *
   * @param parameters a file with the password hash parameters, as the Firebase console shows them
   * @param claims the custom claims of users to take over
   */
  public static ImportSource open(Path file, Optional<Path> parameters, Columns claims)
      throws IOException {
    var hash =
        parameters.isPresent() ? Optional.of(read(parameters.get())) : Optional.<String>empty();
    return JsonUsers.open(file, new FirebaseSource(hash, claims));
  }

  private static String read(Path file) throws IOException {
    Map<String, String> values = new HashMap<>();
    try {
      PARAMETER
          .matcher(Files.readString(file, StandardCharsets.UTF_8))
          .results()
          .forEach(found -> values.put(found.group(1), found.group(2)));
    } catch (NoSuchFileException missing) {
      throw new SourceException(file + ": no such file", missing);
    }
    return "$fbscrypt$v=1,n="
        + value(file, values, "mem_cost")
        + ",r="
        + value(file, values, "rounds")
        + ",p=1,ss="
        + normal(value(file, values, "base64_salt_separator"))
        + ",sk="
        + normal(value(file, values, "base64_signer_key"));
  }

  private static String value(Path file, Map<String, String> values, String name) {
    return Optional.ofNullable(values.get(name))
        .orElseThrow(
            () ->
                new SourceException(
                    file
                        + ": no "
                        + name
                        + " (expected: the password hash parameters of the Firebase console)"));
  }

  private static String normal(String base64) {
    return base64.replace('-', '+').replace('_', '/');
  }

  @Override
  public String idField() {
    return "localId";
  }

  @Override
  public boolean read(JsonNode user, ImportedUser.Builder row, Violations violations) {
    JsonUsers.text(user, "localId").ifPresent(row::setExternalId);
    JsonUsers.text(user, "email").ifPresent(row::setEmail);
    row.setEmailVerified(user.path("emailVerified").asBoolean(false));
    JsonUsers.text(user, "displayName").ifPresent(row::setDisplayName);
    JsonUsers.text(user, "photoUrl").ifPresent(row::setAvatarUrl);
    JsonUsers.text(user, "phoneNumber")
        .ifPresent(
            phone -> row.setPhone(PhoneNumber.newBuilder().setE164(phone)).setPhoneVerified(true));
    time(user, "createdAt").ifPresent(row::setCreatedAt);
    time(user, "lastSignedInAt").ifPresent(row::setLastLoginAt);
    if (user.path("disabled").asBoolean(false)) {
      row.setStatus(UserStatus.USER_STATUS_DEACTIVATED);
    }
    var given = JsonUsers.parse(user.path("customAttributes").asString("{}"));
    claims.setAll(violations, row, name -> JsonUsers.text(given, name));
    JsonUsers.text(user, "passwordHash").ifPresent(hash -> readHash(user, hash, row, violations));
    return true;
  }

  /** Returns the time of a field, which has milliseconds since 1970. */
  private static Optional<Timestamp> time(JsonNode user, String field) {
    return Optional.of(user.path(field).asLong(0))
        .filter(millis -> millis > 0)
        .map(millis -> CommonProtos.timestamp(Instant.ofEpochMilli(millis)));
  }

  private void readHash(
      JsonNode user, String hash, ImportedUser.Builder row, Violations violations) {
    if (parameters.isEmpty()) {
      violations.add(
          "passwordHash",
          "MISSING",
          "cannot be read without the parameters of the project (expected: --firebase-hash FILE)");
      return;
    }
    row.setPasswordHash(
        parameters.get() + "$" + normal(user.path("salt").asString("")) + "$" + normal(hash));
  }
}
