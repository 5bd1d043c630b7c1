package com.ecommerce.user.rest.resource;

/** A response that only contains a message for people. */
record MessageJson(String message) {}
