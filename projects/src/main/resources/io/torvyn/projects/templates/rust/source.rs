{{example}}
//! {{project_name}}: a source. It gives out greetings, one at a time, until there have been a thousand.
{{stub}}
//! {{project_name}}: a source.
{{end}}
{{example}}

use std::cell::Cell;
{{end}}

wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::streaming::lifecycle;
use exports::torvyn::streaming::source::{self, BackpressureSignal, OutputElement};
{{example}}
use torvyn::streaming::buffer_allocator;
use torvyn::streaming::types::{ElementMeta, ProcessError};
{{stub}}
use torvyn::streaming::types::ProcessError;
{{end}}

{{example}}
const GREETINGS: u32 = 1000;

thread_local! {
    static GIVEN: Cell<u32> = const { Cell::new(0) };
}

{{end}}
struct {{component_type}}Component;

export!({{component_type}}Component);

impl lifecycle::Guest for {{component_type}}Component {
    /// Called once, before the first element; `config` is what the pipeline says under this node's `config`.
    fn init(_config: String) -> Result<(), ProcessError> {
        Ok(())
    }

    fn teardown() {}
}

impl source::Guest for {{component_type}}Component {
    /// The next element; none ends the stream.
    fn pull() -> Result<Option<OutputElement>, ProcessError> {
{{example}}
        let n = GIVEN.get() + 1;
        if n > GREETINGS {
            return Ok(None);
        }
        GIVEN.set(n);
        element(&format!("Hello, Torvyn! ({n})")).map(Some)
{{stub}}
        Err(ProcessError::Fatal("`pull` is not written yet".to_string()))
{{end}}
    }

    /// What is downstream of here is full, or can take more again.
    fn notify_backpressure(_signal: BackpressureSignal) {}
}
{{example}}

fn element(text: &str) -> Result<OutputElement, ProcessError> {
    let buffer = buffer_allocator::allocate(text.len() as u64).map_err(|e| ProcessError::Unavailable(e.to_string()))?;
    buffer.append(text.as_bytes()).map_err(|e| ProcessError::Internal(e.to_string()))?;
    buffer.set_content_type("text/plain");
    Ok(OutputElement {
        // The host numbers the elements of a source, and stamps their time.
        meta: ElementMeta { sequence: 0, timestamp_ns: 0, content_type: "text/plain".to_string() },
        payload: buffer.freeze(),
    })
}
{{end}}
