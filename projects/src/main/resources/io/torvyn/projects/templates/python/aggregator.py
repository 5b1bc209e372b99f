{{example}}
"""{{project_name}}: an aggregator. It hands on a copy of every tenth element, and keeps the others back."""
{{stub}}
"""{{project_name}}: an aggregator."""
{{end}}

from typing import List, Optional

{{stub}}
from componentize_py_types import Err
{{end}}
from wit_world import exports
{{example}}
from wit_world.imports import buffer_allocator
from wit_world.imports.types import OutputElement, StreamElement

EVERY = 10
{{stub}}
from wit_world.imports.types import OutputElement, ProcessError_Fatal, StreamElement
{{end}}


class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Called once, before the first element; `config` is what the pipeline says under this node's `config`."""

    def teardown(self) -> None:
        pass


class Aggregator(exports.Aggregator):
{{example}}
    taken = 0

{{end}}
    def ingest(self, element: StreamElement) -> Optional[OutputElement]:
        """Takes one element; gives one out when there is something to say."""
{{example}}
        Aggregator.taken += 1
        if Aggregator.taken % EVERY:
            return None
        return OutputElement(element.meta, buffer_allocator.clone_into_mutable(element.payload).freeze())
{{stub}}
        raise Err(ProcessError_Fatal("`ingest` is not written yet"))
{{end}}

    def flush(self) -> List[OutputElement]:
        """The stream has ended: what is left to say."""
        return []
