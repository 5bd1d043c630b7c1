package com.ecommerce.user.core.verification;

import com.ecommerce.user.core.call.ClientNetwork;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * The origin of an account whose email is not proven yet.
 *
 * @param network the client network, such as {@code 203.0.113.7/32}; empty if unknown
 * @param device the device, such as {@code Firefox on Windows}; may be empty
 */
public record Registration(String network, String device, Instant createdAt) {
  /**
   * Returns the /24 of an IPv4 network or the /48 of an IPv6 network, which its user may recognize
   * and which reveals little to others; empty if the network is unknown.
   */
  public String coarseNetwork() {
    return network.equals(ClientNetwork.LOCAL) ? "" : ClientNetwork.coarse(network);
  }

  /** Public for Jdbi, which creates it. */
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
