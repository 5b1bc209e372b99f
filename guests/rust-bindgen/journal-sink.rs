//! Sink in Rust with its standard library: each element becomes a line of a file, and is told of on the standard output.
//!
//! Configuration: the path of the file, as the component finds it.
extern crate alloc;

mod rt;
// Its path is where the build makes it.
include!(env!("GLUE"));

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, BufWriter, Write};

use exports::torvyn::streaming::lifecycle::{Guest as Lifecycle, ProcessError};
use exports::torvyn::streaming::sink::{BackpressureSignal, Guest as Sink, StreamElement};

struct Journal {
    path: String,
    file: BufWriter<File>,
    lines: u64,
}

thread_local! {
    static JOURNAL: RefCell<Option<Journal>> = const { RefCell::new(None) };
}

struct JournalSink;
export!(JournalSink);

impl Lifecycle for JournalSink {
    fn init(path: String) -> Result<(), ProcessError> {
        let file = File::create(&path).map_err(|e| unavailable(&path, e))?;
        JOURNAL.set(Some(Journal { path, file: BufWriter::new(file), lines: 0 }));
        Ok(())
    }

    fn teardown() {
        JOURNAL.take();
    }
}

impl Sink for JournalSink {
    fn push(element: StreamElement<'_>) -> Result<BackpressureSignal, ProcessError> {
        with(|journal| {
            let payload = element.payload.read_all();
            journal.file.write_all(&payload)?;
            journal.file.write_all(b"\n")?;
            journal.lines += 1;
            writeln!(io::stdout(), "{}: {} bytes of {}", element.meta.sequence, payload.len(), element.meta.content_type)?;
            Ok(BackpressureSignal::Ready)
        })
    }

    fn complete() -> Result<(), ProcessError> {
        with(|journal| {
            journal.file.flush()?;
            journal.file.get_ref().sync_all()?;
            writeln!(io::stdout(), "{} lines, {} bytes", journal.lines, journal.file.get_ref().metadata()?.len())
        })
    }
}

fn with<T>(work: impl FnOnce(&mut Journal) -> io::Result<T>) -> Result<T, ProcessError> {
    JOURNAL.with_borrow_mut(|journal| match journal {
        Some(journal) => work(journal).map_err(|e| unavailable(&journal.path, e)),
        None => Err(ProcessError::Fatal("used before init, or after teardown".to_string())),
    })
}

fn unavailable(path: &str, e: io::Error) -> ProcessError {
    ProcessError::Unavailable(format!("{path}: {e}"))
}
