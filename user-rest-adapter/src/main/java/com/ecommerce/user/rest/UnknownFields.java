package com.ecommerce.user.rest;

/** The handling of fields of a JSON body that the operation does not know. */
public enum UnknownFields {
  /** They are violations, so that a client learns that it misspelt a field. */
  REJECT,
  /** They are ignored, for clients that send more than they mean. */
  IGNORE
}
