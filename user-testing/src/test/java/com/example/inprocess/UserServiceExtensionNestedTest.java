package com.example.inprocess;

import static org.junit.jupiter.api.Assertions.assertSame;

import com.ecommerce.user.testing.InProcessUserService;
import com.ecommerce.user.testing.UserServiceExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The extension on a class with nested classes. */
@ExtendWith(UserServiceExtension.class)
class UserServiceExtensionNestedTest {
  private static InProcessUserService ofTheClass;

  @BeforeAll
  static void keep(InProcessUserService service) {
    ofTheClass = service;
  }

  @Nested
  class WithinAnotherClass {
    @Test
    void service_isThatOfTheOuterClass(InProcessUserService service) {
      assertSame(ofTheClass, service);
    }
  }
}
