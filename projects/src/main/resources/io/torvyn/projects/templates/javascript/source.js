{{example}}
// {{project_name}}: a source. It gives out greetings, one at a time, until there have been a thousand.
{{stub}}
// {{project_name}}: a source.
{{end}}

{{example}}
import { allocate } from 'torvyn:streaming/buffer-allocator@{{contract_version}}';

const GREETINGS = 1000;
let given = 0;

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

export const source = {
  // The next element; undefined ends the stream.
  pull() {
{{example}}
    if (given === GREETINGS) return undefined;
    given++;
    return {
      // The host numbers the elements of a source, and stamps their time.
      meta: { sequence: 0n, timestampNs: 0n, contentType: 'text/plain' },
      payload: frozen(new TextEncoder().encode(`Hello, Torvyn! (${given})`)),
    };
{{stub}}
    throw failed('`pull` is not written yet');
{{end}}
  },

  // What is downstream of here is full ('pause'), or can take more again ('ready').
  notifyBackpressure(signal) {},
};
