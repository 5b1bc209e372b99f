{{example}}
// {{project_name}}: a sink. It prints each payload as a line.
{{stub}}
// {{project_name}}: a sink.
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

export const sink = {
  // Takes one element. 'pause' asks for none until told otherwise.
  push({ payload }) {
{{example}}
    console.log(new TextDecoder().decode(payload.readAll()));
    return 'ready';
{{stub}}
    throw failed('`push` is not written yet');
{{end}}
  },

  // The stream has ended.
  complete() {},
};
