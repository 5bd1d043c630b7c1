package com.ecommerce.user.rest;

/** An answer whose only content is a sentence for people. */
record MessageJson(String message) {}
