{{example}}
"""{{project_name}}: a processor. It hands on each text in upper case."""
{{stub}}
"""{{project_name}}: a processor."""
{{end}}

{{stub}}
from componentize_py_types import Err
{{end}}
from wit_world import exports
{{example}}
from wit_world.imports import buffer_allocator
from wit_world.imports.types import Buffer, OutputElement, ProcessResult, ProcessResult_Emit, StreamElement
{{stub}}
from wit_world.imports.types import ProcessError_Fatal, ProcessResult, StreamElement
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


class Processor(exports.Processor):
    def process(self, input: StreamElement) -> ProcessResult:
        """One element in; one out, or ProcessResult_Drop()."""
{{example}}
        text = input.payload.read_all().decode(errors="replace").upper()
        return ProcessResult_Emit(OutputElement(input.meta, frozen(text.encode())))
{{stub}}
        raise Err(ProcessError_Fatal("`process` is not written yet"))
{{end}}
