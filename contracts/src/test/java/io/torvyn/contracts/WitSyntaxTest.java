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
            interface i { # }                        | 1:29 | U+0023 does not begin anything in WIT
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
    void aPlaceIsALineAndAColumnInCodePointsWithTheLineItself() {
        Diagnostic finding = Wit.refused("package t:p;\r\n// one\r\n  /* 😀😀 */ interfac i {}\r\n");

        assertThat(finding.locations())
                .containsExactly(new Diagnostic.Location("t.wit", 3, 12, "  /* 😀😀 */ interfac i {}"));
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
                @external-id("x\\u{41}\\7f")
                interface i {
                    /**
                     * A record
                     * in a block.
                     */
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

    /** Well formed in newer WIT, but nothing that the type model could hold. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            f: async func();            | asynchronous functions are not supported
            f: func(a: stream<u8>);     | `stream` types are not supported
            f: func() -> future;        | `future` types are not supported
            type t = list<u8, 4>;       | lists of fixed length are not supported
            type t = map<string, u8>;   | maps are not supported
            """)
    void whatTheTypeModelDoesNotKnowIsRefused(String item, String message) {
        Diagnostic finding = Wit.refused("package t:p; interface i { " + item + " }");

        assertThat(finding.code()).isEqualTo(ErrorCode.WIT_SYNTAX_ERROR);
        assertThat(finding.message()).isEqualTo(message);
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
