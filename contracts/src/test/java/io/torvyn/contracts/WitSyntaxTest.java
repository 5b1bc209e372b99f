package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.torvyn.types.Diagnostic;
import io.torvyn.types.DiagnosticsException;
import io.torvyn.types.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WitSyntaxTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            interface i { f: func() }                | 1:39 | expected `;`, found `}`
            interface i { f: fun(); }                | 1:32 | expected `func`, found `fun`
            interface i { record r { a u32 } }       | 1:42 | expected `:`, found the keyword `u32`
            interface i { record r { } }             | 1:40 | expected a field, found `}`
            interface i { enum e { a b } }           | 1:40 | expected `,` or `}`, found `b`
            interface i { type t = 5; }              | 1:38 | expected a type, found `5`
            interface i { f: func(a: list<u8); }     | 1:47 | expected `>`, found `)`
            interface i {                            | 1:28 | expected `use`, a type definition, a function or `}`, found the end of the file
            interface list { }                       | 1:25 | expected a name for the interface, found the keyword `list`
            wrld w { }                               | 1:15 | expected `package`, `use`, `interface` or `world`, found `wrld`
            world w { import a:b; }                  | 1:35 | expected `/`, found `;`
            world w { exprt a; }                     | 1:25 | expected `import`, `export`, `include`, `use`, a type definition or `}`, found `exprt`
            interface i { use x; }                   | 1:34 | expected `.`, found `;`
            interface 3-d { }                        | 1:25 | expected a name for the interface, found `3`
            interface a--b { }                       | 1:25 | `a--b` is not a name
            interface aB { }                         | 1:25 | `aB` is not a name
            interface i { f: func() -> map<u8, }     | 1:50 | expected a type, found `}`
            interface i { # }                        | 1:29 | `#`, U+0023 does not begin anything in WIT
            package x:y;                             | 1:26 | expected `{`, found `;`
            use x:y/z@1.0;                           | 1:25 | `1.0` is not a version
            use x:y/z@01.0.0;                        | 1:25 | `01.0.0` is not a version
            use x:y:z/w;                             | 1:22 | expected `/`, found `:`
            @since(version = 1.0.0) @unstable(feature = f) interface i { } | 1:40 | an item is either `@since` or `@unstable`, not both
            @new(version = 1.0.0) interface i { }    | 1:16 | `@new` is unknown
            /* /* */ interface i { }                 | 1:15 | this comment does not end
            """)
    void anErrorHasItsPlaceAndSaysWhatWasExpected(String text, String place, String message) {
        Diagnostic finding = Wit.refused("package t:p; \t" + text.strip());

        // The package line is 14 characters long, and the tab counts as one column.
        assertThat(finding.code()).isEqualTo(ErrorCode.WIT_SYNTAX_ERROR);
        assertThat(finding.message()).isEqualTo(message);
        assertThat(finding.locations().getFirst()).hasToString("t.wit:" + place);
        assertThat(finding.help()).isNotEmpty();
    }

    @Test
    void aPlaceIsAWordAtALineAndAColumnInCodePointsWithTheLineItself() {
        Diagnostic finding = Wit.refused("package t:p;\r\n// one\r\n  /* 😀😀 */ interfac i {}\r\n");

        assertThat(finding.locations())
                .containsExactly(new Diagnostic.Location("t.wit", 3, 12, 8, "  /* 😀😀 */ interfac i {}"));
    }

    @Test
    void aKeywordAsANameIsToldHowToBeOne() {
        assertThat(Wit.refused("package t:p; interface i { record: func(); enum: func(); }")
                        .help())
                .contains("`%record`");
        assertThat(Wit.refused("package t:p; interface i { record a { type: u8 } }")
                        .help())
                .contains("`%type`");
    }

    @Test
    void aPercentSignMakesAnyWordAName() {
        WitInterface parsed = Wit.inInterface("%record: func(%enum: u32, %plain: u8); record %type { %func: bool }");

        assertThat(parsed.functions().getFirst().name()).isEqualTo("record");
        assertThat(parsed.functions().getFirst().parameters())
                .extracting(WitFunction.Parameter::name)
                .containsExactly("enum", "plain");
        assertThat(parsed.type("type")).isPresent();
    }

    @Test
    void acronymsAndDigitsMayStandInNames() {
        assertThat(Wit.inInterface("parse-XML2-4-document: func();").functions())
                .extracting(WitFunction::name)
                .containsExactly("parse-XML2-4-document");
    }

    @Test
    void docCommentsStayWithWhatTheyPrecede() {
        WitPackages parsed = WitPackages.parse(Map.of("t.wit", """
                /// The package.
                package t:p;
                // not a doc
                /// An interface,
                ///   indented.
                interface i {
                    /**
                     * A record
                     * in a block.
                     */
                    @external-id("x\\u{41}\\7f")
                    record r {
                        /// its field
                        f: u8, // after
                        g: u8,
                    }
                    //// a line
                    f: func();
                }
                """));
        WitInterface i = parsed.findInterface("t:p/i").orElseThrow();
        TypeDefinition r = i.type("r").orElseThrow();

        assertThat(parsed.roots().getFirst().docs()).isEqualTo("The package.");
        assertThat(i.docs()).isEqualTo("An interface,\n  indented.");
        assertThat(r.docs()).isEqualTo("A record\nin a block.");
        assertThat(r.externalId()).contains("xA\u007f");
        assertThat(((TypeDefinition.Kind.Record) r.kind()).fields())
                .extracting(TypeDefinition.Member::docs)
                .containsExactly("its field", "");
        assertThat(i.functions().getFirst().docs()).isEmpty();
    }

    @Test
    void blockCommentsNest() {
        assertThat(Wit.inInterface("/* a /* b */ f: func(); */ g: func();").functions())
                .extracting(WitFunction::name)
                .containsExactly("g");
    }

    /** WIT.md, "Lexical structure". */
    @ParameterizedTest
    @ValueSource(chars = {'\u202e', '\u2066', '\u0000', '\u000b', '\u007f', '\u0085', '\u0149'})
    void charactersThatDeceiveAreRefusedEvenInComments(char character) {
        assertThat(Wit.brief(Wit.refused("package t:p;\n// " + character)))
                .startsWith("E0100 t.wit:2:4 the ")
                .endsWith("character U+%04X may not stand in WIT".formatted((int) character));
    }

    /** WIT.md, "Types": the ones that the type model has no structure for keep their reference. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            stream<u8>          | StreamOf[element=Optional[Builtin[type=u8]]]                | a stream
            stream              | StreamOf[element=Optional.empty]                            | a stream
            list<future>        | ListOf[element=FutureOf[payload=Optional.empty]]            | a future
            tuple<u8, list<u8, 4>> | TupleOf[elements=[Builtin[type=u8], FixedListOf[element=Builtin[type=u8], length=4]]] | a list of fixed length
            map<string, u8>     | MapOf[key=string, value=Builtin[type=u8]]                   | a map
            result<_, error-context> | ResultOf[ok=Optional.empty, err=Optional[ErrorContext[]]] | an error-context
            """)
    void typesBeyondTheModelAreResolved(String written, String reference, String beyond) {
        TypeReference result = Wit.inInterface("f: func(a: " + written.strip() + ");")
                .functions()
                .getFirst()
                .parameters()
                .getFirst()
                .type();

        assertThat(result).hasToString(reference);
        assertThat(result.beyondModel()).contains(beyond);
        assertThat(Wit.inInterface("record r { a: option<" + written.strip() + "> }")
                        .type("r")
                        .orElseThrow()
                        .beyondModel())
                .contains(beyond);
    }

    @Test
    void functionsMayBeAsynchronous() {
        assertThat(Wit.inInterface("f: async func(); g: func();").functions())
                .extracting(WitFunction::isAsync)
                .containsExactly(true, false);
        assertThat(((TypeDefinition.Kind.Resource)
                                Wit.inInterface("resource r { a: async func(); b: static async func(); c: func(); }")
                                        .type("r")
                                        .orElseThrow()
                                        .kind())
                        .functions())
                .extracting(WitFunction::isAsync)
                .containsExactly(true, true, false);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            list<u8, 0>          | the length of a list is a number from 1 to 999999999
            list<u8, 1000000000> | the length of a list is a number from 1 to 999999999
            list<u8, x>          | the length of a list is a number from 1 to 999999999
            map<f32, u8>         | expected a type for the keys, found the keyword `f32`
            map<list<u8>, u8>    | expected a type for the keys, found the keyword `list`
            stream<>             | expected a type, found `>`
            """)
    void typesBeyondTheModelHaveTheirFormToo(String written, String message) {
        assertThat(Wit.refused("package t:p; interface i { type t = " + written + "; }")
                        .message())
                .isEqualTo(message);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "@external-id(\"x\") interface i {}",
                "@external-id(\"x\") world w {}",
                "world v {} world w { @external-id(\"x\") include v; }"
            })
    void anExternalIdIsForWhatCrossesTheBorder(String items) {
        assertThat(Wit.refused("package t:p; " + items).message())
                .isEqualTo("`@external-id` cannot stand before this item");
        assertThat(Wit.world("world w { @external-id(\"x\") import f: func(); }", "w")
                        .imports())
                .hasSize(1);
    }

    @Test
    void everyBrokenFileIsReported() {
        assertThat(catchThrowableOfType(
                                DiagnosticsException.class, () -> WitPackages.parse(Map.of("b.wit", "}", "a.wit", "{")))
                        .diagnostics())
                .extracting(Wit::brief)
                .isEqualTo(List.of(
                        "E0100 a.wit:1:1 expected `package`, `use`, `interface` or `world`, found `{`",
                        "E0100 b.wit:1:1 expected `package`, `use`, `interface` or `world`, found `}`"));
    }
}
