{{example}}
"""{{project_name}}: a source. It gives out greetings, one at a time, until there have been a thousand."""
{{stub}}
"""{{project_name}}: a source."""
{{end}}

from typing import Optional

{{stub}}
from componentize_py_types import Err
{{end}}
from wit_world import exports
{{example}}
from wit_world.imports import buffer_allocator
from wit_world.imports.types import BackpressureSignal, Buffer, ElementMeta, OutputElement

GREETINGS = 1000

{{stub}}
from wit_world.imports.types import BackpressureSignal, OutputElement, ProcessError_Fatal

{{end}}

{{example}}
def frozen(data: bytes) -> Buffer:
    buffer = buffer_allocator.allocate(len(data))
    buffer.append(data)
    return buffer.freeze()

{{end}}

class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Called once, before the first element; `config` is what the pipeline says under this node's `config`."""

    def teardown(self) -> None:
        pass


class Source(exports.Source):
{{example}}
    given = 0

{{end}}
    def pull(self) -> Optional[OutputElement]:
        """The next element; None ends the stream."""
{{example}}
        if Source.given == GREETINGS:
            return None
        Source.given += 1
        # The host numbers the elements of a source, and stamps their time.
        meta = ElementMeta(0, 0, "text/plain")
        return OutputElement(meta, frozen(f"Hello, Torvyn! ({Source.given})".encode()))
{{stub}}
        raise Err(ProcessError_Fatal("`pull` is not written yet"))
{{end}}

    def notify_backpressure(self, signal: BackpressureSignal) -> None:
        """What is downstream of here is full, or can take more again."""
