{{example}}
"""{{project_name}}: a sink. It prints each payload as a line."""
{{stub}}
"""{{project_name}}: a sink."""
{{end}}

{{stub}}
from componentize_py_types import Err
{{end}}
from wit_world import exports
{{example}}
from wit_world.imports.types import BackpressureSignal, StreamElement
{{stub}}
from wit_world.imports.types import BackpressureSignal, ProcessError_Fatal, StreamElement
{{end}}


class Lifecycle(exports.Lifecycle):
    def init(self, config: str) -> None:
        """Called once, before the first element; `config` is what the pipeline says under this node's `config`."""

    def teardown(self) -> None:
        pass


class Sink(exports.Sink):
    def push(self, element: StreamElement) -> BackpressureSignal:
        """Takes one element. BackpressureSignal.PAUSE asks for none until told otherwise."""
{{example}}
        print(element.payload.read_all().decode(errors="replace"), flush=True)
        return BackpressureSignal.READY
{{stub}}
        raise Err(ProcessError_Fatal("`push` is not written yet"))
{{end}}

    def complete(self) -> None:
        """The stream has ended."""
