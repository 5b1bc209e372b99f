//! Processor without the standard library: what WASI there is, this file asks for. It appends to each text
//! ` | <variable> <seconds>.<nanoseconds> <16 digits>`: a variable of the environment, the time and a random number, and
//! tells of it on the standard error.
//!
//! Configuration: the name of the variable. One that is not set is unavailable.
#![no_std]

extern crate alloc;

mod heap;
mod rt;
// Its path is where the build makes it.
include!(env!("GLUE"));

use alloc::format;
use alloc::string::{String, ToString};
use core::cell::RefCell;
use exports::torvyn::streaming::lifecycle::{Guest as Lifecycle, ProcessError};
use exports::torvyn::streaming::processor::{Guest as Processor, ProcessResult, StreamElement};
use torvyn::streaming::buffer_allocator::allocate;
use torvyn::streaming::types::{BufferError, ElementMeta, OutputElement};
use wasi::cli0_2_6::environment::get_environment;
use wasi::cli0_2_6::stderr::get_stderr;
use wasi::clocks::wall_clock;
use wasi::random::random::get_random_u64;

struct Stamp;
export!(Stamp);

struct Variable(RefCell<String>);
// A component has one thread.
unsafe impl Sync for Variable {}
static VARIABLE: Variable = Variable(RefCell::new(String::new()));

impl Lifecycle for Stamp {
    fn init(name: String) -> Result<(), ProcessError> {
        let (_, value) = get_environment()
            .into_iter()
            .find(|(variable, _)| *variable == name)
            .ok_or_else(|| ProcessError::Unavailable(format!("the variable {name} is not set")))?;
        VARIABLE.0.replace(value);
        Ok(())
    }

    fn teardown() {}
}

impl Processor for Stamp {
    fn process(input: StreamElement<'_>) -> Result<ProcessResult, ProcessError> {
        let text = String::from_utf8(input.payload.read_all())
            .map_err(|e| ProcessError::InvalidInput(format!("no UTF-8 from byte {}", e.utf8_error().valid_up_to())))?;
        let now = wall_clock::now();
        let stamp = format!("{} {}.{:09} {:016x}", VARIABLE.0.borrow(), now.seconds, now.nanoseconds, get_random_u64());
        let output = format!("{text} | {stamp}");

        let buffer = allocate(output.len() as u64).map_err(refused)?;
        buffer.append(output.as_bytes()).map_err(refused)?;
        get_stderr()
            .blocking_write_and_flush(format!("stamped {}\n", input.meta.sequence).as_bytes())
            .map_err(|e| ProcessError::Internal(format!("the standard error: {e}")))?;
        Ok(ProcessResult::Emit(OutputElement {
            meta: ElementMeta { content_type: "text/plain".to_string(), ..input.meta },
            payload: buffer.freeze(),
        }))
    }
}

fn refused(e: BufferError) -> ProcessError {
    ProcessError::Unavailable(format!("no buffer: {e}"))
}
