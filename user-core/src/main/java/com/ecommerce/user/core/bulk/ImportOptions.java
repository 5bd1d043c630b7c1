package com.ecommerce.user.core.bulk;

/**
 * The options of an import.
 *
 * @param dryRun whether to write nothing, and only tell what an import would do. Rows that conflict
 *     with each other are found if they are in the same call
 * @param sendsMails whether to queue the mails that the same change would cause by other means: a
 *     link that verifies the email to each user whose email is new and not verified, and notices of
 *     a changed email or password
 */
public record ImportOptions(boolean dryRun, boolean sendsMails) {
  /** Writes, and sends no mails. */
  public static final ImportOptions DEFAULT = new ImportOptions(false, false);
}
