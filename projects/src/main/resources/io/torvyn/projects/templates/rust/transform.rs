{{example}}
//! {{project_name}}: a processor. It hands on each payload as it is.
{{stub}}
//! {{project_name}}: a processor.
{{end}}


wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::streaming::lifecycle;
use exports::torvyn::streaming::processor::{self, ProcessResult, StreamElement};
{{example}}
use torvyn::streaming::buffer_allocator;
use torvyn::streaming::types::{OutputElement, ProcessError};
{{stub}}
use torvyn::streaming::types::ProcessError;
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

impl processor::Guest for {{component_type}}Component {
    /// One element in; one out, or `ProcessResult::Drop`.
    fn process(input: StreamElement) -> Result<ProcessResult, ProcessError> {
{{example}}
        // This is where your code goes: make of `payload` what should go on.
        let payload = input.payload.read_all();
        let buffer =
            buffer_allocator::allocate(payload.len() as u64).map_err(|e| ProcessError::Unavailable(e.to_string()))?;
        buffer.append(&payload).map_err(|e| ProcessError::Internal(e.to_string()))?;
        buffer.set_content_type(&input.meta.content_type);
        Ok(ProcessResult::Emit(OutputElement { meta: input.meta, payload: buffer.freeze() }))
{{stub}}
        drop(input);
        Err(ProcessError::Fatal("`process` is not written yet".to_string()))
{{end}}
    }
}
