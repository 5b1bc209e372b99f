{{example}}
// {{project_name}}: a processor. It hands on each payload as it is.
{{stub}}
// {{project_name}}: a processor.
{{end}}

{{example}}
import { allocate } from 'torvyn:streaming/buffer-allocator@{{contract_version}}';

{{end}}
{{example}}
function frozen(bytes) {
  const buffer = allocate(BigInt(bytes.length));
  buffer.append(bytes);
  return buffer.freeze();
}

{{end}}
{{stub}}
// An error of the contract is thrown as a value; an Error that is thrown ends the component.
const failed = (what) => ({ tag: 'fatal', val: what });

{{end}}
export const lifecycle = {
  // Called once, before the first element; `config` is what the pipeline says under this node's `config`.
  init(config) {},

  teardown() {},
};

export const processor = {
  // One element in; one out, or { tag: 'drop' }.
  process({ meta, payload }) {
{{example}}
    return { tag: 'emit', val: { meta, payload: frozen(payload.readAll()) } };
{{stub}}
    throw failed('`process` is not written yet');
{{end}}
  },
};
