package com.ecommerce.user.core.patch;

/**
 * A field that an update can set. The enums that implement this interface are the tables of such
 * fields; every transport reads them.
 *
 * @param <P> the builder of the patch that sets the field
 * @param <V> the type in which a transport passes the new value
 */
public interface PatchField<P, V> {
  /**
   * Returns the name of the field in the contract and in the event log. Names are in snake_case,
   * and the name of a field of a part begins with that of the part, such as {@code profile.bio}.
   */
  String path();

  /** Returns whether an empty value clears the field. Other fields refuse an empty value. */
  boolean isClearable();

  /** Returns whether only admins and services may set the field. */
  default boolean isPrivileged() {
    return false;
  }

  /** Returns whether an update of all fields leaves the field unchanged, unless it is named. */
  default boolean isOnlyWhenNamed() {
    return false;
  }

  /** Sets the field to the value, or clears it if the value is empty. */
  void set(P patch, V value);
}
