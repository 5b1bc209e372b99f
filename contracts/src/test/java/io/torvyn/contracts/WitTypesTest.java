package io.torvyn.contracts;

import static io.torvyn.contracts.ValueType.Primitive.CHAR;
import static io.torvyn.contracts.ValueType.Primitive.STRING;
import static io.torvyn.contracts.ValueType.Primitive.U32;
import static io.torvyn.contracts.ValueType.Primitive.U64;
import static io.torvyn.contracts.ValueType.Primitive.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.DiagnosticsException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WitTypesTest {
    private static ValueType type(String items, String name) {
        return Wit.inInterface(items).type(name).orElseThrow().valueType();
    }

    @ParameterizedTest
    @EnumSource(ValueType.Primitive.class)
    void everyPrimitiveHasItsKeyword(ValueType.Primitive primitive) {
        assertThat(type("type t = " + primitive + ";", "t")).isEqualTo(primitive);
    }

    @Test
    void definitionsBecomeTheirStructure() {
        assertThat(type("record r { a: u32, b: string, }", "r"))
                .isEqualTo(new ValueType.RecordType(
                        List.of(new ValueType.Field("a", U32), new ValueType.Field("b", STRING))));
        assertThat(type("variant v { a, b(u8) }", "v"))
                .isEqualTo(new ValueType.VariantType(
                        List.of(new ValueType.Case("a", Optional.empty()), new ValueType.Case("b", Optional.of(U8)))));
        assertThat(type("enum e { a, b, }", "e")).isEqualTo(new ValueType.EnumType(List.of("a", "b")));
        assertThat(type("flags f { a, b }", "f")).isEqualTo(new ValueType.FlagsType(List.of("a", "b")));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            list<u8>              | ListType[element=u8]
            option<option<bool>>  | OptionType[payload=OptionType[payload=bool]]
            tuple<u8, char, s64,> | TupleType[elements=[u8, char, s64]]
            result                | ResultType[ok=Optional.empty, err=Optional.empty]
            result<u8>            | ResultType[ok=Optional[u8], err=Optional.empty]
            result<_, u8>         | ResultType[ok=Optional.empty, err=Optional[u8]]
            result<u8, f32>       | ResultType[ok=Optional[u8], err=Optional[f32]]
            """)
    void typesAreBuiltOnTheSpot(String written, String structure) {
        assertThat(type("type t = " + written + ";", "t")).hasToString(structure);
    }

    @Test
    void namesAreGoneFromTheStructureAndKeptInTheReference() {
        WitInterface parsed = Wit.inInterface("f: func(a: list<b>); type b = c; record c { d: u64 }");
        TypeReference written =
                parsed.functions().getFirst().parameters().getFirst().type();

        assertThat(written)
                .isEqualTo(new TypeReference.ListOf(
                        new TypeReference.Named(parsed.type("b").orElseThrow())));
        assertThat(written.valueType())
                .isEqualTo(new ValueType.ListType(new ValueType.RecordType(List.of(new ValueType.Field("d", U64)))));
    }

    @Test
    void definitionsKeepTheirOrderWhateverRefersToWhat() {
        assertThat(Wit.inInterface("type a = b; type b = c; type c = u8;").types())
                .extracting(TypeDefinition::name)
                .containsExactly("a", "b", "c");
    }

    /** WIT.md, "Item: resource". */
    @Test
    void functionsOfAResourceHaveTheirComponentNamesAndASelf() {
        WitInterface parsed = Wit.inInterface("""
                resource blob {
                    constructor(init: list<u8>);
                    write: func(bytes: list<u8>);
                    read: func(n: u32) -> list<u8>;
                    merge: static func(lhs: borrow<blob>, rhs: own<blob>) -> blob;
                }
                resource blob2 { constructor() -> result<blob2, u8>; }
                open: func() -> char;
                """);
        ResourceType blob = parsed.type("blob").orElseThrow().resourceType();
        ResourceType blob2 = parsed.type("blob2").orElseThrow().resourceType();
        var bytes = new ValueType.ListType(U8);
        var self = new ValueType.Field("self", new ValueType.Borrow(blob));

        assertThat(parsed.componentFunctions())
                .containsExactly(
                        Map.entry(
                                "[constructor]blob",
                                new FunctionType(
                                        List.of(new ValueType.Field("init", bytes)),
                                        Optional.of(new ValueType.Own(blob)))),
                        Map.entry(
                                "[method]blob.write",
                                new FunctionType(List.of(self, new ValueType.Field("bytes", bytes)), Optional.empty())),
                        Map.entry(
                                "[method]blob.read",
                                new FunctionType(List.of(self, new ValueType.Field("n", U32)), Optional.of(bytes))),
                        Map.entry(
                                "[static]blob.merge",
                                new FunctionType(
                                        List.of(
                                                new ValueType.Field("lhs", new ValueType.Borrow(blob)),
                                                new ValueType.Field("rhs", new ValueType.Own(blob))),
                                        Optional.of(new ValueType.Own(blob)))),
                        Map.entry(
                                "[constructor]blob2",
                                new FunctionType(
                                        List.of(),
                                        Optional.of(new ValueType.ResultType(
                                                Optional.of(new ValueType.Own(blob2)), Optional.of(U8))))),
                        Map.entry("open", new FunctionType(List.of(), Optional.of(CHAR))));
        assertThat(blob).isNotEqualTo(blob2);
    }

    @Test
    void aMethodHasNoTypeWithoutItsResource() {
        WitFunction method = new WitFunction(
                "read",
                WitFunction.Kind.METHOD,
                false,
                List.of(),
                Optional.empty(),
                "",
                Stability.UNSAID,
                Optional.empty());

        assertThatThrownBy(method::type).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aResourceByAnotherNameIsStillThatResource() {
        WitInterface parsed = Wit.inInterface("resource a; type b = a; type c = b; f: func(x: borrow<c>, y: c);");
        TypeDefinition a = parsed.type("a").orElseThrow();

        assertThat(parsed.functions().getFirst().parameters())
                .extracting(WitFunction.Parameter::type)
                .containsExactly(new TypeReference.BorrowOf(a), new TypeReference.OwnOf(a));
    }

    @Test
    void aResourceThatSpeaksOfItselfCanBePrintedAndCompared() {
        TypeDefinition node = Wit.inInterface("resource node { next: func() -> node; }")
                .type("node")
                .orElseThrow();

        assertThat(node).hasToString("t:p/i.node").hasSameHashCodeAs(node);
        assertThat(node.kind().toString()).contains("OwnOf[resource=t:p/i.node]");
        assertThat(node.kind()).isEqualTo(node.kind());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            type t = t;                                     | 2:10 | type `t` contains itself
            record r { a: s } record s { a: option<r> }     | 2:40 | type `r` contains itself
            type t = u;                                     | 2:10 | there is no type `u` in `t:p/i`
            f: func(a: nothing);                            | 2:12 | there is no type `nothing` in `t:p/i`
            type a = u8; type a = u16;                      | 2:19 | `a` is declared twice
            type a = u8; A: func();                         | 2:14 | `A` is declared twice
            record r { a: u8, A: u8 }                       | 2:19 | `A` is declared twice
            variant v { a, a }                              | 2:16 | `a` is declared twice
            enum e { a, a }                                 | 2:13 | `a` is declared twice
            f: func(a: u8, a: u8);                          | 2:16 | `a` is declared twice
            resource r { f: func(self: u8); }               | 2:22 | `self` is declared twice
            resource r { f: func(); f: static func(); }     | 2:25 | `f` is declared twice
            resource r { r: func(); }                       | 2:14 | `r` is declared twice
            resource r { constructor(); constructor(); }    | 2:29 | `[constructor]` is declared twice
            resource r; f: func() -> list<borrow<r>>;       | 2:13 | `f` returns a borrowed handle
            record r { a: u8 } f: func(a: borrow<r>);       | 2:38 | `r` is not a resource
            resource r { constructor() -> u8; }             | 2:14 | the constructor of `r` returns something else
            """)
    void whatMeansNothingIsRefusedAtItsPlace(String items, String place, String message) {
        assertThat(Wit.brief(Wit.refused("package t:p; interface i {\n" + items.strip() + "\n}")))
                .isEqualTo("E0101 t.wit:" + place + " " + message);
    }

    @Test
    void aNameDeclaredTwiceShowsBothPlaces() {
        assertThat(Wit.refused("package t:p; interface i {\n type a = u8;\n type a = u16; }")
                        .locations())
                .extracting(Object::toString)
                .containsExactly("t.wit:3:7", "t.wit:2:7");
    }

    @Test
    void flagsHoldAtMostThirtyTwo() {
        String flags =
                String.join(", ", IntStream.range(0, 32).mapToObj(i -> "f" + i).toList());

        assertThat(type("flags f { " + flags + " }", "f")).isInstanceOf(ValueType.FlagsType.class);
        assertThat(Wit.brief(Wit.refused("package t:p; interface i {\nflags f { " + flags + ",\nlast } }")))
                .isEqualTo("E0101 t.wit:3:1 flags `f` has 33 of them, but at most 32 fit");
    }

    @Test
    void theFirstFindingOfEachInterfaceIsReported() {
        var thrown = catchThrowableOfType(
                DiagnosticsException.class,
                () -> Wit.parse(
                        "interface a { type x = y; }\ninterface b { use a.{x}; }\nworld w { export f: func() -> z; }"));

        assertThat(thrown.diagnostics())
                .extracting(Wit::brief)
                .containsExactly(
                        "E0101 t.wit:2:24 there is no type `y` in `t:p/a`",
                        "E0101 t.wit:4:31 there is no type `z` in `t:p/w`");
    }
}
