// The shop of ../../bindgen/README.md: asks the host for prices and adds them up.
#include <stdlib.h>
#include <string.h>
#include "shop.h"

struct exports_acme_shop_carts_cart_t { uint32_t total; };

exports_acme_shop_carts_own_cart_t exports_acme_shop_carts_constructor_cart(void) {
  exports_acme_shop_carts_cart_t *cart = malloc(sizeof *cart);
  if (!cart) abort();
  cart->total = 0;
  return exports_acme_shop_carts_cart_new(cart);
}

void exports_acme_shop_carts_cart_destructor(exports_acme_shop_carts_cart_t *cart) { free(cart); }

bool exports_acme_shop_carts_method_cart_add(exports_acme_shop_carts_borrow_cart_t self, shop_string_t *item,
                                             uint32_t count, shop_string_t *err) {
  static const char refusal[] = " is not for sale";
  uint32_t price;
  bool found = acme_shop_prices_price(item, &price);
  if (found) {
    self->total += price * count;
  } else {
    err->len = item->len + sizeof refusal - 1;
    err->ptr = malloc(err->len);
    if (!err->ptr) abort();
    memcpy(err->ptr, item->ptr, item->len);
    memcpy(err->ptr + item->len, refusal, sizeof refusal - 1);
  }
  shop_string_free(item);
  return found;
}

uint32_t exports_acme_shop_carts_method_cart_total(exports_acme_shop_carts_borrow_cart_t self) { return self->total; }
