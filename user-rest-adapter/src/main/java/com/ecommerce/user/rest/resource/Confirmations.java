package com.ecommerce.user.rest.resource;

import com.ecommerce.user.rest.json.JsonFields;

/** Checks passwords that are entered twice. */
public final class Confirmations {
  private Confirmations() {}

  /** Adds a violation if the second entry is present and differs. Programs may omit it. */
  public static void require(JsonFields fields, String password, String confirmation) {
    if (fields.isNull(confirmation)) {
      return;
    }
    String first = fields.peek(password);
    String second = fields.parse(confirmation, text -> text);
    if (second != null && !second.equals(first)) {
      fields
          .violations()
          .add(confirmation, "MISMATCH", "not the same as " + password + " (expected: the same)");
    }
  }
}
