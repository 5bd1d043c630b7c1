package com.ecommerce.user.rest.json;

/** The handling of JSON body fields that the operation does not know. */
public enum UnknownFields {
  /** Unknown fields are violations, so that a client notices a misspelled field. */
  REJECT,
  /** Unknown fields are ignored, for clients that send additional fields. */
  IGNORE
}
