package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.server.grpc.CommonProtos;
import com.ecommerce.user.v1.ImportedUser;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * The users of a realm, as {@code kc.sh export} writes them. An id that is a UUID is kept; any
 * other becomes the external id. Roles of the realm whose names are those of roles here are kept.
 */
public final class KeycloakSource implements JsonUsers.Form {
  private static final Pattern UUID_FORM =
      Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** The attributes to take over. */
  private final Columns attributes;

  private KeycloakSource(Columns attributes) {
    this.attributes = attributes;
  }

  /**
   * Opens the file of a realm, or one of the files of its users.
   *
   * @param attributes the attributes of users to take over
   */
  public static ImportSource open(Path file, Columns attributes) throws IOException {
    return JsonUsers.open(file, new KeycloakSource(attributes));
  }

  @Override
  public String idField() {
    return "id";
  }

  @Override
  public boolean read(JsonNode user, ImportedUser.Builder row, Violations violations) {
    if (user.hasNonNull("serviceAccountClientId")) {
      return false;
    }
    JsonUsers.text(user, "id").ifPresent(id -> setId(row, id));
    JsonUsers.text(user, "email").ifPresent(row::setEmail);
    row.setEmailVerified(user.path("emailVerified").asBoolean(false));
    JsonUsers.text(user, "username")
        .filter(name -> !name.equalsIgnoreCase(row.getEmail()))
        .ifPresent(row::setDisplayName);
    JsonUsers.text(user, "firstName").ifPresent(row::setFirstName);
    JsonUsers.text(user, "lastName").ifPresent(row::setLastName);
    long created = user.path("createdTimestamp").asLong(0);
    if (created > 0) {
      row.setCreatedAt(CommonProtos.timestamp(Instant.ofEpochMilli(created)));
    }
    if (!user.path("enabled").asBoolean(true)) {
      row.setStatus(UserStatus.USER_STATUS_DEACTIVATED);
    }
    user.path("realmRoles").forEach(name -> role(name.asString("")).ifPresent(row::addRoles));
    attributes.setAll(violations, row, name -> attribute(user, name));
    user.path("credentials").forEach(credential -> readCredential(credential, row, violations));
    return true;
  }

  private static void setId(ImportedUser.Builder row, String id) {
    if (UUID_FORM.matcher(id).matches()) {
      row.setUserId(id);
    } else {
      row.setExternalId(id);
    }
  }

  private static Optional<UserRole> role(String name) {
    return Arrays.stream(UserRole.values())
        .filter(role -> role != UserRole.UNRECOGNIZED && role.getNumber() != 0)
        .filter(role -> role.name().equalsIgnoreCase("USER_ROLE_" + name))
        .findFirst();
  }

  /** Attributes are lists of values. */
  private static Optional<String> attribute(JsonNode user, String name) {
    var value = user.path("attributes").path(name);
    return Optional.of(value.isArray() ? value.path(0) : value)
        .filter(one -> one.isValueNode() && !one.isNull())
        .map(one -> one.asString());
  }

  private static void readCredential(
      JsonNode credential, ImportedUser.Builder row, Violations violations) {
    if (!credential.path("type").asString("").equals("password")) {
      return;
    }
    var secret = JsonUsers.parse(credential.path("secretData").asString(""));
    var data = JsonUsers.parse(credential.path("credentialData").asString(""));
    String algorithm = data.path("algorithm").asString("");
    String parameters =
        switch (algorithm) {
          case "pbkdf2", "pbkdf2-sha256", "pbkdf2-sha512" ->
              "$" + algorithm + "$i=" + data.path("hashIterations").asString("");
          case "argon2" -> argon2(data);
          default -> "";
        };
    if (parameters.isEmpty()) {
      violations.add(
          "credentials",
          "UNKNOWN_HASH",
          "algorithm "
              + (algorithm.isEmpty() ? "missing" : algorithm)
              + " (expected: pbkdf2, pbkdf2-sha256, pbkdf2-sha512 or argon2)");
      return;
    }
    row.setPasswordHash(
        parameters
            + "$"
            + JsonUsers.base64(secret.path("salt").asString(""))
            + "$"
            + JsonUsers.base64(secret.path("value").asString("")));
  }

  private static String argon2(JsonNode data) {
    var more = data.path("additionalParameters");
    String version = more.path("version").path(0).asString("1.3");
    return "$argon2"
        + more.path("type").path(0).asString("id")
        + "$v="
        + (version.equals("1.0") ? 16 : 19)
        + "$m="
        + more.path("memory").path(0).asString("")
        + ",t="
        + data.path("hashIterations").asString("")
        + ",p="
        + more.path("parallelism").path(0).asString("1");
  }
}
