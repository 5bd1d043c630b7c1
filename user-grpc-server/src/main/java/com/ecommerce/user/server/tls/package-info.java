/**
 * TLS: certificates and keys that are reloaded when their files change, and the verification of
 * client certificates.
 */
package com.ecommerce.user.server.tls;
