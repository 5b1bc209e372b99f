{{example}}
// {{project_name}}: a filter. It lets everything pass.
{{stub}}
// {{project_name}}: a filter.
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

export const filter = {
  // Whether the element goes on. What is not read of its payload is not copied.
  evaluate({ meta, payload }) {
{{example}}
    return true;
{{stub}}
    throw failed('`evaluate` is not written yet');
{{end}}
  },
};
