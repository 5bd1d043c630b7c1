package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.call.ClientNetwork;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * How an account was made whose email nobody has proven yet.
 *
 * @param network of the client, such as {@code 203.0.113.7/32}; empty when it is not known
 * @param device such as {@code Firefox on Windows}; may be empty
 */
public record Registration(String network, String device, Instant createdAt) {
  /**
   * The network in a form that its user may know, and that tells others little: the /24 of IPv4,
   * the /48 of IPv6; empty when it is not known.
   */
  public String coarseNetwork() {
    return network.equals(ClientNetwork.LOCAL) ? "" : ClientNetwork.coarse(network);
  }

  /** Public for Jdbi, which makes it. */
  public static final class Mapper implements RowMapper<Registration> {
    @Override
    public Registration map(ResultSet row, StatementContext context) throws SQLException {
      return new Registration(
          row.getString("network"),
          row.getString("device"),
          row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
  }
}
