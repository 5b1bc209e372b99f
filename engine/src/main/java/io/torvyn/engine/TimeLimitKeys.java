package io.torvyn.engine;

/** What people set to raise a limit of time, for messages. */
final class TimeLimitKeys {
    static final String CALL = "`timeout_ms` of the node, or `component_invocation_timeout` of the flow's `timeouts`";
    static final String INIT = "`component_init_timeout_ms` of `[runtime]`";
    static final String TEARDOWN = "`component_teardown_timeout_ms` of `[runtime]`";

    private TimeLimitKeys() {}
}
