-- Notices of sign-ins carry the device, as the client named it, and the network.
alter table mail_outbox
  add column sign_in_device text,
  add column sign_in_network text;
