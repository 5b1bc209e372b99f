package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.contracts.WitPackages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that are one name in Java, of classes, members and on file systems without case: javac has the last word. */
class GeneratedNamesTest {
    @TempDir
    private Path folder;

    private static Map<String, String> generate(Map<String, String> wit, String world) {
        return JavaGenerator.generate(
                WitPackages.parse(wit),
                new JavaGenerator.Options("io.example", Set.of(world), Set.of(), Set.of(), Map.of()));
    }

    private void assertCompiles(Map<String, String> files) throws IOException, InterruptedException {
        String modules = System.getProperty("jdk.module.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-proc:none",
                "-Xlint:all",
                "-Werror",
                "-cp",
                modules == null ? System.getProperty("java.class.path") : modules,
                "-d",
                folder.resolve("classes").toString()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path source = folder.resolve(file.getKey());
            Files.writeString(source, file.getValue());
            command.add(source.toString());
        }
        Process javac = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(javac.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(javac.waitFor()).as(output).isZero();
        assertThat(output).isEmpty();
    }

    @Test
    void interfacesOfOneNameAreToldApartByWhatDiffers() {
        Map<String, String> files = generate(
                Map.of(
                        "w.wit",
                        """
                        package a:b;
                        interface log {}
                        world w {
                            import a:x/one@1.0.0;
                            import a:x/one@2.0.0-rc.1;
                            import a:x/two@1.0.0;
                            import a:y/two;
                            import a:x/three;
                            import c:x/three;
                            import log;
                            import log: interface {}
                            export log: interface {}
                        }
                        """,
                        "deps/x1.wit",
                        "package a:x@1.0.0; interface one {} interface two {}",
                        "deps/x2.wit",
                        "package a:x@2.0.0-rc.1; interface one {}",
                        "deps/y.wit",
                        "package a:y; interface two {}",
                        "deps/ax.wit",
                        "package a:x; interface three {}",
                        "deps/cx.wit",
                        "package c:x; interface three {}"),
                "w");

        assertThat(files.keySet().stream().filter(name -> !name.contains("Lowered")))
                .containsExactlyInAnyOrder(
                        "OneV1_0_0.java",
                        "OneV2_0_0_rc_1.java",
                        "XTwo.java",
                        "YTwo.java",
                        "AXThree.java",
                        "CXThree.java",
                        "BLog.java",
                        "Log.java",
                        "GuestLog.java");
    }

    @Test
    void whatIsDeprecatedCompilesWithoutWarnings() throws IOException, InterruptedException {
        assertCompiles(generate(Map.of("w.wit", """
                        package a:b@1.0.0;
                        @deprecated(version = 0.9.0)
                        interface i {
                            record r { x: u8 }
                            resource s { m: func(); }
                            f: func() -> r;
                        }
                        interface j {
                            use i.{r};
                            @deprecated(version = 0.9.0)
                            record q { x: r }
                            @deprecated(version = 0.9.0)
                            h: func(r: r) -> list<q>;
                        }
                        interface k { use j.{q}; use i.{s}; g: func(q: q) -> s; }
                        world w { import i; import j; import k; export j; export k; }
                        """), "w"));
    }

    @Test
    void everythingThatClashesInJavaCompiles() throws IOException, InterruptedException {
        assertCompiles(generate(Map.of("w.wit", """
                        package a:b@1.0.0;

                        interface guest { f: func(); }
                        interface guest-lowered { f: func(); }
                        interface tuple2 { f: func() -> tuple<u8, u8>; }
                        interface %string { record %list { a: list<string> } f: func(a: %list) -> option<string>; }
                        interface integer { f: func(a: result<u64, f32>) -> result<f32, u64>; }
                        interface a-b { f: func(); }
                        interface ab { f: func(); }
                        interface error { variant kind { error, kind, other(string) } f: func() -> kind; }

                        interface types {
                            record guest { a: u8, notify: u8, hash-code: u8, %record: u8, get-class: u8 }
                            record guest-layout { a: u8 }
                            record optional { a: option<u8> }
                            record result-layout { a: string, a-address: u8, a-length: u64 }
                            record sizes { size: u8, size-field: u8, %type: u8, align: u8 }
                            record a-b { a: u8 }
                            record ab { a: u8 }
                            variant v { v, v-case, a-b, ab, %string(string), %list(list<string>), object }
                            enum e { e, values, value-of, name, ordinal }
                            flags fs { fs, set }
                            resource name {
                                constructor(name: string);
                                drop: func();
                                close: func();
                                handle: func() -> u8;
                                wait: func();
                                to-string: func() -> string;
                                equals: func(other: borrow<name>) -> bool;
                                f: static func(this: borrow<name>) -> name;
                            }
                            resource get-type { %type: func(); }
                            new-name: func();
                            name-f: func(this: borrow<name>);
                            get: func() -> u8;
                            a: func(a: guest, b: guest-layout, c: optional, d: result-layout, e: sizes, f: a-b, g: ab,
                                h: v, i: e, j: fs) -> tuple<v, list<ab>, list<a-b>>;
                            a-context: func();
                            a-core: func();
                            a-post-return: func() -> u8;
                            flat-a: func();
                            instance: func() -> string;
                            exports: func() -> u8;
                            of: func(cx: u8, memory: u8, t: u8, guest: u8, instance: u8, implementation: u8) -> string;
                            host: func();
                            shadow: func(name-resource: borrow<name>, shadow-context: string, passed: name,
                                passed2: list<get-type>, shadow-core: u8, flat-shadow: u8) -> string;
                        }

                        world b {
                            import guest;
                            import guest-lowered;
                            import tuple2;
                            import %string;
                            import integer;
                            import a-b;
                            import ab;
                            import error;
                            import types;
                            export guest;
                            export tuple2;
                            export %string;
                            export integer;
                            export error;
                            export types;
                            import add-to: func() -> string;
                            import imports: func(implementation: u8);
                            export imports: func();
                            resource b { constructor(); c: static func(); }
                        }
                        """), "b"));
    }
}
