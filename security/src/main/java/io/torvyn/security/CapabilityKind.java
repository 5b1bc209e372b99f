package io.torvyn.security;

/** What can be allowed; the canonical name is {@code <domain>:<action>}. */
public enum CapabilityKind {
    FILESYSTEM_READ("filesystem:read", ScopeKind.PATH, true),
    FILESYSTEM_WRITE("filesystem:write", ScopeKind.PATH, true),
    TCP_CONNECT("network:tcp-connect", ScopeKind.NET, false),
    TCP_LISTEN("network:tcp-listen", ScopeKind.NET, false),
    UDP_ACCESS("network:udp", ScopeKind.NET, false),
    HTTP_OUTGOING("network:http-outgoing", ScopeKind.NET, false),
    WALL_CLOCK("clock:wall", ScopeKind.NONE, false),
    MONOTONIC_CLOCK("clock:monotonic", ScopeKind.NONE, false),
    CRYPTO_RANDOM("random:crypto", ScopeKind.NONE, false),
    INSECURE_RANDOM("random:insecure", ScopeKind.NONE, false),
    ENVIRONMENT("environment:read", ScopeKind.NAMES, true),
    STDIN("stdio:stdin", ScopeKind.NONE, false),
    STDOUT("stdio:stdout", ScopeKind.NONE, false),
    STDERR("stdio:stderr", ScopeKind.NONE, false),
    RESOURCE_ALLOCATE("torvyn:resource-allocate", ScopeKind.POOL, false),
    POOL_ACCESS("torvyn:pool-access", ScopeKind.POOL, true),
    EMIT_BACKPRESSURE("torvyn:emit-backpressure", ScopeKind.NONE, false),
    INSPECT_FLOW_META("torvyn:inspect-flow-meta", ScopeKind.NONE, false),
    RUNTIME_INSPECT("torvyn:runtime-inspect", ScopeKind.NONE, false),
    CUSTOM_METRICS("torvyn:custom-metrics", ScopeKind.NONE, false);

    /** What may follow the name. */
    enum ScopeKind {
        NONE(""),
        PATH("/data/input"),
        NET("api.example.org:443"),
        NAMES("LANG,TZ"),
        POOL("default");

        private final String example;

        ScopeKind(String example) {
            this.example = example;
        }
    }

    private final String canonical;
    private final ScopeKind scopeKind;
    private final boolean scopeRequired;

    CapabilityKind(String canonical, ScopeKind scopeKind, boolean scopeRequired) {
        this.canonical = canonical;
        this.scopeKind = scopeKind;
        this.scopeRequired = scopeRequired;
    }

    /** {@code <domain>:<action>}. */
    public String canonical() {
        return canonical;
    }

    ScopeKind scopeKind() {
        return scopeKind;
    }

    boolean isScopeRequired() {
        return scopeRequired;
    }

    /** A grant as one would write it. */
    String example() {
        return scopeKind == ScopeKind.NONE ? canonical : canonical + ":" + scopeKind.example;
    }
}
