{{example}}
// {{project_name}}: a router. It sends everything to the port `default`.
{{stub}}
// {{project_name}}: a router.
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

export const router = {
  // The ports that the element goes to; none drops it.
  route({ meta, payload }) {
{{example}}
    return ['default'];
{{stub}}
    throw failed('`route` is not written yet');
{{end}}
  },
};
