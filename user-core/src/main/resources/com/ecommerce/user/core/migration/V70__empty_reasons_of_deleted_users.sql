-- A reason is personal data as soon as somebody writes it. Those of users who are gone are emptied after 90 days; it is the
-- only change of an event that is let through.
create index events_with_reason on events (occurred_at) where reason <> '';

create function refuse_event_change_but_emptied_reason() returns trigger language plpgsql as $$
declare
  emptied events := old;
begin
  emptied.reason := '';
  if new is distinct from emptied
      or old.occurred_at > now() - interval '90 days'
      or exists (select from users where id = old.user_id) then
    raise exception 'events are append-only';
  end if;
  return new;
end $$;

drop trigger events_append_only on events;
create trigger events_append_only before delete or truncate on events
  for each statement execute function refuse_event_change();
create trigger events_only_lose_reasons before update on events
  for each row execute function refuse_event_change_but_emptied_reason();
