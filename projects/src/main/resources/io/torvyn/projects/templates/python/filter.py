{{example}}
"""{{project_name}}: a filter. It lets everything pass."""
{{stub}}
"""{{project_name}}: a filter."""
{{end}}

{{stub}}
from componentize_py_types import Err
{{end}}
from wit_world import exports
{{example}}
from wit_world.imports.types import StreamElement
{{stub}}
from wit_world.imports.types import ProcessError_Fatal, StreamElement
{{end}}


class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Called once, before the first element; `config` is what the pipeline says under this node's `config`."""

    def teardown(self) -> None:
        pass


class Filter(exports.Filter):
    def evaluate(self, element: StreamElement) -> bool:
        """Whether the element goes on. What is not read of its payload is not copied."""
{{example}}
        return True
{{stub}}
        raise Err(ProcessError_Fatal("`evaluate` is not written yet"))
{{end}}
