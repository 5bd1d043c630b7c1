package com.ecommerce.user.server.transfer;

import com.ecommerce.user.v1.ImportedUser;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** The forms of files of users. Both are read by imports. */
public enum ExportFormat {
  /** A JSON object on each line; see {@link JsonLinesSource}. */
  JSON_LINES {
    @Override
    Writer writer(Appendable out) {
      return user -> out.append(Texts.json(user)).append('\n');
    }
  },
  /** Comma-separated values; see {@link CsvSource}. */
  CSV {
    @Override
    Writer writer(Appendable out) throws IOException {
      var printer = new CSVPrinter(out, CSVFormat.RFC4180);
      printer.printRecord(COLUMNS);
      return user -> printer.printRecord(COLUMNS.stream().map(column -> column.get(user)));
    }
  };

  private static final List<FieldPath> COLUMNS =
      Stream.of(
              "user_id",
              "external_id",
              "email",
              "email_verified",
              "display_name",
              "first_name",
              "last_name",
              "phone",
              "phone_verified",
              "avatar_url",
              "status",
              "roles",
              "profile.bio",
              "profile.date_of_birth",
              "profile.gender",
              "profile.language",
              "profile.currency",
              "profile.timezone",
              "profile.company",
              "profile.website",
              "profile.social_links",
              "created_at",
              "updated_at",
              "last_login_at",
              "password_hash",
              "addresses",
              "preferences")
          .map(path -> FieldPath.find(path).orElseThrow())
          .toList();

  /** Writes one user. */
  interface Writer {
    void write(ImportedUser user) throws IOException;
  }

  /** Returns a writer of users, after it has written what comes before them. */
  abstract Writer writer(Appendable out) throws IOException;
}
