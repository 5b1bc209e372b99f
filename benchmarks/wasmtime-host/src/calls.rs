//! Each kind of call on Wasmtime's typed component API, as `bindgen!` hands it out: the counterpart of `benchmarks/calls`.

use crate::time;
use exports::torvyn::calls::calls::{Guest, Reading};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Result, Store, bail};

wasmtime::component::bindgen!({
    path: "../../guests/wit/deps/torvyn-calls",
    world: "all-calls",
});

const NAME: &str = "Grace Brewster Murray Hopper";

fn reading(id: u64) -> Reading {
    Reading { id, at: 1, sensor: 2, delta: 3, unit: 4, rank: 5, quality: 6, flagged: true, value: 0.5, error: 0.25 }
}

pub fn measure(dir: &str, call: &str, millis: u64) -> Result<f64> {
    let engine = Engine::new(&Config::new())?;
    let component = Component::from_file(&engine, format!("{dir}/calls.wasm"))?;
    let mut store = Store::new(&engine, ());
    let world = AllCalls::instantiate(&mut store, &component, &Linker::new(&engine))?;
    let calls: &Guest = world.torvyn_calls_calls();
    let (mut n, mut total) = (0u32, 0u64);
    let s = &mut store;
    let nanos = match call {
        "nop" => time(millis, || calls.call_nop(&mut *s)),
        "add" => time(millis, || {
            n = calls.call_add(&mut *s, n, 1)?;
            Ok(())
        }),
        "mix" => {
            let mut sum = 0.0;
            let t = time(millis, || {
                sum += calls.call_mix(&mut *s, 1, 2, 0.5, 0.25)?;
                Ok(())
            });
            total += sum as u64;
            t
        }
        "text" => time(millis, || {
            total += calls.call_text(&mut *s, NAME)? as u64;
            Ok(())
        }),
        "greet" => time(millis, || {
            total += calls.call_greet(&mut *s, NAME)?.len() as u64;
            Ok(())
        }),
        "sum-1k" | "sum-1m" => {
            let bytes = vec![0u8; if call == "sum-1k" { 1 << 10 } else { 1 << 20 }];
            time(millis, || {
                total += calls.call_sum(&mut *s, &bytes)? as u64;
                Ok(())
            })
        }
        "bytes-1k" | "bytes-1m" | "bytes-1m-into" => {
            let size = if call == "bytes-1k" { 1 << 10 } else { 1 << 20 };
            time(millis, || {
                total += calls.call_bytes(&mut *s, size)?.len() as u64;
                Ok(())
            })
        }
        "relay" => {
            let mut r = reading(0);
            let t = time(millis, || {
                r = calls.call_relay(&mut *s, r)?;
                Ok(())
            });
            total += r.id;
            t
        }
        "relay-all-16" => {
            let mut all: Vec<Reading> = (0..16).map(reading).collect();
            let t = time(millis, || {
                all = calls.call_relay_all(&mut *s, &all)?;
                Ok(())
            });
            total += all[0].id;
            t
        }
        "increment" => {
            let counters = calls.counter();
            let counter = counters.call_constructor(&mut *s, 0)?;
            time(millis, || {
                n = counters.call_increment(&mut *s, counter, 1)?;
                Ok(())
            })
        }
        "new-and-drop" => {
            let counters = calls.counter();
            time(millis, || counters.call_constructor(&mut *s, 0)?.resource_drop(&mut *s))
        }
        _ => bail!("no call is named {call}"),
    };
    std::hint::black_box((n, total));
    nanos
}
