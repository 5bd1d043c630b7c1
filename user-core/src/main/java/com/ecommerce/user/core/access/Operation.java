package com.ecommerce.user.core.access;

import static com.ecommerce.user.core.access.Operation.Execution.EVENT_LOOP;
import static com.ecommerce.user.core.access.Operation.Execution.WORKER;
import static com.ecommerce.user.core.access.Operation.Who.ADMINS;
import static com.ecommerce.user.core.access.Operation.Who.ANYONE;
import static com.ecommerce.user.core.access.Operation.Who.OWNER;
import static com.ecommerce.user.core.access.Operation.Who.OWNER_AND_SUPPORT;
import static com.ecommerce.user.core.access.Operation.Who.SIGNED_IN;
import static com.ecommerce.user.core.access.Operation.Who.SUPPORT;
import static com.ecommerce.user.core.request.RequestKind.ACCOUNTS;
import static com.ecommerce.user.core.request.RequestKind.ADDRESSES;
import static com.ecommerce.user.core.request.RequestKind.BULK;
import static com.ecommerce.user.core.request.RequestKind.DIRECTORY;
import static com.ecommerce.user.core.request.RequestKind.EVENTS;
import static com.ecommerce.user.core.request.RequestKind.MAILED_LINKS;
import static com.ecommerce.user.core.request.RequestKind.PREFERENCES;
import static com.ecommerce.user.core.request.RequestKind.SESSIONS;

import com.ecommerce.user.core.request.RequestKind;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The table of operations: the callers who may perform each of them, the kind of worker it shares,
 * the maximum size of its message, whether it needs a worker, what it costs, and which proof of
 * identity it requires. There is one constant for each gRPC method, with the same name, and a few
 * others at the end. A REST route performs one of these operations, and both transports count its
 * calls together.
 *
 * <p>Transports ask {@link Access} before they look at the rest of a request. The use cases check
 * for a recent verification of the password, since it depends on the state of the session.
 */
public enum Operation {
  CREATE_USER(ANYONE, ACCOUNTS, Size.RECORD, EVENT_LOOP, Cost.HASHING),
  GET_USER(OWNER_AND_SUPPORT, ACCOUNTS, Size.ID, EVENT_LOOP),
  GET_USER_BY_EMAIL(SUPPORT, ACCOUNTS, Size.ID, EVENT_LOOP),
  UPDATE_USER(OWNER, ACCOUNTS, Size.PROFILE, EVENT_LOOP),
  DELETE_USER(OWNER, ACCOUNTS, Size.TEXT, WORKER, Cost.NORMAL, Proof.RECENT),
  LIST_USERS(SUPPORT, DIRECTORY, Size.TEXT, WORKER),
  SEARCH_USERS(SUPPORT, DIRECTORY, Size.TEXT, WORKER, Cost.COSTLY),
  UPDATE_USER_PROFILE(OWNER, ACCOUNTS, Size.PROFILE, EVENT_LOOP),
  ADD_USER_ADDRESS(OWNER, ADDRESSES, Size.RECORD, WORKER),
  UPDATE_USER_ADDRESS(OWNER, ADDRESSES, Size.RECORD, WORKER),
  DELETE_USER_ADDRESS(OWNER, ADDRESSES, Size.ID, WORKER),
  LIST_USER_ADDRESSES(OWNER_AND_SUPPORT, ADDRESSES, Size.ID, WORKER),
  SET_DEFAULT_ADDRESS(OWNER, ADDRESSES, Size.ID, WORKER),
  VERIFY_EMAIL(OWNER, MAILED_LINKS, Size.ID, WORKER, Cost.COSTLY),
  CONFIRM_EMAIL_VERIFICATION(ANYONE, MAILED_LINKS, Size.TEXT, WORKER),
  /** Requires the current password, too, whoever the caller is. */
  CHANGE_PASSWORD(OWNER, SESSIONS, Size.TEXT, EVENT_LOOP),
  REQUEST_PASSWORD_RESET(ANYONE, MAILED_LINKS, Size.ID, WORKER, Cost.COSTLY),
  RESET_PASSWORD(ANYONE, MAILED_LINKS, Size.TEXT, EVENT_LOOP),
  GET_USER_PREFERENCES(OWNER_AND_SUPPORT, PREFERENCES, Size.ID, WORKER),
  UPDATE_USER_PREFERENCES(OWNER, PREFERENCES, Size.TEXT, WORKER),
  DEACTIVATE_USER(OWNER, ACCOUNTS, Size.TEXT, WORKER),
  REACTIVATE_USER(ADMINS, ACCOUNTS, Size.ID, WORKER),
  HEALTH_CHECK(ANYONE, SESSIONS, Size.TEXT, EVENT_LOOP, Cost.FREE),

  LOGIN(ANYONE, SESSIONS, Size.TEXT, EVENT_LOOP, Cost.HASHING, Proof.IN_REQUEST),
  REFRESH_TOKEN(ANYONE, SESSIONS, Size.TEXT, WORKER, Cost.NORMAL, Proof.IN_REQUEST),
  /** Needs the session of the call, or a refresh token in the request. */
  LOGOUT(ANYONE, SESSIONS, Size.TEXT, WORKER, Cost.NORMAL, Proof.IN_REQUEST),
  /** Requires the password in the request in addition to the session of the call. */
  REAUTHENTICATE(SIGNED_IN, SESSIONS, Size.TEXT, EVENT_LOOP),
  /** Reveals nothing that a call with the token would not. */
  VALIDATE_TOKEN(ANYONE, SESSIONS, Size.TEXT, EVENT_LOOP, Cost.NORMAL, Proof.IN_REQUEST),
  /** Needs a client's secret in the request. */
  ISSUE_SERVICE_TOKEN(ANYONE, SESSIONS, Size.TEXT, WORKER, Cost.NORMAL, Proof.IN_REQUEST),
  LIST_SESSIONS(OWNER, SESSIONS, Size.TEXT, WORKER),
  /** Ends a single session. */
  REVOKE_SESSION(OWNER, SESSIONS, Size.ID, WORKER),
  REVOKE_ALL_SESSIONS(OWNER, SESSIONS, Size.TEXT, WORKER, Cost.NORMAL, Proof.RECENT),

  BATCH_GET_USERS(SUPPORT, DIRECTORY, Size.KEYS, WORKER),
  /** A stream of messages, each of which is limited; its handler hands pages of them to workers. */
  IMPORT_USERS(ADMINS, BULK, Size.IMPORTED_USER, EVENT_LOOP),
  EXPORT_USERS(ADMINS, BULK, Size.TEXT, WORKER, Cost.COSTLY),
  EXPORT_USER(OWNER, BULK, Size.ID, WORKER, Cost.COSTLY),

  /** Users may list their own events. */
  LIST_EVENTS(OWNER, EVENTS, Size.TEXT, WORKER),
  /** A stream that lasts until its client ends it, and takes no worker. */
  WATCH_EVENTS(ADMINS, EVENTS, Size.TEXT, EVENT_LOOP),

  CREATE_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.TEXT, WORKER),
  GET_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.ID, WORKER),
  LIST_WEBHOOK_ENDPOINTS(ADMINS, EVENTS, Size.ID, WORKER),
  UPDATE_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.TEXT, WORKER),
  DELETE_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.ID, WORKER),
  ROTATE_WEBHOOK_SECRET(ADMINS, EVENTS, Size.ID, WORKER),
  PAUSE_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.ID, WORKER),
  RESUME_WEBHOOK_ENDPOINT(ADMINS, EVENTS, Size.ID, WORKER),
  REDELIVER_WEBHOOK_EVENTS(ADMINS, EVENTS, Size.ID, WORKER),
  LIST_WEBHOOK_DELIVERIES(ADMINS, EVENTS, Size.TEXT, WORKER),

  /** Required in addition when a call creates a user with another role than CUSTOMER. */
  CREATE_USER_WITH_ROLES(CREATE_USER, ADMINS, Proof.NONE),
  /** Required in addition when an update changes roles or the status. */
  UPDATE_ROLES_AND_STATUS(UPDATE_USER, ADMINS, Proof.NONE),
  /** Required in addition when an update changes the email or the pending email. */
  CHANGE_EMAIL(UPDATE_USER, OWNER, Proof.RECENT),

  /** No method: lists, creates, changes and deletes service clients. */
  MANAGE_SERVICE_CLIENTS(ADMINS, SESSIONS, Size.TEXT, WORKER),
  /** No method: the documents, keys and forms that REST serves. */
  READ_DOCUMENT(ANYONE, SESSIONS, Size.TEXT, EVENT_LOOP, Cost.FREE),
  /** No method: a call with an invalid access token, whatever it asks for. */
  BAD_TOKEN(ANYONE, SESSIONS, Size.TEXT, EVENT_LOOP, Cost.BAD_TOKEN);

  /** The operations that change nothing, or nothing more when a call is repeated. */
  private static final Set<Operation> NOT_KEYED =
      EnumSet.of(
          GET_USER,
          GET_USER_BY_EMAIL,
          LIST_USERS,
          SEARCH_USERS,
          LIST_USER_ADDRESSES,
          GET_USER_PREFERENCES,
          HEALTH_CHECK,
          REAUTHENTICATE,
          VALIDATE_TOKEN,
          ISSUE_SERVICE_TOKEN,
          LIST_SESSIONS,
          BATCH_GET_USERS,
          IMPORT_USERS,
          EXPORT_USERS,
          EXPORT_USER,
          LIST_EVENTS,
          WATCH_EVENTS,
          GET_WEBHOOK_ENDPOINT,
          LIST_WEBHOOK_ENDPOINTS,
          LIST_WEBHOOK_DELIVERIES,
          READ_DOCUMENT,
          BAD_TOKEN);

  private final Who who;
  private final RequestKind kind;
  private final int maxMessageBytes;
  private final Execution execution;
  private final Cost cost;
  private final Proof proof;
  private final Optional<Operation> method;
  private final String title = title(name());

  Operation(Who who, RequestKind kind, int maxMessageBytes, Execution execution) {
    this(who, kind, maxMessageBytes, execution, Cost.NORMAL);
  }

  Operation(Who who, RequestKind kind, int maxMessageBytes, Execution execution, Cost cost) {
    this(who, kind, maxMessageBytes, execution, cost, Proof.NONE);
  }

  Operation(
      Who who, RequestKind kind, int maxMessageBytes, Execution execution, Cost cost, Proof proof) {
    this.who = who;
    this.kind = kind;
    this.maxMessageBytes = maxMessageBytes;
    this.execution = execution;
    this.cost = cost;
    this.proof = proof;
    this.method = Optional.empty();
  }

  /** Creates an operation that is part of a method's call. */
  Operation(Operation method, Who who, Proof proof) {
    this.who = who;
    this.kind = method.kind;
    this.maxMessageBytes = method.maxMessageBytes;
    this.execution = method.execution;
    this.cost = method.cost;
    this.proof = proof;
    this.method = Optional.of(method);
  }

  private static String title(String name) {
    var title = new StringBuilder();
    for (String word : name.split("_")) {
      title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }

  /** Returns the operation with this title, in this spelling. */
  public static Optional<Operation> titled(String title) {
    for (Operation operation : values()) {
      if (operation.title.equals(title)) {
        return Optional.of(operation);
      }
    }
    return Optional.empty();
  }

  /** Returns the name that the {@code .proto} files use, such as {@code CreateUser}. */
  public String title() {
    return title;
  }

  Who who() {
    return who;
  }

  /** Returns whether anyone may perform the operation, without credentials. */
  public boolean isOpen() {
    return who == ANYONE;
  }

  /** Returns the kind of the operation's calls, by which they share workers. */
  public RequestKind kind() {
    return kind;
  }

  /**
   * Returns the maximum size of a request message in bytes, uncompressed and encoded as protobuf.
   * All valid requests are smaller; a larger one is refused before it is parsed.
   */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** Returns whether the handler of the gRPC method may block, so that it needs a worker. */
  public boolean needsWorker() {
    return execution == WORKER;
  }

  /** Returns the cost of a call. */
  public Cost cost() {
    return cost;
  }

  /** Returns the operation as which a call counts for the limits. */
  public Operation counted() {
    return method.orElse(this);
  }

  /**
   * Returns whether a call may have an idempotency key: whether the operation changes something,
   * and a repeated call would change it again or fail. Reauthenticate and ImportUsers, whose rows
   * write nothing the second time, may be repeated without a key.
   */
  public boolean takesIdempotencyKey() {
    return !NOT_KEYED.contains(counted());
  }

  /** Returns whether the operation can have a limit. */
  public boolean isLimited() {
    return method.isEmpty() && cost != Cost.FREE;
  }

  /**
   * Returns whether the request itself proves who the caller is: by a password, a secret or a
   * refresh token. In that case, gRPC ignores invalid access credentials, since a client that
   * renews an expired token has no others.
   */
  public boolean bringsOwnProof() {
    return proof == Proof.IN_REQUEST;
  }

  /**
   * Returns whether a user's session must have verified the password recently, in addition to
   * having the right. That applies to operations with which a stolen access token could take over
   * the account: changing the email, deleting the account, ending all its sessions, and adding
   * another way to sign in. Admins, services and trusted callers without a session are exempt. The
   * use cases check this in their transactions.
   */
  public boolean needsRecentProof() {
    return proof == Proof.RECENT;
  }

  /**
   * The size limits of messages in bytes. Each is above the size of the largest valid request with
   * four bytes for each character; all except that of profiles are several times that, to allow for
   * decomposed letters and white space around values.
   */
  private static final class Size {
    /** Ids, emails, flags. */
    static final int ID = 4 * 1024;

    /** A text, a token, a password, filters. */
    static final int TEXT = 16 * 1024;

    /** An address, or a new user. */
    static final int RECORD = 64 * 1024;

    /** 100 ids, emails or external ids, which take 103 KiB at most. */
    static final int KEYS = 256 * 1024;

    /** A whole user: 20 social links of 2,048 characters each are 168 KiB at most. */
    static final int PROFILE = 256 * 1024;

    /** A whole user with 50 addresses, which take 7 KiB each at most. */
    static final int IMPORTED_USER = 1024 * 1024;

    private Size() {}
  }

  /** The callers that may perform an operation. Admins and services may perform all of them. */
  enum Who {
    ANYONE,
    /** Any user, for their own session. */
    SIGNED_IN,
    /** The user whom it is about. */
    OWNER,
    OWNER_AND_SUPPORT,
    SUPPORT,
    ADMINS
  }

  /** The threads that perform a gRPC method. */
  enum Execution {
    /** Its handler never blocks: it answers from memory, or hands over to other threads itself. */
    EVENT_LOOP,
    /** Its handler may block, and needs a worker. */
    WORKER
  }

  /** The cost of a call, from which the default of its limit follows. */
  public enum Cost {
    /** Never limited: cheap, and needed most when much is refused. */
    FREE,
    /** Counts for the limit of its caller; has no limit of its own by default. */
    NORMAL,
    /** Searches, or sends a mail. */
    COSTLY,
    /** Hashes a password. */
    HASHING,
    /** Verifies an invalid token. */
    BAD_TOKEN
  }

  /** The proof of identity that an operation requires or brings along. */
  private enum Proof {
    NONE,
    /** The request itself proves who the caller is. */
    IN_REQUEST,
    /** The session must have verified the password recently. */
    RECENT
  }
}
