{{example}}
// {{project_name}}: an aggregator. It hands on a copy of every tenth element, and keeps the others back.
{{stub}}
// {{project_name}}: an aggregator.
{{end}}

{{example}}
import { cloneIntoMutable } from 'torvyn:streaming/buffer-allocator@{{contract_version}}';

const EVERY = 10;
let taken = 0;

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

export const aggregator = {
  // Takes one element; gives one out when there is something to say, and undefined otherwise.
  ingest({ meta, payload }) {
{{example}}
    taken++;
    return taken % EVERY === 0 ? { meta, payload: cloneIntoMutable(payload).freeze() } : undefined;
{{stub}}
    throw failed('`ingest` is not written yet');
{{end}}
  },

  // The stream has ended: what is left to say.
  flush() {
    return [];
  },
};
