package com.ecommerce.user.server.transfer;

import com.ecommerce.user.core.error.UserServiceException;
import com.ecommerce.user.core.error.Violations;
import com.ecommerce.user.v1.ImportedUser;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads the users of another system, one after the other. Not thread-safe. */
public interface ImportSource extends AutoCloseable {
  /**
   * A user of the other system as a row of an import.
   *
   * @param place where it was found, such as {@code line 12}
   * @param user the row; empty if it cannot be read
   * @param failure the reason for which it cannot be read; empty otherwise
   */
  record Row(String place, Optional<ImportedUser> user, Optional<UserServiceException> failure) {
    static Row of(String place, ImportedUser user) {
      return new Row(place, Optional.of(user), Optional.empty());
    }

    /** Returns the row, or the reason why it could not be read. */
    static Row of(String place, ImportedUser.Builder user, Violations violations) {
      return violations.isEmpty()
          ? of(place, user.build())
          : failed(place, violations.toException());
    }

    static Row failed(String place, UserServiceException failure) {
      return new Row(place, Optional.empty(), Optional.of(failure));
    }

    /** Returns a row that cannot be read because a part of it is malformed. */
    static Row malformed(String place, String field, String message) {
      var violations = new Violations();
      violations.add(field, "MALFORMED", message);
      return failed(place, violations.toException());
    }
  }

  /**
   * Returns the next row; empty after the last one, however often it is called.
   *
   * @throws SourceException if the source as a whole is malformed
   */
  Optional<Row> next() throws IOException;

  /** Returns lines for the operator about what is read; none if all of it is. */
  default List<String> description() {
    return List.of();
  }

  /** Returns the part of the source that has been read, from 0 to 1. */
  double progress();

  @Override
  void close() throws IOException;
}
