package io.torvyn.types;

/** Every stable error code that the runtime emits. A released code never changes its meaning and is never used again. */
public enum ErrorCode {
    // Command line, files, environment
    IO_ERROR("E0001", Category.IO),
    DIRECTORY_EXISTS("E0003", Category.CONFIG),
    USAGE_ERROR("E0004", Category.CONFIG),
    FLOW_NOT_DEFINED("E0005", Category.CONFIG),
    BUILD_FAILED("E0006", Category.CONFIG),
    INTERRUPTED("E0008", Category.RUNTIME),
    TOOLCHAIN_MISSING("E0010", Category.ENVIRONMENT),
    INTERNAL_ERROR("E0099", Category.INTERNAL),
    // Contracts
    WIT_SYNTAX_ERROR("E0100", Category.CONTRACT),
    WIT_UNRESOLVED_REFERENCE("E0101", Category.CONTRACT),
    WIT_PACKAGE_DECLARATION("E0102", Category.CONTRACT),
    VERSION_INCOMPATIBLE("E0103", Category.CONTRACT),
    WIT_PACKAGE_NOT_FOUND("E0104", Category.CONTRACT),
    MISSING_REQUIRED_EXPORT("E0105", Category.CONTRACT),
    CONTRACT_TYPE_MISMATCH("E0106", Category.CONTRACT),
    DEPRECATED_CONTRACT("E0114", Category.CONTRACT),
    NO_EXPORTED_INTERFACE("E0120", Category.CONTRACT),
    CAPABILITY_MISMATCH("E0121", Category.CONTRACT),
    UNSATISFIABLE_VERSION("E0122", Category.CONTRACT),
    INCOMPLETE_INTERFACE("E0123", Category.CONTRACT),
    FORBIDDEN_IMPORT_DECLARED("E0124", Category.CONTRACT),
    INCOMPATIBLE_VERSION("E0140", Category.CONTRACT),
    MISSING_FUNCTION("E0141", Category.CONTRACT),
    MISSING_INTERFACE("E0142", Category.CONTRACT),
    TYPE_SIGNATURE_CHANGED("E0143", Category.CONTRACT),
    OWNERSHIP_CHANGED("E0144", Category.CONTRACT),
    FIELD_REMOVED("E0145", Category.CONTRACT),
    CASE_REMOVED("E0146", Category.CONTRACT),
    // Linking
    UNRESOLVED_IMPORT("E0200", Category.LINK),
    INTERFACE_MISMATCH("E0201", Category.LINK),
    CAPABILITY_NOT_GRANTED("E0202", Category.LINK),
    CYCLIC_DEPENDENCY("E0203", Category.LINK),
    COMPONENT_NOT_COMPILED("E0204", Category.LINK),
    TOPOLOGY_ERROR("E0205", Category.LINK),
    AMBIGUOUS_PROVIDER("E0206", Category.LINK),
    ROLE_VIOLATION("E0207", Category.LINK),
    VERSION_MISMATCH("E0208", Category.LINK),
    ROUTER_PORT_UNKNOWN("E0209", Category.LINK),
    COMPONENT_NOT_FOUND("E0210", Category.LINK),
    // Resources
    STALE_HANDLE("E0300", Category.RUNTIME),
    NOT_OWNER("E0301", Category.RUNTIME),
    NOT_ALLOCATED("E0302", Category.RUNTIME),
    BORROWS_OUTSTANDING("E0303", Category.RUNTIME),
    MUTABLE_LEASE_ACTIVE("E0304", Category.RUNTIME),
    READ_ONLY_LEASES_ACTIVE("E0305", Category.RUNTIME),
    BUDGET_EXCEEDED("E0306", Category.RUNTIME),
    ALLOCATION_FAILED("E0307", Category.RUNTIME),
    CAPACITY_EXCEEDED("E0308", Category.RUNTIME),
    OUT_OF_BOUNDS("E0309", Category.RUNTIME),
    POOL_EXHAUSTED("E0310", Category.RUNTIME),
    HANDLE_LIMIT_EXCEEDED("E0311", Category.RUNTIME),
    // Reactor
    TIMEOUT("E0403", Category.RUNTIME),
    QUEUE_ERROR("E0405", Category.RUNTIME),
    CREATE_INVALID_TOPOLOGY("E0410", Category.RUNTIME),
    CREATE_SHUTTING_DOWN("E0414", Category.RUNTIME),
    COMPONENT_ERROR("E0420", Category.RUNTIME),
    DEADLINE_EXCEEDED("E0421", Category.RUNTIME),
    COMPONENT_TIMEOUT("E0422", Category.RUNTIME),
    RESOURCE_EXHAUSTED("E0423", Category.RUNTIME),
    DRAIN_TIMEOUT("E0424", Category.RUNTIME),
    FLOW_CANCELLED("E0425", Category.RUNTIME),
    RETRIES_EXHAUSTED("E0426", Category.RUNTIME),
    CIRCUIT_OPEN("E0427", Category.RUNTIME),
    FLOW_INTERNAL("E0429", Category.RUNTIME),
    // Security
    CAPABILITY_DENIED("E0500", Category.SECURITY),
    CAPABILITY_FORMAT("E0510", Category.SECURITY),
    CAPABILITY_MISSING_SCOPE("E0511", Category.SECURITY),
    UNKNOWN_CAPABILITY("E0512", Category.SECURITY),
    MISSING_CAPABILITY("E0520", Category.SECURITY),
    INCOMPATIBLE_SCOPE("E0521", Category.SECURITY),
    OPTIONAL_CAPABILITY_NOT_GRANTED("W0520", Category.SECURITY),
    UNUSED_GRANT("W0521", Category.SECURITY),
    AUDIT_WRITE_FAILED("E0540", Category.SECURITY),
    // Configuration
    MANIFEST_NOT_FOUND("E0700", Category.CONFIG),
    MANIFEST_PARSE_ERROR("E0701", Category.CONFIG),
    MISSING_FIELD("E0702", Category.CONFIG),
    INVALID_VALUE("E0703", Category.CONFIG),
    SEMANTIC_ERROR("E0704", Category.CONFIG),
    ENV_VAR_NOT_FOUND("E0705", Category.CONFIG),
    DUPLICATE_KEY("E0706", Category.CONFIG),
    UNKNOWN_FIELD("E0707", Category.CONFIG),
    // Engine
    COMPILATION_FAILED("E0800", Category.RUNTIME),
    DESERIALIZATION_FAILED("E0801", Category.RUNTIME),
    INSTANTIATION_FAILED("E0802", Category.RUNTIME),
    ENGINE_UNRESOLVED_IMPORT("E0803", Category.RUNTIME),
    TRAP("E0804", Category.RUNTIME),
    FUEL_EXHAUSTED("E0805", Category.RUNTIME),
    MEMORY_LIMIT_EXCEEDED("E0806", Category.RUNTIME),
    TYPE_MISMATCH("E0807", Category.RUNTIME),
    EXPORT_NOT_FOUND("E0808", Category.RUNTIME),
    ENGINE_INTERNAL("E0809", Category.RUNTIME),
    WASI_CONFIG_ERROR("E0810", Category.RUNTIME),
    INVOCATION_TIMEOUT("E0811", Category.RUNTIME),
    STACK_EXHAUSTED("E0812", Category.RUNTIME),
    TABLE_LIMIT("E0813", Category.RUNTIME),
    // Host
    FLOW_STARTUP("E1005", Category.RUNTIME),
    HOST_FLOW_NOT_FOUND("E1020", Category.RUNTIME),
    HOST_INTERNAL("E1099", Category.RUNTIME);

    /** Who a failure concerns; the {@code category} of the JSON form. */
    public enum Category {
        CONFIG("config"),
        CONTRACT("contract"),
        LINK("link"),
        RUNTIME("runtime"),
        SECURITY("security"),
        ENVIRONMENT("environment"),
        IO("io"),
        INTERNAL("internal");

        private final String label;

        Category(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }

    private final String id;
    private final Category category;

    ErrorCode(String id, Category category) {
        this.id = id;
        this.category = category;
    }

    /** The code people see, such as {@code E0804}. */
    public String id() {
        return id;
    }

    public Category category() {
        return category;
    }

    @Override
    public String toString() {
        return id;
    }
}
