{{example}}
//! {{project_name}}: a router. It sends everything to the port `default`.
{{stub}}
//! {{project_name}}: a router.
{{end}}


wit_bindgen::generate!({ path: "wit", world: "component", generate_all });

use exports::torvyn::filtering::router::{self, StreamElement};
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

impl router::Guest for {{component_type}}Component {
    /// The ports that the element goes to; none drops it.
    fn route(_element: StreamElement) -> Result<Vec<String>, ProcessError> {
{{example}}
        Ok(vec!["default".to_string()])
{{stub}}
        Err(ProcessError::Fatal("`route` is not written yet".to_string()))
{{end}}
    }
}
