package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** errors.md, "Engine". */
class EngineFailureTest {
    private static final String UPPER = "component-42 ('upper')";

    static List<EngineFailure> each() {
        return List.of(
                new EngineFailure.CompilationFailed("invalid magic number", "my-component.wasm"),
                new EngineFailure.DeserializationFailed("truncated"),
                new EngineFailure.InstantiationFailed(UPPER, "no memory", null),
                new EngineFailure.UnresolvedImport(UPPER, "acme:a/b"),
                new EngineFailure.Trap(UPPER, "unreachable instruction", "process", List.of("go", "main"), null),
                new EngineFailure.FuelExhausted(UPPER, 1_000_000, "process", "go"),
                new EngineFailure.MemoryLimitExceeded(UPPER, 33_554_432, 16_777_216, "process", "go"),
                new EngineFailure.TypeMismatch(UPPER, "process", "expected u8"),
                new EngineFailure.ExportNotFound(UPPER, "process"),
                new EngineFailure.Internal("oops"),
                new EngineFailure.WasiConfigError(UPPER, "no such directory"),
                new EngineFailure.InvocationTimeout(UPPER, "process", 5000, "go", null),
                new EngineFailure.StackExhausted(UPPER, 5000, "process", "go"),
                new EngineFailure.TableLimit(UPPER, 20, 10, "process", "go"));
    }

    @Test
    void theCodesAreE0800ToE0813() {
        assertThat(each().stream().map(f -> f.code().id()))
                .containsExactlyElementsOf(IntStream.rangeClosed(800, 813)
                        .mapToObj("E0%d"::formatted)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("each")
    void everyTextBeginsWithTheCodeAndSaysWhatToDo(EngineFailure failure) {
        assertThat(failure.text()).startsWith("[" + failure.code().id() + "] ").doesNotContain("  ", "..");
        assertThat(failure.help()).endsWith(".");
        assertThat(new EngineException(failure)).hasMessage(failure.text());
    }

    @Test
    void everyTextThatHasAComponentNamesItAndItsNode() {
        assertThat(each().stream().filter(f -> Set.of("E0800", "E0801", "E0809").stream()
                        .noneMatch(f.code().id()::equals)))
                .hasSize(11)
                .allSatisfy(f -> assertThat(f.text()).contains("component-42 ('upper')"));
    }

    @Test
    void trapsAndLimitsAreFatalAndOnlyATimeoutCanBeRetried() {
        assertThat(each().stream()
                        .filter(EngineFailure::isFatal)
                        .map(f -> f.code().id())
                        .collect(Collectors.toSet()))
                .containsExactlyInAnyOrder("E0804", "E0805", "E0806", "E0812", "E0813");
        assertThat(each().stream().filter(EngineFailure::isRetryable).map(EngineFailure::code))
                .containsExactly(ErrorCode.INVOCATION_TIMEOUT);
    }

    @Test
    void aCompilationFailureHasTheFixedText() {
        assertThat(new EngineFailure.CompilationFailed("invalid magic number", "my-component.wasm").text())
                .isEqualTo("[E0800] Compilation failed for 'my-component.wasm': invalid magic number."
                        + " Verify the .wasm file is a valid WebAssembly Component (not a core module)."
                        + " Re-compile with a supported toolchain.");
        assertThat(new EngineFailure.CompilationFailed("bad binary", null).text())
                .startsWith("[E0800] Compilation failed: bad binary.");
    }

    @Test
    void aTrapNamesTheCallAndTheWasmFunctions() {
        assertThat(new EngineFailure.Trap(UPPER, "unreachable instruction", "process", List.of("go", "main"), null)
                        .text())
                .isEqualTo("[E0804] Component component-42 ('upper') trapped: unreachable instruction during 'process'"
                        + " in wasm function 'go', called by 'main'. This indicates a bug in the component."
                        + " Check component logs and consider filing a bug report.");
        assertThat(new EngineFailure.Trap(UPPER, "x", null, List.of(), null).message())
                .isEqualTo("Component component-42 ('upper') trapped: x.");
    }

    @Test
    void whatItsUserCanDoStandsInPlaceOfTheGeneralAdvice() {
        assertThat(new EngineFailure.Trap(UPPER, "x", null, List.of(), "Grant it.").help())
                .isEqualTo("Grant it.");
        assertThat(new EngineFailure.InstantiationFailed(UPPER, "x", "Grant it.").help())
                .isEqualTo("Grant it.");
    }

    @Test
    void aLongBacktraceIsCutAndSaysBySoMuch() {
        var backtrace = IntStream.range(0, 100).mapToObj(i -> "f" + i).toList();

        assertThat(new EngineFailure.Trap(UPPER, "x", null, backtrace, null).message())
                .endsWith("in wasm function 'f0', called by 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7' and 92 more.");
    }

    @Test
    void limitsAreToldInPlainDigits() {
        assertThat(new EngineFailure.FuelExhausted(UPPER, 1_000_000, null, null).text())
                .contains("1000000", "fuel budget");
        assertThat(new EngineFailure.MemoryLimitExceeded(UPPER, 33_554_432, 16_777_216, null, null).text())
                .contains("33554432", "16777216");
        assertThat(new EngineFailure.ExportNotFound(UPPER, "process").text())
                .contains("'process'", "torvyn:streaming/processor");
    }

    @Test
    void cancellationIsE0425() {
        var cancelled = new EngineFailure.Cancelled(UPPER, "process", "an operator asked for it", null);

        assertThat(cancelled.text())
                .isEqualTo("[E0425] Component component-42 ('upper') was stopped during 'process':"
                        + " an operator asked for it.");
    }
}
