package com.ecommerce.user.core.internal.preference;

import com.ecommerce.user.core.preference.Preference;
import com.ecommerce.user.core.preference.PreferenceSet;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads a row of {@code preferences}. */
public final class PreferenceMapper implements RowMapper<PreferenceSet> {
  @Override
  public PreferenceSet map(ResultSet row, StatementContext context) throws SQLException {
    var on = EnumSet.noneOf(Preference.class);
    for (Preference preference : Preference.values()) {
      if (row.getBoolean(preference.column())) {
        on.add(preference);
      }
    }
    return new PreferenceSet(on);
  }
}
