package com.ecommerce.user.bench.server;

import com.ecommerce.common.v1.AuditInfo;
import com.ecommerce.common.v1.Date;
import com.ecommerce.common.v1.PhoneNumber;
import com.ecommerce.user.server.log.LogFormat;
import com.ecommerce.user.server.log.LogLevel;
import com.ecommerce.user.server.log.LogSetup;
import com.ecommerce.user.v1.GetUserByEmailRequest;
import com.ecommerce.user.v1.GetUserByEmailResponse;
import com.ecommerce.user.v1.GetUserRequest;
import com.ecommerce.user.v1.GetUserResponse;
import com.ecommerce.user.v1.User;
import com.ecommerce.user.v1.UserProfile;
import com.ecommerce.user.v1.UserRole;
import com.ecommerce.user.v1.UserServiceGrpc;
import com.ecommerce.user.v1.UserStatus;
import com.google.protobuf.Timestamp;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/**
 * The limit {@code jdbc}: a server built like most services, with a pool of 10 threads, as many
 * connections, and one prepared select for each call.
 */
final class JdbcServer extends UserServiceGrpc.UserServiceImplBase {
  private static final int THREADS = 10;

  private static final String SELECT =
      """
      select id, email, pending_email, display_name, first_name, last_name, phone_country_code, phone_national_number,
        phone_e164, avatar_url, status, roles, email_verified, phone_verified, bio, date_of_birth, gender, language,
        currency, timezone, company, website, social_link_names, social_link_urls, created_at, updated_at, created_by,
        updated_by, version, nullif(last_login_at, '-infinity') as last_login_at,
        external_id
      from users where\s""";

  private final DataSource dataSource;

  private JdbcServer(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Takes the JDBC URL of the database and optionally the port; by default it chooses a free one.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    LogSetup.apply(LogLevel.INFO, LogFormat.TEXT);
    int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
    var config = new HikariConfig();
    config.setJdbcUrl(arguments[0]);
    config.setUsername("postgres");
    config.setMaximumPoolSize(THREADS);
    try (var dataSource = new HikariDataSource(config)) {
      var server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
              .executor(Executors.newFixedThreadPool(THREADS))
              .addService(new JdbcServer(dataSource))
              .build()
              .start();
      System.out.println("listening on port " + server.getPort());
      server.awaitTermination();
    }
  }

  @Override
  public void getUser(GetUserRequest request, StreamObserver<GetUserResponse> observer) {
    try {
      User user = find("id = ?", UUID.fromString(request.getUserId()));
      observer.onNext(GetUserResponse.newBuilder().setUser(user).build());
      observer.onCompleted();
    } catch (SQLException failed) {
      observer.onError(Status.INTERNAL.withCause(failed).asException());
    }
  }

  @Override
  public void getUserByEmail(
      GetUserByEmailRequest request, StreamObserver<GetUserByEmailResponse> observer) {
    try {
      User user = find("email = ?", request.getEmail());
      observer.onNext(GetUserByEmailResponse.newBuilder().setUser(user).build());
      observer.onCompleted();
    } catch (SQLException failed) {
      observer.onError(Status.INTERNAL.withCause(failed).asException());
    }
  }

  private User find(String condition, Object key) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + condition)) {
      select.setObject(1, key);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("no such user");
        }
        return user(row);
      }
    }
  }

  private static User user(ResultSet row) throws SQLException {
    var user =
        User.newBuilder()
            .setId(row.getString("id"))
            .setEmail(row.getString("email"))
            .setDisplayName(row.getString("display_name"))
            .setFirstName(row.getString("first_name"))
            .setLastName(row.getString("last_name"))
            .setAvatarUrl(row.getString("avatar_url"))
            .setStatus(UserStatus.valueOf("USER_STATUS_" + row.getString("status")))
            .setEmailVerified(row.getBoolean("email_verified"))
            .setPhoneVerified(row.getBoolean("phone_verified"))
            .setProfile(profile(row))
            .setAudit(audit(row));
    for (String role : (String[]) row.getArray("roles").getArray()) {
      user.addRoles(UserRole.valueOf("USER_ROLE_" + role));
    }
    String pendingEmail = row.getString("pending_email");
    if (pendingEmail != null) {
      user.setPendingEmail(pendingEmail);
    }
    String e164 = row.getString("phone_e164");
    if (e164 != null) {
      user.setPhone(
          PhoneNumber.newBuilder()
              .setCountryCode(row.getString("phone_country_code"))
              .setNationalNumber(row.getString("phone_national_number"))
              .setE164(e164));
    }
    var lastLogin = row.getObject("last_login_at", OffsetDateTime.class);
    if (lastLogin != null) {
      user.setLastLoginAt(timestamp(lastLogin));
    }
    String externalId = row.getString("external_id");
    if (externalId != null) {
      user.setExternalId(externalId);
    }
    return user.build();
  }

  private static UserProfile profile(ResultSet row) throws SQLException {
    var profile =
        UserProfile.newBuilder()
            .setBio(row.getString("bio"))
            .setGender(row.getString("gender"))
            .setLanguage(row.getString("language"))
            .setCurrency(row.getString("currency"))
            .setTimezone(row.getString("timezone"))
            .setCompany(row.getString("company"))
            .setWebsite(row.getString("website"));
    var birth = row.getObject("date_of_birth", LocalDate.class);
    if (birth != null) {
      profile.setDateOfBirth(
          Date.newBuilder()
              .setYear(birth.getYear())
              .setMonth(birth.getMonthValue())
              .setDay(birth.getDayOfMonth()));
    }
    String[] names = (String[]) row.getArray("social_link_names").getArray();
    String[] urls = (String[]) row.getArray("social_link_urls").getArray();
    for (int i = 0; i < names.length; i++) {
      profile.putSocialLinks(names[i], urls[i]);
    }
    return profile.build();
  }

  private static AuditInfo audit(ResultSet row) throws SQLException {
    return AuditInfo.newBuilder()
        .setCreatedAt(timestamp(row.getObject("created_at", OffsetDateTime.class)))
        .setUpdatedAt(timestamp(row.getObject("updated_at", OffsetDateTime.class)))
        .setCreatedBy(row.getString("created_by"))
        .setUpdatedBy(row.getString("updated_by"))
        .setVersion(row.getLong("version"))
        .build();
  }

  private static Timestamp timestamp(OffsetDateTime time) {
    return Timestamp.newBuilder().setSeconds(time.toEpochSecond()).setNanos(time.getNano()).build();
  }
}
