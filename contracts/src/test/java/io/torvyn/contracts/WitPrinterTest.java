package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitPrinterTest {
    /** The names of the features that gates in these packages speak of. */
    private static final Set<String> FEATURES = Set.of("type");

    private static void assertThatItIsReadBack(WitPackages packages) {
        String text = packages.text();
        WitPackages again = WitPackages.parse(Map.of("printed.wit", text), FEATURES);

        assertThat(Described.of(again)).isEqualTo(Described.of(packages));
        assertThat(again.text()).isEqualTo(text);
    }

    /** The WIT files of a folder of this project, as a dependency. */
    private static void addDependencies(Map<String, String> texts, String folder) throws IOException {
        Path root = Path.of("..").resolve(folder);
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".wit")).toList()) {
                texts.put("deps/" + root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contracts/src/main/resources/io/torvyn/contracts/wit",
                "contracts/src/main/resources/io/torvyn/contracts/wit/torvyn-streaming",
                "wasi/src/main/resources/io/torvyn/wasi/wit",
                "bindgen/src/test/guest"
            })
    void whatIsPrintedIsReadBack(String folder) {
        assertThatItIsReadBack(WitPackages.load(Path.of("..").resolve(folder)));
    }

    @Test
    void worldsOverManyPackagesAreReadBack() throws IOException {
        Map<String, String> everything = new TreeMap<>();
        addDependencies(everything, "wasi/src/main/resources/io/torvyn/wasi/wit");
        everything.put("every.wit", Files.readString(Path.of("../wasi/src/test/fixtures/every.wit")));
        Map<String, String> guests = new TreeMap<>();
        addDependencies(guests, "contracts/src/main/resources/io/torvyn/contracts/wit");
        addDependencies(guests, "guests/wit/deps");
        guests.put("worlds.wit", Files.readString(Path.of("../guests/wit/worlds.wit")));

        assertThatItIsReadBack(WitPackages.parse(everything));
        assertThatItIsReadBack(WitPackages.parse(guests));
    }

    @Test
    void randomPackagesAreReadBack() {
        for (long seed = 1; seed <= 400; seed++) {
            Map<String, String> texts = RandomWit.texts(seed);

            assertThatItIsReadBack(WitPackages.parse(texts, FEATURES));
        }
    }

    @Test
    void aPackageIsPrintedAsPeopleWriteIt() {
        String text = """
                /// A package.
                package t:p@1.0.0;

                /// An interface.
                @since(version = 1.0.0)
                interface i {
                  use d:d/%list@0.1.0.{%record, r as r2};

                  /// A resource.
                  resource res {
                    /// Made of nothing.
                    constructor(size: u32);
                    @since(version = 1.0.0)
                    @external-id("\\u{2603}/Reads \\"all\\"")
                    m: func(other: borrow<res>) -> result<r2, string>;
                    s: static func() -> res;
                  }

                  @external-id("DB.Handle")
                  type handle = own<res>;

                  type other = res;

                  enum %enum {
                    /// The first.
                    one,
                    two,
                  }

                  f: async func(a: %record, b: tuple<u8, list<u8, 4>>) -> res;
                }

                world w {
                  import d:d/%list@0.1.0;
                  /// Said of the import.
                  import i;
                  @external-id("//One\\n")
                  import renamed: i;
                  @external-id("")
                  import inline: interface {
                    f: func();
                  }
                  use i.{%enum as e};

                  record local {
                    x: e,
                  }

                  @unstable(feature = %type)
                  import %func: func(a: local);

                  @external-id("run:it")
                  export i;
                }

                package d:d@0.1.0 {
                  interface %list {
                    type %record = u8;

                    record r {
                      x: %record,
                    }
                  }
                }
                """;

        assertThat(WitPackages.parse(Map.of("t.wit", text), FEATURES).text()).isEqualTo(text);
    }

    @Test
    void whatIncludesMeanIsPrinted() {
        assertThat(Wit.parse("""
                        world a { record r { x: u8 } import f: func(a: r); export g: func(); }
                        world b { include a with { f as h, r as s } }
                        """).text()).endsWith("""
                        world b {
                          record s {
                            x: u8,
                          }

                          import h: func(a: s);

                          export g: func();
                        }
                        """);
    }

    @Test
    void ofSeveralRootsAllHaveBraces() {
        WitPackages packages = WitPackages.parse(Map.of("a/a.wit", "package a:a;", "b/b.wit", "package b:b;"));

        assertThat(packages.text()).isEqualTo("package a:a {\n}\n\npackage b:b {\n}\n");
    }
}
