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

    /** Of the library and of Java: all that generated code has a use for, and what it may have one for some day. */
    private static final List<String> LIBRARY = List.of(
            ("array-list arrays auto-closeable boolean byte byte-source bytes character component core-memory double"
                            + " engine-exception enum-set exception exported-function exported-resource float"
                            + " function-type functional-interface guest guest-bytes guest-resource hash-map host-instance"
                            + " host-item host-resource illegal-argument-exception illegal-state-exception imports instance"
                            + " integer iterable lift-lower-context %list long lowered-method %map math method-handles"
                            + " null-marked nullable object optional override passed-resources resource-type %result set"
                            + " short %string suppress-warnings system throwable tuple2 typed-exports value-type void")
                    .split(" "));

    @Test
    void typesCalledAsInTheLibraryCompile() throws IOException, InterruptedException {
        var types = new StringBuilder();
        var parameters = new StringBuilder();
        for (String name : LIBRARY) {
            types.append("record ").append(name).append(" { a: u8 }\n");
            parameters.append(", p-").append(name.replace("%", "")).append(": ").append(name);
        }
        assertCompiles(generate(Map.of("w.wit", """
                        package a:b@1.0.0;
                        interface i {
                            %s
                            flags days { monday, tuesday }
                            enum color { red }
                            variant v { none, %%string(string), number(f32), long(u64), bytes(list<u8>), %%list(list<v1>) }
                            variant v1 { float(f32), double(f64), integer(u32), character(char) }
                            record all { a: list<u8>, b: option<string>, c: result<_, color>, d: tuple<u8, f64>, e: days }
                            resource r {
                                constructor(a: string) -> result<r, string>;
                                m: func(a: list<u8>, b: list<u8>) -> result<list<u8>, v>;
                                s: static func(a: borrow<r>, b: r) -> option<r>;
                            }
                            f: func(a: list<string>, b: option<f32>, c: result<f64, u64>, d: days, e: char, f: v, g: all);
                            g: func(a: f32, b: f64, c: s16) -> tuple<all, v, option<char>>;
                            h: func(all: list<all>%s);
                        }
                        world w { import i; export i; }
                        """.formatted(types, parameters)), "w"));
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
                            variant kinds { %type, type-case, size, payload(string), payload-case, discriminant(u8) }
                            flags bits { %type, type-case, size, align }
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
