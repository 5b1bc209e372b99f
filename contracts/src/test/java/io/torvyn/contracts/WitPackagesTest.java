package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitPackagesTest {
    @TempDir
    Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Diagnostic loadRefused() {
        return catchThrowableOfType(DiagnosticsException.class, () -> WitPackages.load(folder))
                .diagnostics()
                .getFirst();
    }

    private static TypeReference aliased(WitInterface owner, String name) {
        return ((TypeDefinition.Kind.Alias) owner.type(name).orElseThrow().kind()).target();
    }

    @Test
    void theFilesOfAFolderAreOnePackage() throws IOException {
        write("types.wit", "interface types { enum e { a } }");
        write("host.wit", "package t:p@0.1.0;\ninterface host { use types.{e}; f: func(a: e); }");
        write("notes.txt", "not WIT at all");

        WitPackages loaded = WitPackages.load(folder);

        assertThat(loaded.roots()).extracting(WitPackage::name).containsExactly("t:p@0.1.0");
        assertThat(loaded.findInterface("t:p/host@0.1.0")).isPresent();
        assertThat(loaded.findInterface("t:p/types")).isPresent();
    }

    @Test
    void dependenciesAreFilesAndFoldersUnderDeps() throws IOException {
        write("world.wit", "package t:p;\nworld w { import a:b/x@1.0.0; import c:d/y; import e:f/z; }");
        write("deps/one/x.wit", "package a:b@1.0.0;\ninterface x {}");
        write("deps/two.wit", "package c:d;\ninterface y {}\npackage e:f { interface z {} }");

        WitPackages loaded = WitPackages.load(folder);

        assertThat(loaded.roots()).extracting(WitPackage::name).containsExactly("t:p");
        assertThat(loaded.packages()).extracting(WitPackage::name).containsExactly("t:p", "a:b@1.0.0", "c:d", "e:f");
        assertThat(loaded.findWorld("w").orElseThrow().imports())
                .extracting(WitWorld.Item::name)
                .containsExactly("a:b/x@1.0.0", "c:d/y", "e:f/z");
    }

    @Test
    void ofAFolderWithoutWitEachFolderIsAPackage() throws IOException {
        write("one/a.wit", "package a:a; interface i { type t = u8; }");
        write("two/b.wit", "package b:b; interface j { use a:a/i.{t}; }");

        assertThat(WitPackages.load(folder).roots())
                .extracting(WitPackage::name)
                .containsExactly("a:a", "b:b");
    }

    @Test
    void aFileIsAPackageWithTheOnesInsideIt() throws IOException {
        write("all.wit", "package a:a; interface i { use b:b/j.{t}; } package b:b { interface j { type t = u8; } }");

        WitPackages loaded = WitPackages.load(folder.resolve("all.wit"));

        assertThat(loaded.roots()).extracting(WitPackage::name).containsExactly("a:a");
        assertThat(loaded.findInterface("b:b/j")).isPresent();
    }

    @Test
    void textsLieInFoldersToo() {
        WitPackages parsed = WitPackages.parse(Map.of(
                "wit/a.wit", "package a:a; interface i { use j.{t}; }",
                "wit/b.wit", "interface j { use d:d/k.{t}; }",
                "wit/deps/d/k.wit", "package d:d; interface k { type t = u8; }",
                "wit/deps/e.wit", "package e:e;"));

        assertThat(parsed.roots()).extracting(WitPackage::name).containsExactly("a:a");
        assertThat(parsed.packages()).extracting(WitPackage::name).containsExactly("a:a", "d:d", "e:e");
    }

    @Test
    void aPackageMustHaveAName() throws IOException {
        write("a.wit", "// nothing\ninterface i {}");

        Diagnostic finding = loadRefused();

        assertThat(Wit.brief(finding))
                .isEqualTo("E0102 " + folder.resolve("a.wit") + ":1:1 no `package` line names this package");
        assertThat(finding.help()).contains("package acme:images@0.1.0;");
    }

    @Test
    void aFolderWithoutWitIsNoPackage() {
        assertThat(Wit.brief(loadRefused())).isEqualTo("E0102 " + folder + " there is no WIT in this folder");
    }

    @Test
    void aFileThatIsNotThereIsAnIoError() {
        folder = folder.resolve("gone.wit");

        assertThat(loadRefused().code().id()).isEqualTo("E0001");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedAtTheirPlace() throws IOException {
        Files.write(folder.resolve("a.wit"), new byte[] {'p', '\n', 'a', (byte) 0xc3, '(', '\n'});

        assertThat(Wit.brief(loadRefused()))
                .isEqualTo("E0100 " + folder.resolve("a.wit") + ":2:2 the file is not UTF-8 here");
    }

    @Test
    void filesOfOneFolderMustAgree() {
        assertThat(Wit.brief(Wit.refused(Map.of("a.wit", "package a:a;", "b.wit", "\npackage a:b;"))))
                .isEqualTo("E0102 b.wit:2:9 this file declares package `a:b`, the files beside it declare `a:a`");
    }

    @Test
    void aPackageMayBeThereTwiceOnlyIfItIsTheSame() {
        String here = "package t:p; package a:a { interface i { f: func(); } }";

        assertThat(WitPackages.parse(Map.of("t.wit", here, "deps/a.wit", "package a:a; interface  i { f:func() ; }"))
                        .packages())
                .hasSize(2);
        assertThat(Wit.brief(
                        Wit.refused(Map.of("t.wit", here, "deps/a.wit", "package a:a; interface i { g: func(); }"))))
                .isEqualTo("E0102 deps/a.wit:1:9 package `a:a` is defined here and, with other contents, in t.wit");
    }

    @Test
    void aUsedNameStandsForTheDefinitionBehind() {
        WitPackages parsed = Wit.parse("""
                interface a { record r { x: u8 } resource res; }
                interface b { use a.{r as r2, res}; }
                interface c { use b.{r2 as r3, res as res3}; f: func(x: r3, y: borrow<res3>) -> res3; }
                """);
        WitInterface a = parsed.findInterface("t:p/a").orElseThrow();
        WitInterface c = parsed.findInterface("t:p/c").orElseThrow();
        TypeDefinition r = a.type("r").orElseThrow();
        TypeDefinition res = a.type("res").orElseThrow();

        assertThat(aliased(c, "r3")).isEqualTo(new TypeReference.Named(r));
        assertThat(c.type("r3").orElseThrow().owner()).isEqualTo("t:p/c");
        assertThat(c.functions().getFirst().parameters())
                .extracting(WitFunction.Parameter::type)
                .containsExactly(new TypeReference.Named(r), new TypeReference.BorrowOf(res));
        assertThat(c.functions().getFirst().type().result()).contains(new ValueType.Own(res.resourceType()));
    }

    @Test
    void aTopLevelUseNamesThingsForItsFileOnly() {
        String dependency = "package d:d@1.2.3; interface i { type t = u8; }";

        assertThat(WitPackages.parse(Map.of(
                                "a.wit",
                                "package t:p; use d:d/i@1.2.3 as other; interface x { use other.{t}; }",
                                "deps/d.wit",
                                dependency))
                        .findInterface("t:p/x"))
                .isPresent();
        assertThat(Wit.brief(Wit.refused(Map.of(
                        "a.wit", "package t:p; use d:d/i@1.2.3 as other;",
                        "b.wit", "interface x { use other.{t}; }",
                        "deps/d.wit", dependency))))
                .isEqualTo("E0101 b.wit:1:19 there is no interface `other`");
    }

    @Test
    void aReferenceWithoutVersionMeansTheOnlyVersionThereIs() {
        String user = "package t:p; interface x { use d:d/i.{t}; }";

        assertThat(WitPackages.parse(
                                Map.of("a.wit", user, "deps/d.wit", "package d:d@1.0.0; interface i { type t = u8; }"))
                        .findInterface("d:d/i"))
                .isPresent();
        Diagnostic finding = Wit.refused(Map.of(
                "a.wit", user,
                "deps/d.wit", "package d:d@1.0.0; interface i { type t = u8; }",
                "deps/e.wit", "package d:d@2.0.0-rc.1; interface i { type t = u8; }"));
        assertThat(Wit.brief(finding)).isEqualTo("E0101 a.wit:1:32 package `d:d` is here in several versions");
        assertThat(finding.help()).isEqualTo("Say which: `d:d@1.0.0`, `d:d@2.0.0-rc.1`.");
    }

    @Test
    void whatIsNotThereIsNamedWithItsPlace() {
        Diagnostic missing = Wit.refused("package t:p;\ninterface x { use a:b/c@1.0.0.{t}; }");
        assertThat(Wit.brief(missing)).isEqualTo("E0104 t.wit:2:19 package `a:b@1.0.0` is not here");
        assertThat(missing.help()).contains("deps/");
        assertThat(Wit.brief(Wit.refused("package t:p; package a:b@1.0.1 {}\ninterface x { use a:b/c@1.0.0.{t}; }")))
                .isEqualTo("E0104 t.wit:2:19 package `a:b@1.0.0` is not here in this version");
        Diagnostic typo = Wit.refused("package t:p; interface types {}\nworld w { import tpyes; }");
        assertThat(Wit.brief(typo)).isEqualTo("E0101 t.wit:2:18 there is no interface `tpyes`");
        assertThat(typo.help()).isEqualTo("Did you mean `types`? Package `t:p` has `types`.");
        assertThat(Wit.brief(Wit.refused("package t:p; world w {}\nworld x { import w; }")))
                .isEqualTo("E0101 t.wit:2:18 `w` is a world, not an interface");
        assertThat(Wit.brief(Wit.refused("package t:p;\nuse a:b/c;")))
                .isEqualTo("E0104 t.wit:2:5 package `a:b` is not here");
        assertThat(Wit.brief(Wit.refused("package t:p; interface i {}\nuse j as k;")))
                .isEqualTo("E0101 t.wit:2:5 there is no interface `j`");
    }

    @Test
    void interfacesMustNotUseEachOtherInACircle() {
        assertThat(
                        Wit.brief(
                                Wit.refused(
                                        "package t:p; interface a { use b.{t}; type s = u8; }\ninterface b { use a.{s}; type t = u8; }")))
                .isEqualTo("E0101 t.wit:2:19 interface `t:p/a` uses itself through this");
    }

    /** WIT.md, "Feature Gates". */
    @Test
    void whatIsBehindAClosedGateIsLeftOut() {
        Map<String, String> texts = Map.of("t.wit", """
                package t:p@1.1.0;
                interface i {
                    a: func();
                    @since(version = 1.1.0)
                    b: func();
                    @unstable(feature = fancy)
                    d: func(x: e);
                    @unstable(feature = fancy)
                    type e = u8;
                    @since(version = 1.0.0)
                    @deprecated(version = 1.1.0)
                    f: func();
                }
                """);

        assertThat(WitPackages.parse(texts).findInterface("t:p/i").orElseThrow().functions())
                .extracting(WitFunction::name)
                .containsExactly("a", "b", "f");
        assertThat(WitPackages.parse(texts, Set.of("fancy"))
                        .findInterface("t:p/i")
                        .orElseThrow()
                        .functions())
                .extracting(WitFunction::name)
                .containsExactly("a", "b", "d", "f");
    }

    @Test
    void whoNeedsWhatIsBehindAClosedGateIsTold() {
        Diagnostic finding =
                Wit.refused("package t:p;\ninterface i {\n@unstable(feature = f)\n type a = u8;\n g: func(x: a); }");

        assertThat(Wit.brief(finding)).isEqualTo("E0101 t.wit:5:13 there is no type `a` in `t:p/i`");
        assertThat(finding.help()).isEqualTo("It is behind a gate at t.wit:4:7, which is closed.");
    }

    @Test
    void aGateCannotNameAVersionThatIsYetToCome() {
        assertThat(Wit.brief(Wit.refused("package t:p@1.1.0;\ninterface i { @since(version = 1.2.0-rc1) c: func(); }")))
                .isEqualTo("E0101 t.wit:2:16 `@since` names version 1.2.0-rc1, but the package is at 1.1.0");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "@unstable(feature = f) interface c { type b = u8; }",
                "@unstable(feature = f) world c { type b = u8; }",
                "interface i { @unstable(feature = f) resource c { b: func(); } }"
            })
    void whatBelongsToAGatedItemIsGatedToo(String items) {
        assertThat(Wit.refused("package t:p;" + items).message())
                .isEqualTo("`b` is not behind the gate that `c`, which it belongs to, is behind");
        assertThat(WitPackages.parse(Map.of("t.wit", "package t:p;" + items), Set.of("f"))
                        .packages())
                .hasSize(1);
    }

    @Test
    void aPackageIsDocumentedOnce() {
        assertThat(Wit.refused(Map.of("a.wit", "/// A\npackage t:p;", "b.wit", "/// B\npackage t:p;"))
                        .message())
                .isEqualTo("package `t:p` is documented in more than one file");
    }

    @Test
    void aNestedPackageStandsOnceInAFile() {
        assertThat(Wit.brief(Wit.refused("package t:p;\npackage a:b {} package a:b {}")))
                .isEqualTo("E0102 t.wit:2:24 package `a:b` is defined twice in this file");
    }

    @Test
    void aFilesOwnUseNamesAnInterface() {
        assertThat(Wit.brief(Wit.refused("package t:p; world w {}\nuse w as v;")))
                .isEqualTo("E0101 t.wit:2:5 `w` is a world, not an interface");
    }

    @Test
    void aGateWithAVersionNeedsAPackageWithOne() {
        assertThat(Wit.brief(Wit.refused("package t:p;\n@since(version = 1.0.0) interface i {}")))
                .isEqualTo("E0102 t.wit:2:2 package `t:p` has no version, but this gate speaks of one");
    }

    /** WIT.md, "Feature Gates". */
    @Test
    void openGatesAreToldOfByTheItemsBehindThem() {
        WitPackages packages = WitPackages.parse(Map.of("t.wit", """
                        package t:p@1.0.0;
                        @since(version = 0.2.0)
                        interface i {
                            @unstable(feature = f)
                            type a = u8;
                            @since(version = 0.3.0) @deprecated(version = 0.4.0)
                            b: func();
                            c: func();
                        }
                        """), Set.of("f"));

        WitInterface resolved = packages.findInterface("t:p/i").orElseThrow();
        assertThat(resolved.stability())
                .isEqualTo(new Stability(Optional.of("0.2.0"), Optional.empty(), Optional.empty()));
        assertThat(resolved.types().getFirst().stability())
                .isEqualTo(new Stability(Optional.empty(), Optional.of("f"), Optional.empty()));
        assertThat(resolved.functions())
                .extracting(WitFunction::stability)
                .containsExactly(
                        new Stability(Optional.of("0.3.0"), Optional.empty(), Optional.of("0.4.0")), Stability.UNSAID);
    }

    @Test
    void itemsAreFoundWhereTheyAreWritten() {
        WitPackages packages = WitPackages.parse(Map.of("t.wit", """
                package t:p@1.0.0;
                interface i {
                    resource r { constructor(a: u8); m: func(b: u8); }
                    record s { x: u8 }
                    enum e { one }
                    f: func(c: u8);
                }
                world w {
                    import i;
                    import g: func(d: u8);
                    export n: interface { h: func(); }
                    export j;
                }
                interface j { use i.{s}; }
                """, "deps/d.wit", "package d:d; interface k {}"));
        String i = "t:p/i@1.0.0";
        String w = "t:p/w@1.0.0";

        assertThat(places(packages, i)).isEqualTo("t.wit:2:11");
        assertThat(places(packages, i, "r", "constructor", "a")).isEqualTo("t.wit:3:30");
        assertThat(places(packages, i, "r", "m", "b")).isEqualTo("t.wit:3:46");
        assertThat(places(packages, i, "s", "x")).isEqualTo("t.wit:4:16");
        assertThat(places(packages, i, "e", "one")).isEqualTo("t.wit:5:14");
        assertThat(places(packages, i, "f", "c")).isEqualTo("t.wit:6:13");
        assertThat(places(packages, w, WitPackages.IMPORT, i)).isEqualTo("t.wit:9:12");
        assertThat(places(packages, w, WitPackages.IMPORT, "g", "d")).isEqualTo("t.wit:10:20");
        assertThat(places(packages, w, WitPackages.EXPORT, "n", "h")).isEqualTo("t.wit:11:27");
        assertThat(places(packages, w, WitPackages.EXPORT, "nothing")).isEqualTo("t.wit:8:7");
        assertThat(places(packages, "t:p/j@1.0.0", "s")).isEqualTo("t.wit:14:22");
        assertThat(places(packages, "d:d/k")).isEqualTo("deps/d.wit:1:24");
        assertThat(packages.locate("d:d/nothing")).isEmpty();
        assertThat(packages.files()).isEqualTo(2);
    }

    /** What a binary holds is lent by who knows binaries: here its bytes are the text. */
    private WitPackages loadWithBinaries() {
        return WitPackages.load(folder, Set.of(), (bytes, _) -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void packagesInBinaryFormStandInDepsBesideText() throws IOException {
        write("world.wit", "package t:p;\nworld w { import a:b/x@1.0.0; import c:d/y; }");
        write(
                "deps/one.wasm",
                "package a:b@1.0.0;\ninterface x { use c:d/y.{t}; } package c:d { interface y { type t = u8; } }");
        write("deps/two.wit", "package c:d;\ninterface y { type t = u8; f: func(); }");
        write("deps/three/not-looked-at.wasm", "rubbish");

        WitPackages loaded = loadWithBinaries();

        assertThat(loaded.roots()).extracting(WitPackage::name).containsExactly("t:p");
        assertThat(loaded.findInterface("c:d/y").orElseThrow().functions())
                .as("the whole package counts, not what the binary has of it")
                .extracting(WitFunction::name)
                .containsExactly("f");
        assertThat(loaded.files()).isEqualTo(3);
    }

    @Test
    void whatSeveralBinariesHaveOfAPackageIsJoined() throws IOException {
        write("world.wit", "package t:p;\nworld w { import a:a/x; import b:b/x; import c:d/y; }");
        write("deps/a.wasm", """
                package a:a;
                interface x { use c:d/y.{t, r}; }
                package c:d {
                  interface y { use c:d/z.{v}; type t = v; resource r { constructor(); m: func(); } }
                  interface z { type v = u8; }
                }
                """);
        write("deps/b.wasm", """
                package b:b;
                interface x { use c:d/y.{t, u}; }
                package c:d {
                  interface y { use c:d/z.{v, w}; type t = v; type u = w; resource r { m: func(); n: func(); } f: func(); }
                  interface z { type v = u8; type w = u16; }
                }
                """);

        WitPackages loaded = loadWithBinaries();

        assertThat(loaded.packages()).extracting(WitPackage::name).containsExactly("t:p", "a:a", "c:d", "b:b");
        assertThat(loaded.findInterface("c:d/y")
                        .orElseThrow()
                        .componentFunctions()
                        .keySet())
                .containsExactly("[constructor]r", "[method]r.m", "[method]r.n", "f");
        assertThat(loaded.findInterface("c:d/y").orElseThrow().types())
                .extracting(TypeDefinition::name)
                .containsExactly("v", "w", "t", "r", "u");
    }

    @Test
    void aBinaryThatIsNoPackageIsAFindingBesideTheOthers() throws IOException {
        write("world.wit", "package t:p;\nworld w { import nothing\n}");
        write("deps/one.wasm", "rubbish");

        assertThat(catchThrowableOfType(DiagnosticsException.class, () -> WitPackages.load(folder))
                        .diagnostics())
                .extracting(Diagnostic::message)
                .containsExactlyInAnyOrder(
                        "a package in binary form cannot be read here", "a `;` is missing at the end of this line");
    }

    private static String places(WitPackages packages, String item, String... path) {
        return packages.locate(item, path).orElseThrow().toString();
    }
}
