package com.ecommerce.user.server.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The access rules of the embedded cluster: one role may connect to one database, and another one
 * may take base backups. Both have the same password. Nobody can log in as a superuser.
 */
final class ClusterAccess {
  /** The role of the service. It owns its database and is not a superuser. */
  static final String ROLE = "user_service";

  /** The role of {@code pg_basebackup}. It may not connect to a database. */
  static final String BACKUP_ROLE = "user_service_backup";

  static final String DATABASE = "postgres";

  private static final String FILE = "pg_hba.conf";
  private static final String HEADER = "# Written by the User Service: ";

  private static final String BACKUPS =
      String.format(
          Locale.ROOT,
          """
      # For pg_basebackup.
      host replication %1$s 127.0.0.1/32 scram-sha-256
      host replication %1$s ::1/128 scram-sha-256
      """,
          BACKUP_ROLE);

  private static final String ACCESS =
      HEADER
          + String.format(
              Locale.ROOT,
              """
      no other role is admitted, and no superuser.
      host %1$s %2$s 127.0.0.1/32 scram-sha-256
      host %1$s %2$s ::1/128 scram-sha-256
      """,
              DATABASE,
              ROLE)
          + BACKUPS;

  /** Replaces the file atomically by the standard input. */
  private static final String REPLACE = "umask 077 && cat >pg_hba.new && mv pg_hba.new " + FILE;

  private static final String APPEND =
      "umask 077 && cat " + FILE + " - >pg_hba.new && mv pg_hba.new " + FILE;

  /**
   * Creates the roles or changes their password, and makes the first one the owner of the
   * superuser's objects in the database, which exist in databases of earlier releases. It is a
   * single statement, so that it takes effect completely or not at all.
   */
  private static final String ROLES =
      """
      do $secure$
      declare
        command text;
      begin
        if not exists (select from pg_roles where rolname = '%1$s') then
          create role %1$s;
        end if;
        alter role %1$s with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
          password '%3$s';
        if not exists (select from pg_roles where rolname = '%4$s') then
          create role %4$s;
        end if;
        alter role %4$s with login nosuperuser nocreatedb nocreaterole replication nobypassrls
          password '%3$s';
        alter database %2$s owner to %1$s;
        for command in
          with extension_members as (
            select classid, objid from pg_depend where deptype = 'e'
          ), own_schemas as (
            select oid, nspname from pg_namespace
            where nspname !~ '^pg_' and nspname <> 'information_schema'
          )
          select format('alter schema %%I owner to %1$s', nspname) from own_schemas
          union all
          select format('alter table %%s owner to %1$s', oid::regclass) from pg_class
          where relnamespace in (select oid from own_schemas)
            and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
            and ('pg_class'::regclass, oid) not in (select classid, objid from extension_members)
            -- A sequence of a column follows its table.
            and not exists (
              select from pg_depend where classid = 'pg_class'::regclass and objid = pg_class.oid
                and deptype in ('a', 'i') and relkind = 'S')
          union all
          select format('alter routine %%s owner to %1$s', oid::regprocedure) from pg_proc
          where pronamespace in (select oid from own_schemas)
            and ('pg_proc'::regclass, oid) not in (select classid, objid from extension_members)
          union all
          select format('alter type %%s owner to %1$s', oid::regtype) from pg_type
          where typnamespace in (select oid from own_schemas) and typtype in ('d', 'e', 'r')
            and ('pg_type'::regclass, oid) not in (select classid, objid from extension_members)
        loop
          execute command;
        end loop;
      end
      $secure$;

      """;

  private ClusterAccess() {}

  /** Returns the statement that creates the roles; a single line of input for {@code -j}. */
  static String rolesStatement(String password) {
    return String.format(Locale.ROOT, ROLES, ROLE, DATABASE, password, BACKUP_ROLE);
  }

  /** Returns whether the cluster admits the roles of this release. */
  static boolean isCurrent(Path data) throws IOException {
    return content(data).contains(BACKUP_ROLE);
  }

  /**
   * Returns the shell command that admits the roles. Lines that the operator added to a file of an
   * earlier release stay.
   */
  static String command(Path data) throws IOException {
    return isOfAnEarlierRelease(data) ? APPEND : REPLACE;
  }

  /** Returns the input of that command. */
  static String lines(Path data) throws IOException {
    return isOfAnEarlierRelease(data) ? BACKUPS : ACCESS;
  }

  private static boolean isOfAnEarlierRelease(Path data) throws IOException {
    return !isCurrent(data) && content(data).startsWith(HEADER);
  }

  private static String content(Path data) throws IOException {
    Path file = data.resolve(FILE);
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }
}
