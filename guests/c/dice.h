// Guests for tests that work out beforehand what becomes of each element. The first eight letters of a payload are its
// token, a number in letters from a to p. What a guest does with an element depends on nothing but the token and the
// configuration, all of it numbers: {"salt": s, "drop": d, "fail": f, "attempts": a, "pause": p, "slow": l, "turns": t,
// "trap": token}. d, f, p and l are of a thousand tokens.
//
// A token that fails does so a times in a row (default once), and works when it is tried again after that.
#pragma once
#include "json.h"
#include "torvyn.h"

enum { TOKEN = 8 };

// Each decision is taken by a throw of its own.
typedef enum { DROP, FAILURE, SLOW, ROUTE, STOP } throw;

static u64 salt, drop_share, fail_share, attempts, pause_share, slow_share, turns, trap;
static u32 failing, failures;

static void dice_start(slice config, result_unit *out) {
  (void)out;
  salt = json_number(config, "salt", 0);
  drop_share = json_number(config, "drop", 0);
  fail_share = json_number(config, "fail", 0);
  attempts = json_number(config, "attempts", 1);
  pause_share = json_number(config, "pause", 0);
  slow_share = json_number(config, "slow", 0);
  turns = json_number(config, "turns", 0);
  trap = json_number(config, "trap", ~0ull);
  failing = failures = 0;
}

UNUSED static u32 token_of(slice payload) {
  if (payload.len < TOKEN) __builtin_trap();
  u32 token = 0;
  for (u32 i = 0; i < TOKEN; i++) token = token << 4 | ((u32)(payload.ptr[i] - 'a') & 15);
  return token;
}

UNUSED static void spell(u32 token, u8 *out) {
  for (u32 i = 0; i < TOKEN; i++) out[i] = (u8)('a' + (token >> (28 - 4 * i) & 15));
}

// 0 to 999.
static u32 throw_of(u32 token, throw which) {
  u32 x = token * 0x9e3779b1u ^ ((u32)salt * 8 + which) * 0x85ebca77u;
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  x ^= x >> 16;
  return x % 1000;
}

// What may come before the work on any element. True if the call is to be answered with the error.
static bool dice_fails(u32 token, error *e) {
  if (token == trap) __builtin_trap();
  if (throw_of(token, SLOW) < slow_share)
    for (volatile u64 turn = 0; turn < turns; turn++) {}
  if (throw_of(token, FAILURE) >= fail_share) return false;
  if (failures && failing == token && failures == attempts) {
    failures = 0;
    return false;
  }
  failures = failures && failing == token ? failures + 1 : 1;
  failing = token;
  *e = (error){INTERNAL, TEXT("the dice say no")};
  return true;
}
