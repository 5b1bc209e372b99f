{{example}}
//! {{project_name}}: a sink. It prints each payload as a line.
{{stub}}
//! {{project_name}}: a sink.
{{end}}
{{example}}

use std::io::{self, Write};
{{end}}

wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::streaming::lifecycle;
use exports::torvyn::streaming::sink::{self, BackpressureSignal, StreamElement};
use torvyn::streaming::types::ProcessError;

struct {{component_type}}Component;

export!({{component_type}}Component);

impl lifecycle::Guest for {{component_type}}Component {
    /// Called once, before the first element; `config` is what the pipeline says under this node's `config`.
    fn init(_config: String) -> Result<(), ProcessError> {
        Ok(())
    }

    fn teardown() {}
}

impl sink::Guest for {{component_type}}Component {
    /// Takes one element. `BackpressureSignal::Pause` asks for none until told otherwise.
    fn push(element: StreamElement) -> Result<BackpressureSignal, ProcessError> {
{{example}}
        let mut line = element.payload.read_all();
        line.push(b'\n');
        io::stdout().write_all(&line).map_err(|e| ProcessError::Unavailable(e.to_string()))?;
        Ok(BackpressureSignal::Ready)
{{stub}}
        drop(element);
        Err(ProcessError::Fatal("`push` is not written yet".to_string()))
{{end}}
    }

    /// The stream has ended.
    fn complete() -> Result<(), ProcessError> {
{{example}}
        io::stdout().flush().map_err(|e| ProcessError::Unavailable(e.to_string()))
{{stub}}
        Ok(())
{{end}}
    }
}
