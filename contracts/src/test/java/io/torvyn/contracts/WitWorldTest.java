package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitWorldTest {
    private static List<String> names(List<WitWorld.Item> items) {
        return items.stream().map(WitWorld.Item::name).toList();
    }

    @Test
    void interfacesKeepTheirNamesAndOthersGetOne() {
        WitWorld world = Wit.world("""
                interface host { f: func(); }
                package a:b@1.0.0 { interface c {} }
                world w {
                    import host;
                    import a:b/c@1.0.0;
                    import mine: a:b/c@1.0.0;
                    import b: host;
                    import log: interface { record r { x: u8 } log: func(msg: r); }
                    import now: func() -> u64;
                    export run:func(args: list<string>);
                    export host;
                }
                """, "w");

        assertThat(world.name()).isEqualTo("t:p/w");
        assertThat(names(world.imports())).containsExactly("t:p/host", "a:b/c@1.0.0", "mine", "b", "log", "now");
        assertThat(names(world.exports())).containsExactly("run", "t:p/host");
        assertThat(((WitWorld.Item.Interface) world.imports().get(3))
                        .definition()
                        .name())
                .isEqualTo("t:p/host");
        WitInterface log = ((WitWorld.Item.Interface) world.imports().get(4)).definition();
        assertThat(log.name()).isEqualTo("log");
        assertThat(log.types().getFirst().owner()).isEqualTo("t:p/w#import/log");
        assertThat(((WitWorld.Item.Function) world.exports().getFirst())
                        .definition()
                        .type()
                        .parameters())
                .containsExactly(new ValueType.Field("args", new ValueType.ListType(ValueType.Primitive.STRING)));
    }

    /** Explainer.md, "Import and Export Definitions": each import is an instance with resource types of its own. */
    @Test
    void interfaceUnderANameOfTheWorldsHasTypesOfItsOwn() {
        WitWorld world = Wit.world("""
                interface i { resource r; record s { x: r } f: func(a: s); }
                world w { import i; import j: i; import k: i; }
                """, "w");

        List<TypeDefinition> resources = world.imports().stream()
                .map(item ->
                        ((WitWorld.Item.Interface) item).definition().types().getFirst())
                .toList();
        assertThat(resources)
                .extracting(TypeDefinition::owner)
                .containsExactly("t:p/i", "t:p/w#import/j", "t:p/w#import/k");
        assertThat(resources).extracting(TypeDefinition::resourceType).doesNotHaveDuplicates();
    }

    @Test
    void typesOfAWorldAreItsOwnAndTheOnesItUses() {
        WitWorld world = Wit.world("""
                interface i { type t = u8; }
                world w { use i.{t}; record r { a: t } export f: func(x: r); }
                """, "w");

        assertThat(names(world.imports())).containsExactly("t:p/i");
        assertThat(world.types()).extracting(TypeDefinition::name).containsExactly("t", "r");
    }

    /** WIT.md, "Transitive imports and worlds". */
    @Test
    void whatIsNeededIsImportedBeforeIt() {
        String interfaces = """
                interface a { resource r; }
                interface b { use a.{r}; }
                interface c { use b.{r}; f: func() -> r; }
                """;

        assertThat(names(Wit.world(interfaces + "world w { import c; }", "w").imports()))
                .containsExactly("t:p/a", "t:p/b", "t:p/c");
        WitWorld exporting = Wit.world(interfaces + "world w { export c; }", "w");
        assertThat(names(exporting.imports())).containsExactly("t:p/a", "t:p/b");
        assertThat(names(exporting.exports())).containsExactly("t:p/c");
        WitWorld both = Wit.world(interfaces + "world w { export c; export b; }", "w");
        assertThat(names(both.imports())).containsExactly("t:p/a");
        assertThat(names(Wit.world(interfaces + "world w { import x: interface { use a.{r}; } }", "w")
                        .imports()))
                .containsExactly("t:p/a", "x");
    }

    @Test
    void anIncludeBringsEverythingOnce() {
        WitWorld world = Wit.world("""
                interface a { type t = u8; }
                interface b { use a.{t}; }
                interface c {}
                world one { import c; import b; export c; }
                world two { import c; export f: func(); use a.{t}; }
                world both { include one; include two; export b; }
                """, "both");

        assertThat(names(world.imports())).containsExactly("t:p/c", "t:p/a", "t:p/b");
        assertThat(names(world.exports())).containsExactly("t:p/c", "f", "t:p/b");
        assertThat(world.types()).extracting(TypeDefinition::name).containsExactly("t");
    }

    /** WIT.md, "Name Conflicts and `with`". */
    @Test
    void plainNamesCanBeRenamedOnInclusion() {
        WitWorld world = Wit.world("""
                interface store {}
                world one { import a: func(); import cache: store; }
                world two { include one with { a as b, cache as my-cache } import a: func(x: u8); }
                world three { include two; include one with { a as c, cache as c2 }; }
                """, "three");

        assertThat(names(world.imports())).containsExactly("b", "my-cache", "a", "c", "c2");
        assertThat(((WitWorld.Item.Interface) world.imports().get(1))
                        .definition()
                        .name())
                .isEqualTo("t:p/store");
    }

    /** What an included world declares is declared again, so that a world is whole by itself. */
    @Test
    void typesOfAnIncludedWorldBecomeTheWorldsOwn() {
        WitWorld world = Wit.world("""
                world one {
                    resource r { constructor(of: p); clone: func() -> r; }
                    record p { x: u8 }
                    export f: func(a: list<p>, b: borrow<r>) -> option<r>;
                }
                world two { include one with { r as s } }
                """, "two");

        assertThat(world.types()).extracting(TypeDefinition::toString).containsExactly("t:p/two.s", "t:p/two.p");
        TypeDefinition resource = world.types().getFirst();
        TypeDefinition point = world.types().getLast();
        assertThat(((TypeDefinition.Kind.Resource) resource.kind()).functions())
                .extracting(WitFunction::name, f -> f.result().orElseThrow())
                .containsExactly(
                        tuple("s", new TypeReference.OwnOf(resource)),
                        tuple("clone", new TypeReference.OwnOf(resource)));
        WitFunction function = ((WitWorld.Item.Function) world.exports().getFirst()).definition();
        assertThat(function.parameters())
                .extracting(WitFunction.Parameter::type)
                .containsExactly(
                        new TypeReference.ListOf(new TypeReference.Named(point)), new TypeReference.BorrowOf(resource));
        assertThat(function.result()).contains(new TypeReference.OptionOf(new TypeReference.OwnOf(resource)));
    }

    @Test
    void renamedFunctionsAreCalledByTheirNewNames() {
        WitWorld world = Wit.world("world one { import a: func(); } world two { include one with { a as b } }", "two");

        assertThat(((WitWorld.Item.Function) world.imports().getFirst())
                        .definition()
                        .name())
                .isEqualTo("b");
    }

    /** One export would see two copies of the types, an imported and an exported one. */
    @Test
    void anExportMustNotNeedTheSameInterfaceFromBothSides() {
        String interfaces = """
                interface a { type t = u8; }
                interface b { use a.{t}; }
                interface c { use a.{t}; use b.{t as u}; }
                """;

        assertThat(Wit.refused("package t:p;" + interfaces + "world w { export a; export c; }")
                        .message())
                .isEqualTo("an export of world `w` needs `t:p/a` both as an export and, through another interface,"
                        + " as an import");
        assertThat(names(Wit.world(interfaces + "world w { export a; export b; export c; }", "w")
                        .imports()))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            world w { import a: func(); import a: interface {} }                       | 2:36 | `a` is declared twice
            world w { import a: func(); type A = u8; }                                 | 2:18 | `a` is declared twice
            interface i {} world w { export i; export t:p/i; }                         | 2:47 | `t:p/i` is declared twice
            world v { import a: func(); } world w { include v; import a: func(); }     | 2:59 | `a` is declared twice
            world v { import a: func(); } world w { import a: func(); include v; }     | 2:67 | the included world's `a` is already taken here
            interface a {} world v { import a; } world w { include v with { a as b } } | 2:65 | world `v` has no `a` that could be renamed
            world v { include w; } world w { include v; }                              | 2:42 | world `t:p/v` includes itself through this
            world w { include v; }                                                     | 2:19 | there is no world `v`
            interface v {} world w { include v; }                                      | 2:34 | `v` is an interface, not a world
            world w { export f: func() -> t; }                                         | 2:31 | there is no type `t` in `t:p/w`
            """)
    void worldsThatMakeNoSenseAreRefused(String items, String place, String message) {
        assertThat(Wit.brief(Wit.refused("package t:p;\n" + items.strip())))
                .isEqualTo("E0101 t.wit:" + place + " " + message);
    }

    @Test
    void theSameNameMayBeImportedAndExported() {
        WitWorld world =
                Wit.world("interface i {} world w { import i; export i; import a: func(); export a: func(); }", "w");

        assertThat(names(world.imports())).isEqualTo(names(world.exports()));
    }
}
