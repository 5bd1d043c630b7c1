package com.ecommerce.user.server;

final class Main {
  public static void main(String[] args) {}
}
