{{example}}
//! {{project_name}}: a filter. It lets everything pass.
{{stub}}
//! {{project_name}}: a filter.
{{end}}


wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::filtering::filter::{self, StreamElement};
use exports::torvyn::streaming::lifecycle;
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

impl filter::Guest for {{component_type}}Component {
    /// Whether the element goes on. What is not read of its payload is not copied.
    fn evaluate(_element: StreamElement) -> Result<bool, ProcessError> {
{{example}}
        Ok(true)
{{stub}}
        Err(ProcessError::Fatal("`evaluate` is not written yet".to_string()))
{{end}}
    }
}
