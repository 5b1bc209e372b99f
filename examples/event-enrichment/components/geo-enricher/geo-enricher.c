// Processor that says where an event's address is. Configuration: {"db": "simulated"}, the only database that it has.
#include "append.h"

static const struct { slice ip, place; } database[] = {
    {TEXT("192.0.2.10"), TEXT("\"country\":\"DE\",\"city\":\"Berlin\"")},
    {TEXT("198.51.100.42"), TEXT("\"country\":\"JP\",\"city\":\"Tokyo\"")},
    {TEXT("203.0.113.5"), TEXT("\"country\":\"AU\",\"city\":\"Sydney\"")},
    {TEXT("198.51.100.1"), TEXT("\"country\":\"US\",\"city\":\"Chicago\"")},
};

static void start(slice config, result_unit *out) {
  json db;
  if (json_get(config, "db", &db) == JSON_FOUND && !member_is(config, "db", TEXT("simulated")))
    FAIL(out, INVALID_INPUT, TEXT("the only database is \"simulated\""));
}

static void enrich(element *in, result_element *out) {
  slice event, place = TEXT("\"country\":\"unknown\",\"city\":\"unknown\"");
  buffer_read_all(in->payload, &event);
  for (u32 i = 0; i < sizeof database / sizeof *database; i++)
    if (member_is(event, "ip", database[i].ip)) place = database[i].place;
  emit_with(in, event, place, out);
}

PROCESSOR(enrich)
LIFECYCLE(start, no_teardown)
