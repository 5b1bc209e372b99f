// Resources of a guest's in every place that can hold a handle (../wit/deps/torvyn-owners). It counts what it has made and
// not destroyed, so that a test can see that nothing is left and nothing is destroyed twice.
#include <stdlib.h>
#include <string.h>
#include "owners.h"

typedef exports_torvyn_owners_store_own_box_t own_box;
typedef exports_torvyn_owners_store_own_crate_t own_crate;
typedef exports_torvyn_owners_store_list_own_box_t boxes;
typedef exports_torvyn_owners_store_labelled_t labelled;
typedef exports_torvyn_owners_store_parcel_t parcel;

#define BOX(name) exports_torvyn_owners_store_box_##name
#define CRATE(name) exports_torvyn_owners_store_crate_##name

typedef struct exports_torvyn_owners_store_box_t { uint32_t content; bool destroyed; } box;
typedef struct exports_torvyn_owners_store_crate_t { boxes held; bool destroyed; } crate;
typedef struct exports_torvyn_owners_shop_till_t { boxes sold; } till;

static uint32_t live_boxes, live_crates, destructors;

static void *some(size_t size) {
  void *made = malloc(size);
  if (!made) abort();
  return made;
}

// What an empty list has for an address has not been allocated.
static void free_list(void *elements, size_t length) {
  if (length) free(elements);
}

static void put(boxes *to, own_box item) {
  own_box *longer = realloc(to->ptr, (to->len + 1) * sizeof item);
  if (!longer) abort();
  to->ptr = longer;
  to->ptr[to->len++] = item;
}

static void put_all(boxes *to, boxes *from) {
  for (size_t i = 0; i < from->len; i++) put(to, from->ptr[i]);
  free(from->ptr);
}

static void drop_all(boxes *held) {
  for (size_t i = 0; i < held->len; i++) BOX(drop_own)(held->ptr[i]);
  free(held->ptr);
  *held = (boxes){0};
}

// --- box ---

own_box exports_torvyn_owners_store_constructor_box(uint32_t content) {
  box *made = some(sizeof *made);
  *made = (box){content, false};
  live_boxes++;
  return BOX(new)(made);
}

void exports_torvyn_owners_store_box_destructor(box *self) {
  if (self->destroyed) abort();
  self->destroyed = true;  // never freed, so that a second time is seen
  live_boxes--;
  destructors++;
}

static box *alive(box *of) {
  if (of->destroyed) abort();
  return of;
}

uint32_t exports_torvyn_owners_store_method_box_content(box *self) { return alive(self)->content; }

void exports_torvyn_owners_store_method_box_swap(box *self, box *other) {
  uint32_t content = alive(self)->content;
  self->content = alive(other)->content;
  other->content = content;
}

own_box exports_torvyn_owners_store_static_box_copy(box *of) {
  return exports_torvyn_owners_store_constructor_box(alive(of)->content);
}

uint32_t exports_torvyn_owners_store_static_box_sum(exports_torvyn_owners_store_list_borrow_box_t *of) {
  uint32_t sum = 0;
  for (size_t i = 0; i < of->len; i++) sum += alive(of->ptr[i])->content;
  free_list(of->ptr, of->len);
  return sum;
}

// --- crate ---

static own_crate make_crate(boxes held) {
  crate *made = some(sizeof *made);
  *made = (crate){held.len ? held : (boxes){0}, false};
  live_crates++;
  return CRATE(new)(made);
}

void exports_torvyn_owners_store_crate_destructor(crate *self) {
  if (self->destroyed) abort();
  self->destroyed = true;
  live_crates--;
  destructors++;
  drop_all(&self->held);
}

// What is in the crate, which goes.
static boxes unpack(own_crate of) {
  crate *opened = CRATE(rep)(of);
  boxes held = opened->held;
  opened->held = (boxes){0};
  CRATE(drop_own)(of);
  return held;
}

bool exports_torvyn_owners_store_constructor_crate(boxes *held, uint32_t limit, own_crate *ret, owners_string_t *err) {
  if (held->len > limit) {
    drop_all(held);
    owners_string_dup(err, "too many boxes");
    return false;
  }
  *ret = make_crate(*held);
  return true;
}

uint32_t exports_torvyn_owners_store_method_crate_count(crate *self) { return self->held.len; }

void exports_torvyn_owners_store_method_crate_absorb(crate *self, own_crate other) {
  boxes held = unpack(other);
  put_all(&self->held, &held);
}

static bool pop(boxes *held, own_box *ret) {
  if (!held->len) return false;
  *ret = held->ptr[--held->len];
  return true;
}

bool exports_torvyn_owners_store_method_crate_pop(crate *self, own_box *ret) { return pop(&self->held, ret); }

void exports_torvyn_owners_store_static_crate_unpack(own_crate of, boxes *ret) { *ret = unpack(of); }

// --- Functions ---

static labelled name(own_box item) {
  labelled named = {.item = item};
  owners_string_dup(&named.label, "some");
  return named;
}

bool exports_torvyn_owners_store_label(own_box *item, labelled *ret, owners_string_t *err) {
  if (!item) {
    owners_string_dup(err, "there is no box");
    return false;
  }
  *ret = name(*item);
  return true;
}

void exports_torvyn_owners_store_repack(parcel *given, parcel *ret) {
  *ret = *given;
  switch (given->tag) {
    case EXPORTS_TORVYN_OWNERS_STORE_PARCEL_ONE:
      ret->tag = EXPORTS_TORVYN_OWNERS_STORE_PARCEL_MANY;
      ret->val.many = (boxes){0};
      put(&ret->val.many, given->val.one);
      break;
    case EXPORTS_TORVYN_OWNERS_STORE_PARCEL_MANY:
      ret->tag = EXPORTS_TORVYN_OWNERS_STORE_PARCEL_CRATED;
      ret->val.crated = make_crate(given->val.many);
      break;
    case EXPORTS_TORVYN_OWNERS_STORE_PARCEL_NAMED:
      ret->tag = EXPORTS_TORVYN_OWNERS_STORE_PARCEL_ONE;
      ret->val.one = given->val.named.item;
      owners_string_free(&given->val.named.label);
      break;
  }
}

uint32_t exports_torvyn_owners_store_weigh(exports_torvyn_owners_store_list_loan_t *loans, box **more) {
  uint32_t weight = more ? alive(*more)->content : 0;
  for (size_t i = 0; i < loans->len; i++) weight += loans->ptr[i].times * alive(loans->ptr[i].item)->content;
  free_list(loans->ptr, loans->len);
  return weight;
}

void exports_torvyn_owners_store_pour(box *into, own_box rest) {
  alive(into)->content += alive(BOX(rep)(rest))->content;
  BOX(drop_own)(rest);
}

void exports_torvyn_owners_store_either(exports_torvyn_owners_store_result_own_box_own_crate_t *of,
                                        exports_torvyn_owners_store_tuple2_option_own_box_bool_t *ret) {
  *ret = (exports_torvyn_owners_store_tuple2_option_own_box_bool_t){.f1 = of->is_err};
  if (of->is_err) {
    boxes held = unpack(of->val.err);
    ret->f0.is_some = pop(&held, &ret->f0.val);
    drop_all(&held);
  } else {
    ret->f0.is_some = true;
    ret->f0.val = of->val.ok;
  }
}

void exports_torvyn_owners_store_live(owners_tuple2_u32_u32_t *ret) {
  *ret = (owners_tuple2_u32_u32_t){live_boxes, live_crates};
}

uint32_t exports_torvyn_owners_store_dropped(void) { return destructors; }

// --- shop ---

exports_torvyn_owners_shop_own_till_t exports_torvyn_owners_shop_constructor_till(void) {
  till *made = some(sizeof *made);
  *made = (till){0};
  return exports_torvyn_owners_shop_till_new(made);
}

void exports_torvyn_owners_shop_till_destructor(till *self) {
  drop_all(&self->sold);
  free(self);
}

uint32_t exports_torvyn_owners_shop_method_till_sell(till *self, own_box item) {
  put(&self->sold, item);
  return alive(BOX(rep)(item))->content;
}

bool exports_torvyn_owners_shop_method_till_undo(till *self, labelled *ret) {
  own_box latest;
  if (!pop(&self->sold, &latest)) return false;
  *ret = name(latest);
  return true;
}

uint32_t exports_torvyn_owners_shop_price(box *of) { return alive(of)->content; }
