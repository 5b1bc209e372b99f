package io.torvyn.wasi;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.Component;
import io.torvyn.component.ComponentImport;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything links; what is not granted is denied when it is used. */
class WasiTest {
    private static final WasiGrants ALL = new WasiGrants(
            Optional.of(InputStream.nullInputStream()),
            Optional.of(OutputStream.nullOutputStream()),
            Optional.of(OutputStream.nullOutputStream()),
            Map.of("A", "b"),
            List.of("argument"),
            EnumSet.allOf(WasiGrants.Source.class));

    private final Denials denials = new Denials();

    @ParameterizedTest
    @ValueSource(strings = {"0.2.0", "0.2.6", "0.2.12"})
    void everyInterfaceWithBindingsLinksInEveryVersionWithAndWithoutGrants(String version) {
        for (WasiGrants grants : List.of(WasiGrants.NONE, ALL)) {
            try (Instance instance = Fixtures.instance("every-" + version, grants, denials)) {
                assertThat(instance.isFinished()).isFalse();
            }
        }
        assertThat(denials.all).isEmpty();
    }

    @Test
    void theFixtureImportsEveryInterfaceThatIsGenerated() throws IOException {
        Set<String> imported = Fixtures.component("every-0.2.6").imports().stream()
                .map(ComponentImport::name)
                .collect(Collectors.toSet());

        Set<String> generated;
        try (Stream<Path> files = Files.list(Path.of("src/generated/java/io/torvyn/wasi"))) {
            generated = files.flatMap(WasiTest::lines)
                    .filter(line -> line.strip().startsWith("String NAME = "))
                    .map(line -> line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')))
                    .collect(Collectors.toSet());
        }
        assertThat(generated).hasSize(30).isEqualTo(imported);
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void interfacesThatNobodyImplementsLinkInTwoVersionsAtOnceAndNoDirectoryIsOpen() {
        try (Instance instance = Fixtures.instance("denied", ALL, denials)) {
            assertThat(denials.all).isEmpty();
            assertThat(Fixtures.call(instance, "directories")).isZero();
            assertThat(Fixtures.call(instance, "directories")).isZero();
        }
        assertThat(denials.all)
                .containsExactly(new Denials.Denial("filesystem:read:<path>", "asked for its directories"));
    }

    @ParameterizedTest
    @CsvSource({"fields, network:http-outgoing, wasi:http/proxying@0.2.0#[constructor]fields"})
    void whatIsNotImplementedTrapsWhenItIsCalledAndIsReported(String export, String capability, String function) {
        try (Instance instance = Fixtures.instance("denied", ALL, denials)) {
            assertThat(Fixtures.trap(instance, export))
                    .contains(function + " is denied; it needs the grant " + capability);
        }
        assertThat(denials.all).containsExactly(new Denials.Denial(capability, "called " + function));
    }

    @Test
    void aFunctionThatOurVersionOfAnInterfaceLacksLinksAndTraps() {
        try (Instance instance = Fixtures.instance("denied", ALL, denials)) {
            assertThat(Fixtures.trap(instance, "exit"))
                    .contains("wasi:cli/exit@0.2.3#exit-by-wish is denied: this host has no such function");
        }
        assertThat(denials.capabilities()).containsExactly("wasi:cli/exit@0.2.3");
    }

    @Test
    void aForgedHandleToADeniedResourceTraps() {
        try (Instance instance = Fixtures.instance("denied", ALL, denials)) {
            assertThat(Fixtures.trap(instance, "forge")).contains("unknown handle index 1");
        }
        assertThat(denials.all).isEmpty();
    }

    @Test
    void addsOnlyWhatTheComponentImports() {
        Component component = Fixtures.component("output");
        var imports = new Imports();

        Wasi.addTo(imports, component, WasiGrants.NONE, denials);

        assertThat(imports.instance("wasi:io/streams@0.2.9")).isNotNull();
        assertThat(imports.instance(Environment.NAME)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "wasi:cli/stdout@0.2.0, true",
        "wasi:sockets/tcp@0.2.12, true",
        "wasi:cli/stdout@0.3.0, false",
        "wasi:cli/stdout@0.20.0, false",
        "wasi:cli/stdout, false",
        "wasi:cli/stdout@, false",
        "@0.2.0, false",
        "acme:cli/stdout@0.2.0, false"
    })
    void providesAllOfWasiInVersion02AndNothingElse(String name, boolean provided) {
        assertThat(Wasi.provides(name)).isEqualTo(provided);
    }
}
