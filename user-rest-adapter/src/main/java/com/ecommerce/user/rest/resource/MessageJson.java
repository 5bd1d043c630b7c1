package com.ecommerce.user.rest.resource;

/** An answer whose only content is a sentence for people. */
record MessageJson(String message) {}
