{{example}}
"""{{project_name}}: a router. It sends everything to the port `default`."""
{{stub}}
"""{{project_name}}: a router."""
{{end}}

from typing import List

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


class Router(exports.Router):
    def route(self, element: StreamElement) -> List[str]:
        """The ports that the element goes to; none drops it."""
{{example}}
        return ["default"]
{{stub}}
        raise Err(ProcessError_Fatal("`route` is not written yet"))
{{end}}
