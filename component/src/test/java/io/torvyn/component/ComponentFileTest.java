package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.torvyn.contracts.TypeDefinition;
import io.torvyn.contracts.WitInterface;
import io.torvyn.contracts.WitPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentFileTest {
    private static final Path FIXTURES = Path.of("src/test/fixtures/valid");
    private static final Path PACKAGES = Path.of("src/test/fixtures/packages");
    private static final Path ECHO = Path.of("../bindgen/src/test/resources/io/torvyn/bindgen/echo.wasm");

    private static WitPackages wit(Path file) {
        return ((ComponentFile.World.Wit) ComponentFile.read(file).world()).packages();
    }

    @ParameterizedTest
    @ValueSource(strings = {"append-thrice", "calls", "clone", "copy", "faulty", "file-sink", "files"})
    void theWorldOfAGuestIsWitAgain(String guest) {
        String text = wit(Path.of("../guests/src/main/resources/io/torvyn/guests", guest + ".wasm"))
                .text();

        assertThat(WitPackages.parse(Map.of("guest.wit", text)).text()).isEqualTo(text);
    }

    @Test
    void typesKeepTheNamesThatTheirAuthorGaveThem() {
        WitInterface decoded = wit(ECHO).findInterface("test:values/kinds").orElseThrow();

        assertThat(wit(ECHO).roots().getFirst().findWorld("root")).isPresent();
        assertThat(decoded.types()).isNotEmpty();
        assertThat(wit(ECHO).text()).contains("use kinds.{token as own-token, color, access};");
    }

    @Test
    void functionsOfTheWorldItselfAreShown() {
        assertThat(wit(FIXTURES.resolve("assembly.wasm")).text()).isEqualTo("""
                        package root:component;

                        world root {
                          export nested: func() -> u32;
                          export direct: func() -> u32;
                        }
                        """);
    }

    /** WIT.md, "Package Format": a package is a component that exports the types of components. */
    @Test
    void aPackageInBinaryFormIsWhatItWasMadeFrom() throws IOException {
        Map<String, String> texts = new TreeMap<>();
        for (String file : List.of("annotated.wit", "deps/base.wit")) {
            texts.put(file, Files.readString(PACKAGES.resolve("annotated").resolve(file)));
        }
        String written = WitPackages.parse(texts).roots().getFirst().docs();

        ComponentFile file = ComponentFile.read(PACKAGES.resolve("annotated.wasm"));

        WitPackages packages = ((ComponentFile.World.Package) file.world()).packages();
        WitPackages again = WitPackages.parse(Map.of("package.wit", packages.text()));
        assertThat(again.text()).isEqualTo(packages.text());
        assertThat(own(packages)).isEqualTo(own(WitPackages.parse(texts)));
        assertThat(packages.roots().getFirst().docs()).isEqualTo(written);
        assertThat(packages.findInterface("acme:base/sizes@0.1.0").orElseThrow().types())
                .as("of other packages all that is used, without comments")
                .extracting(TypeDefinition::name, TypeDefinition::docs)
                .containsExactly(tuple("size", ""), tuple("unused", ""));
    }

    /** What is printed of a package itself. */
    private static String own(WitPackages packages) {
        String text = packages.text();
        return text.substring(0, text.lastIndexOf("package "));
    }

    @Test
    void commentsOfAComponentAreShown() {
        assertThat(wit(FIXTURES.resolve("documented.wasm")).text()).isEqualTo("""
                        /// A package.
                        package root:component;

                        /// A world.
                        world root {
                          /// Said \u00e4nd done,
                          /// twice.
                          @external-id("//ready")
                          import ready: interface {
                            /// A point.
                            record point {
                              /// From the left.
                              x: u32,
                            }

                            /// Waits.
                            wait: func();
                          }

                          /// Runs.
                          export run: func();
                        }
                        """);
    }

    @Test
    void aPackageIsReadWhereItsTextIsWanted() throws IOException {
        byte[] annotated = Files.readAllBytes(PACKAGES.resolve("annotated.wasm"));
        byte[] component = Files.readAllBytes(FIXTURES.resolve("documented.wasm"));

        assertThat(ComponentFile.packageText(annotated, "it.wasm")).contains("package acme:paint@1.2.0;");
        assertThatThrownBy(() -> ComponentFile.packageText(component, "it.wasm"))
                .hasMessageContaining("no WIT package in binary form: it is a component that has code");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            named-types         | it exports the type "outer" outside of an instance
            parts               | it exports "numbers", which is neither a function nor an instance
            types-only          | the instance "test:guest/kinds" has "nested", which is neither a function nor a type
            doubling-instances  | its types are too many or too deep
            """)
    void whatWitHasNoWordsForIsSaid(String fixture, String why) {
        assertThat(ComponentFile.read(FIXTURES.resolve(fixture + ".wasm")).world())
                .isEqualTo(new ComponentFile.World.NoWit(why));
    }

    @Test
    void sizesAreThoseOfTheFile() throws IOException {
        ComponentFile file = ComponentFile.read(ECHO);

        assertThat(file.size()).isEqualTo(Files.size(ECHO));
        assertThat(file.coreModules()).isNotEmpty().allSatisfy(module -> {
            assertThat(module.size()).isLessThan((int) file.size());
            assertThat(module.largestFunction()).isLessThanOrEqualTo(module.codeSize());
        });
        assertThat(file.coreModules().getFirst().functions()).isNotEmpty().allSatisfy(size -> assertThat(size)
                .isPositive());
        assertThat(file.producers()).extracting(ComponentFile.Producer::name).contains("wit-component");
    }

    /** Names as the tool conventions have them; core specification, "Change History". */
    @Test
    void whatCoreModulesUseIsToldFromTheirCode() {
        assertThat(ComponentFile.read(FIXTURES.resolve("features.wasm")).coreModules())
                .extracting(module -> String.join(", ", module.features()))
                .containsExactly(
                        "",
                        "mutable-globals",
                        "sign-ext",
                        "nontrapping-fptoint",
                        "multivalue",
                        "multivalue",
                        "bulk-memory",
                        "bulk-memory",
                        "reference-types",
                        "reference-types",
                        "tail-call",
                        "extended-const",
                        "simd128",
                        "simd128, relaxed-simd",
                        "atomics",
                        "atomics",
                        "exception-handling",
                        "multimemory",
                        "memory64",
                        "function-references",
                        "gc",
                        "multivalue, wide-arithmetic");
    }

    /** A block whose type is the number -467: validation does not look that far into core code. */
    @Test
    void whatCannotBeCodeIsUnknown() {
        byte[] component = HexFormat.ofDelimiter(" ")
                .parseHex("00 61 73 6d 0d 00 01 00 01 1c 00 61 73 6d 01 00 00 00 01 04 01 60 00 00 03 02 01 00"
                        + " 0a 08 01 06 00 02 ad 7c 0b 0b");

        assertThat(ComponentFile.of(component, "").coreModules())
                .singleElement()
                .satisfies(module -> assertThat(module.features()).containsExactly("something unknown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"append-thrice", "copy", "files", "net", "rates"})
    void allInstructionsOfGuestsAreKnown(String guest) {
        ComponentFile file =
                ComponentFile.read(Path.of("../guests/src/main/resources/io/torvyn/guests", guest + ".wasm"));

        assertThat(file.coreModules()).isNotEmpty().allSatisfy(module -> assertThat(module.features())
                .doesNotContain("something unknown"));
    }

    @Test
    void whatIsNoFileIsRefusedBeforeItIsRead() {
        assertThatThrownBy(() -> ComponentFile.read(FIXTURES))
                .hasMessageContaining("[E0001]")
                .hasMessageContaining("it is a folder");
        assertThatThrownBy(() -> ComponentFile.read(Path.of("/dev/zero")))
                .hasMessageContaining("[E0001]")
                .hasMessageContaining("it is no regular file");
    }

    @Test
    void aFileThatIsNoComponentIsRefused() {
        assertThatThrownBy(() -> ComponentFile.of(new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0}, "it.wasm"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("[E0800]")
                .hasMessageContaining("core WebAssembly module");
    }
}
