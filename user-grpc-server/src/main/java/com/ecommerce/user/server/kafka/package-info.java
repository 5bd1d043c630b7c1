/** The sink that sends events to Kafka. */
package com.ecommerce.user.server.kafka;
