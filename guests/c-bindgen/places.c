// Everything that a world can have outside of a package's interfaces (../wit/deps/torvyn-places), and names that meet:
// two versions of one interface, interfaces of one name, an interface called like its resource, words of Java.
#include <stdlib.h>
#include <string.h>
#include "places.h"

// --- The world itself ---

bool exports_places_run(places_borrow_ledger_t to, places_note_t *n, places_borrow_pen_t with, places_string_t *ret,
                        places_verdict_t *err) {
  uint32_t notes = places_method_ledger_add(to, n);
  uint32_t drawn = torvyn_places_shapes_method_pen_draw(with, &n->at);
  places_ledger_drop_borrow(to);
  torvyn_places_shapes_pen_drop_borrow(with);

  places_judge(n, err);
  places_note_free(n);  // which leaves the point
  if (err->tag == PLACES_VERDICT_REFUSED) return false;

  settings_own_knob_t knob;
  places_string_t name = {(uint8_t *)"volume", 6};
  int32_t turned = 0;
  if (settings_find(&name, &knob)) {
    turned = settings_method_knob_turn(settings_borrow_knob(knob), 3);
    settings_knob_drop_own(knob);
  }

  torvyn_clock_0_2_0_clock_instant_t instant;
  torvyn_clock_0_2_0_clock_now(&instant);
  places_string_t tick;
  acme_clock_clock_tick(&tick);
  torvyn_places_shapes_own_pen_t pen = torvyn_places_shapes_sharpen();
  palette_own_pen_t color = palette_sharpen();
  palette_point_t origin = {0, 0};
  uint32_t sharpened = torvyn_places_shapes_method_pen_draw(torvyn_places_shapes_borrow_pen(pen), &n->at);
  uint32_t colored = palette_method_pen_draw(palette_borrow_pen(color), &origin);
  torvyn_places_shapes_pen_drop_own(pen);
  palette_pen_drop_own(color);
  // One character for each number, all of them small, then what the other clock says.
  uint32_t numbers[] = {notes, drawn, settings_current(), turned, places_static_ledger_total(),
                        torvyn_clock_0_1_0_clock_now(), instant.seconds, instant.nanos, sharpened, colored, places_light(true)};
  size_t count = sizeof numbers / sizeof *numbers;
  ret->len = count + tick.len;
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  for (size_t i = 0; i < count; i++) ret->ptr[i] = '0' + numbers[i];
  memcpy(ret->ptr + count, tick.ptr, tick.len);
  places_string_free(&tick);
  return true;
}

uint32_t exports_places_light_power(void) { return 60; }

places_own_ledger_t exports_places_open(places_string_t *title) {
  places_own_ledger_t opened = places_constructor_ledger(title);
  places_string_free(title);
  return opened;
}

// --- settings, the exported one ---

struct settings_dial_t { settings_level_t at; };

settings_own_dial_t settings_constructor_dial(settings_level_t at) {
  settings_dial_t *dial = malloc(sizeof *dial);
  if (!dial) abort();
  dial->at = at;
  return settings_dial_new(dial);
}

void settings_dial_destructor(settings_dial_t *self) { free(self); }

settings_level_t settings_method_dial_set(settings_borrow_dial_t self, settings_level_t to) {
  settings_level_t before = self->at;
  self->at = to;
  return before;
}

settings_level_t settings_method_dial_at(settings_borrow_dial_t self) { return self->at; }

settings_level_t settings_reading(settings_borrow_dial_t of) { return of->at; }

bool settings_farthest(settings_list_point_t *points, settings_point_t *ret) {
  int64_t farthest = -1;
  for (size_t i = 0; i < points->len; i++) {
    int64_t x = points->ptr[i].x, y = points->ptr[i].y, distance = x * x + y * y;
    if (distance > farthest) {
      farthest = distance;
      *ret = points->ptr[i];
    }
  }
  settings_list_point_free(points);
  return farthest >= 0;
}

// --- keeper ---

struct exports_torvyn_places_keeper_keeper_t { places_string_t text; uint32_t kept; };

exports_torvyn_places_keeper_own_keeper_t exports_torvyn_places_keeper_constructor_keeper(places_string_t *first) {
  exports_torvyn_places_keeper_keeper_t *keeper = malloc(sizeof *keeper);
  if (!keeper) abort();
  keeper->text = *first;
  keeper->kept = 1;
  return exports_torvyn_places_keeper_keeper_new(keeper);
}

void exports_torvyn_places_keeper_keeper_destructor(exports_torvyn_places_keeper_keeper_t *self) {
  places_string_free(&self->text);
  free(self);
}

uint32_t exports_torvyn_places_keeper_method_keeper_keep(exports_torvyn_places_keeper_borrow_keeper_t self,
                                                         places_string_t *text) {
  places_string_free(&self->text);
  self->text = *text;
  return ++self->kept;
}

void exports_torvyn_places_keeper_method_keeper_to_string(exports_torvyn_places_keeper_borrow_keeper_t self,
                                                          places_string_t *ret) {
  places_string_dup_n(ret, (const char *)self->text.ptr, self->text.len);
}

uint32_t exports_torvyn_places_keeper_method_keeper_hash_code(exports_torvyn_places_keeper_borrow_keeper_t self) {
  return self->text.len;
}

bool exports_torvyn_places_keeper_method_keeper_close(exports_torvyn_places_keeper_borrow_keeper_t self) {
  return self->kept > 1;
}

void exports_torvyn_places_keeper_static_keeper_get_class(uint32_t new, places_string_t *class, places_string_t *ret) {
  if (new == 0) class->len = 0;
  places_string_dup_n(ret, (const char *)class->ptr, class->len);
  places_string_free(class);
}

void exports_torvyn_places_keeper_default(exports_torvyn_places_keeper_guest_t *this,
                                          exports_torvyn_places_keeper_guest_t *ret) {
  ret->switch_ = 2 * this->switch_;
  ret->notify = this->notify - 1;
}

uint32_t exports_torvyn_places_keeper_today(void) { return 7; }

// --- counting, twice ---

struct exports_torvyn_places_counting_tally_t { uint32_t at; };
struct backwards_tally_t { uint32_t at; };

exports_torvyn_places_counting_own_tally_t exports_torvyn_places_counting_constructor_tally(uint32_t start) {
  exports_torvyn_places_counting_tally_t *tally = malloc(sizeof *tally);
  if (!tally) abort();
  tally->at = start;
  return exports_torvyn_places_counting_tally_new(tally);
}

void exports_torvyn_places_counting_tally_destructor(exports_torvyn_places_counting_tally_t *self) { free(self); }

uint32_t exports_torvyn_places_counting_method_tally_next(exports_torvyn_places_counting_borrow_tally_t self) {
  return ++self->at;
}

backwards_own_tally_t backwards_constructor_tally(uint32_t start) {
  backwards_tally_t *tally = malloc(sizeof *tally);
  if (!tally) abort();
  tally->at = start;
  return backwards_tally_new(tally);
}

void backwards_tally_destructor(backwards_tally_t *self) { free(self); }

uint32_t backwards_method_tally_next(backwards_borrow_tally_t self) { return --self->at; }

// --- Both versions of the clock, one hour ahead ---

uint32_t exports_torvyn_clock_0_1_0_clock_now(void) { return torvyn_clock_0_1_0_clock_now() + 3600; }

void exports_torvyn_clock_0_2_0_clock_now(exports_torvyn_clock_0_2_0_clock_instant_t *ret) {
  torvyn_clock_0_2_0_clock_instant_t now;
  torvyn_clock_0_2_0_clock_now(&now);
  ret->seconds = now.seconds + 3600;
  ret->nanos = now.nanos;
}
