{{example}}
//! {{project_name}}: an aggregator. It hands on a copy of every tenth element, and keeps the others back.
{{stub}}
//! {{project_name}}: an aggregator.
{{end}}
{{example}}

use std::cell::Cell;
{{end}}

wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::aggregation::aggregator::{self, OutputElement, StreamElement};
use exports::torvyn::streaming::lifecycle;
{{example}}
use torvyn::streaming::buffer_allocator;
{{end}}
use torvyn::streaming::types::ProcessError;

{{example}}
const EVERY: u64 = 10;

thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
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

impl aggregator::Guest for {{component_type}}Component {
    /// Takes one element; gives one out when there is something to say.
    fn ingest(element: StreamElement) -> Result<Option<OutputElement>, ProcessError> {
{{example}}
        TAKEN.set(TAKEN.get() + 1);
        if !TAKEN.get().is_multiple_of(EVERY) {
            return Ok(None);
        }
        let buffer = buffer_allocator::clone_into_mutable(element.payload)
            .map_err(|e| ProcessError::Unavailable(e.to_string()))?;
        Ok(Some(OutputElement { meta: element.meta, payload: buffer.freeze() }))
{{stub}}
        drop(element);
        Err(ProcessError::Fatal("`ingest` is not written yet".to_string()))
{{end}}
    }

    /// The stream has ended: what is left to say.
    fn flush() -> Result<Vec<OutputElement>, ProcessError> {
        Ok(Vec::new())
    }
}
