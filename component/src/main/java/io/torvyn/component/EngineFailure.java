package io.torvyn.component;

import io.torvyn.types.ErrorCode;
import io.torvyn.types.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a component could not be compiled, instantiated or run: E0800 to E0813, and E0425 for a call that was cancelled.
 *
 * <p>{@code component} is the label that people know an instance by, {@code component-3 ('upper')}; {@code
 * wasmFunction} is the wasm function that was running, null where the module names none.
 */
public sealed interface EngineFailure extends Failure {
    /**
     * The binary is no component that can be run: bad format, unknown feature, refused by the compiler.
     *
     * @param sourceHint the file, when it came from one
     */
    record CompilationFailed(String reason, @Nullable String sourceHint) implements EngineFailure {}

    /** Compiled code from the cache cannot be used. */
    record DeserializationFailed(String reason) implements EngineFailure {}

    /**
     * An import does not fit, a limit was hit at the start, or initialisation trapped.
     *
     * @param advice what can be done about this reason; null where there is nothing particular
     */
    record InstantiationFailed(
            String component, String reason, @Nullable String advice) implements EngineFailure {}

    /** Nobody provides an import. */
    record UnresolvedImport(String component, String importName) implements EngineFailure {}

    /**
     * The component did what wasm or the canonical ABI forbids. Its instance is finished.
     *
     * @param trapCode what it did
     * @param functionName the exported function that had been called; null during instantiation
     * @param backtrace wasm functions, innermost first; may be empty
     * @param advice what its user can do about it; null where the component is at fault
     */
    record Trap(
            String component,
            String trapCode,
            @Nullable String functionName,
            List<String> backtrace,
            @Nullable String advice)
            implements EngineFailure {
        public Trap {
            backtrace = List.copyOf(backtrace);
        }
    }

    /** @param fuelLimit units of one call */
    record FuelExhausted(
            String component,
            long fuelLimit,
            @Nullable String functionName,
            @Nullable String wasmFunction) implements EngineFailure {}

    /** A linear memory was to be larger than allowed. */
    record MemoryLimitExceeded(
            String component,
            long attemptedBytes,
            long limitBytes,
            @Nullable String functionName,
            @Nullable String wasmFunction)
            implements EngineFailure {}

    /** A value or a function has another shape than the contract says. */
    record TypeMismatch(String component, String functionName, String detail) implements EngineFailure {}

    /** The component lacks an export that is needed. */
    record ExportNotFound(String component, String functionName) implements EngineFailure {}

    /** A defect of ours. */
    record Internal(String reason) implements EngineFailure {}

    /** WASI cannot be set up as it was asked for. */
    record WasiConfigError(String component, String reason) implements EngineFailure {}

    /**
     * A call, or the instantiation, took too long and was stopped.
     *
     * @param setting what raises the limit, for people; null when there is nothing to set
     */
    record InvocationTimeout(
            String component,
            String functionName,
            long timeoutMillis,
            @Nullable String wasmFunction,
            @Nullable String setting)
            implements EngineFailure {}

    /**
     * Calls nested too deeply.
     *
     * @param limit of nested calls; 0 when it was the thread's own stack that was used up
     */
    record StackExhausted(
            String component,
            long limit,
            @Nullable String functionName,
            @Nullable String wasmFunction) implements EngineFailure {}

    /** A table was to be larger than allowed. */
    record TableLimit(
            String component,
            long attempted,
            long limit,
            @Nullable String functionName,
            @Nullable String wasmFunction) implements EngineFailure {}

    /** A call was stopped because its flow ends. */
    record Cancelled(
            String component,
            @Nullable String functionName,
            String reason,
            @Nullable String wasmFunction) implements EngineFailure {}

    @Override
    default ErrorCode code() {
        return switch (this) {
            case CompilationFailed _ -> ErrorCode.COMPILATION_FAILED;
            case DeserializationFailed _ -> ErrorCode.DESERIALIZATION_FAILED;
            case InstantiationFailed _ -> ErrorCode.INSTANTIATION_FAILED;
            case UnresolvedImport _ -> ErrorCode.ENGINE_UNRESOLVED_IMPORT;
            case Trap _ -> ErrorCode.TRAP;
            case FuelExhausted _ -> ErrorCode.FUEL_EXHAUSTED;
            case MemoryLimitExceeded _ -> ErrorCode.MEMORY_LIMIT_EXCEEDED;
            case TypeMismatch _ -> ErrorCode.TYPE_MISMATCH;
            case ExportNotFound _ -> ErrorCode.EXPORT_NOT_FOUND;
            case Internal _ -> ErrorCode.ENGINE_INTERNAL;
            case WasiConfigError _ -> ErrorCode.WASI_CONFIG_ERROR;
            case InvocationTimeout _ -> ErrorCode.INVOCATION_TIMEOUT;
            case StackExhausted _ -> ErrorCode.STACK_EXHAUSTED;
            case TableLimit _ -> ErrorCode.TABLE_LIMIT;
            case Cancelled _ -> ErrorCode.FLOW_CANCELLED;
        };
    }

    @Override
    default String message() {
        return switch (this) {
            case CompilationFailed(var reason, var source) ->
                "Compilation failed" + (source == null ? "" : " for '" + source + "'") + ": " + reason + ".";
            case DeserializationFailed(var reason) -> "Deserialization failed: " + reason + ".";
            case InstantiationFailed(var component, var reason, var _) ->
                "Instantiation failed for component " + component + ": " + reason + ".";
            case UnresolvedImport(var component, var name) ->
                "Unresolved import '" + name + "' for component " + component + ".";
            case Trap(var component, var trapCode, var function, var backtrace, var _) ->
                "Component " + component + " trapped: " + trapCode + during(function) + backtraceText(backtrace) + ".";
            case FuelExhausted(var component, var limit, var function, var wasmFunction) ->
                "Fuel exhausted for component " + component + during(function) + in(wasmFunction)
                        + ". The component exceeded its CPU budget of " + limit + " fuel units.";
            case MemoryLimitExceeded(var component, var attempted, var limit, var function, var wasmFunction) ->
                "Memory limit exceeded for component " + component + during(function) + in(wasmFunction)
                        + ": attempted to grow to " + attempted + " bytes, limit is " + limit + " bytes.";
            case TypeMismatch(var component, var function, var detail) ->
                "Type mismatch during invocation of '" + function + "' on component " + component + ": " + detail + ".";
            case ExportNotFound(var component, var function) ->
                "Export '" + function + "' not found on component " + component + ".";
            case Internal(var reason) -> "Internal engine error: " + reason + ".";
            case WasiConfigError(var component, var reason) ->
                "WASI configuration failed for component " + component + ": " + reason + ".";
            case InvocationTimeout(var component, var function, var millis, var wasmFunction, var _) ->
                "Invocation of '" + function + "' on component " + component + " timed out after " + millis + "ms"
                        + in(wasmFunction) + ".";
            case StackExhausted(var component, var limit, var function, var wasmFunction) ->
                "Call stack exhausted by component " + component + during(function) + in(wasmFunction)
                        + (limit == 0
                                ? ": its thread's stack is used up."
                                : ": calls are nested more deeply than " + limit + ".");
            case TableLimit(var component, var attempted, var limit, var function, var wasmFunction) ->
                "Table limit exceeded for component " + component + during(function) + in(wasmFunction)
                        + ": attempted to grow to " + attempted + " elements, limit is " + limit + " elements.";
            case Cancelled(var component, var function, var reason, var wasmFunction) ->
                "Component " + component + " was stopped" + during(function) + in(wasmFunction) + ": " + reason + ".";
        };
    }

    @Override
    default String help() {
        return switch (this) {
            case CompilationFailed _ ->
                "Verify the .wasm file is a valid WebAssembly Component (not a core module)."
                        + " Re-compile with a supported toolchain.";
            case DeserializationFailed _ -> "The compilation cache may be stale. Delete the cache directory and retry.";
            case InstantiationFailed(var _, var _, var advice) ->
                advice == null ? "Check that all imports are satisfied and resource limits are sufficient." : advice;
            case UnresolvedImport _ -> "Ensure the pipeline topology provides all required interfaces.";
            case Trap(var _, var _, var _, var _, var advice) ->
                advice == null
                        ? "This indicates a bug in the component. Check component logs and consider filing a bug report."
                        : advice;
            case FuelExhausted _ ->
                "Consider increasing the fuel budget in the pipeline configuration (`fuel_budget` of the node, or"
                        + " `default_fuel_per_invocation`; 0 is without limit) or optimizing the component.";
            case MemoryLimitExceeded _ ->
                "Increase the component's memory limit in the pipeline configuration (`max_memory` of the node, or"
                        + " `max_memory_per_component`).";
            case TypeMismatch _ -> "Verify the component was compiled against the correct WIT contract.";
            case ExportNotFound _ ->
                "Verify the component exports the required Torvyn interface (e.g., `torvyn:streaming/processor`).";
            case Internal _ -> "This may indicate a Torvyn bug. Please report this issue.";
            case WasiConfigError _ -> "Check the component's capability grants and sandbox configuration.";
            case InvocationTimeout(var _, var _, var _, var _, var setting) ->
                "Consider increasing the invocation timeout" + (setting == null ? "." : " (" + setting + ").");
            case StackExhausted(var _, var limit, var _, var _) ->
                limit == 0
                        ? "Bound the recursion in the component, or give the thread a larger stack: `-Xss16m` for all"
                                + " threads of the JVM, or the stack size of one that is made by `java.lang.Thread`'s"
                                + " constructor."
                        : "Bound the recursion in the component, or raise the limit in the pipeline configuration"
                                + " (`max_call_depth` of `[runtime]`).";
            case TableLimit _ ->
                "Increase the component's table limit in the pipeline configuration (`max_table_elements` of"
                        + " `[runtime]`).";
            case Cancelled _ -> "";
        };
    }

    /** The instance is finished and the flow cannot go on with it. */
    @Override
    default boolean isFatal() {
        return switch (this) {
            case Trap _, FuelExhausted _, MemoryLimitExceeded _, StackExhausted _, TableLimit _ -> true;
            case CompilationFailed _,
                    DeserializationFailed _,
                    InstantiationFailed _,
                    UnresolvedImport _,
                    TypeMismatch _,
                    ExportNotFound _,
                    Internal _,
                    WasiConfigError _,
                    InvocationTimeout _,
                    Cancelled _ -> false;
        };
    }

    /** Trying again, on a fresh instance, may succeed. */
    @Override
    default boolean isRetryable() {
        return this instanceof InvocationTimeout;
    }

    private static String during(@Nullable String function) {
        return function == null ? "" : " during '" + function + "'";
    }

    private static String in(@Nullable String wasmFunction) {
        return wasmFunction == null ? "" : " in wasm function '" + wasmFunction + "'";
    }

    private static String backtraceText(List<String> backtrace) {
        if (backtrace.isEmpty()) {
            return "";
        }
        int shown = Math.min(backtrace.size(), 8);
        var text = new StringBuilder(" in wasm function '")
                .append(backtrace.getFirst())
                .append('\'');
        for (int i = 1; i < shown; i++) {
            text.append(i == 1 ? ", called by '" : ", '")
                    .append(backtrace.get(i))
                    .append('\'');
        }
        if (shown < backtrace.size()) {
            text.append(" and ").append(backtrace.size() - shown).append(" more");
        }
        return text.toString();
    }
}
