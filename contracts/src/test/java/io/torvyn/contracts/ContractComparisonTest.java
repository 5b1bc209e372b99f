package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.types.Diagnostic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/runtime.md, section 10: each row of its table, and what is hard about it. */
class ContractComparisonTest {
    private static ContractComparison compare(String before, String after) {
        return compare("1.0.0", before, "1.0.0", after);
    }

    private static ContractComparison compare(String oldVersion, String before, String newVersion, String after) {
        return ContractComparison.of(parse(oldVersion, before), parse(newVersion, after));
    }

    private static WitPackage parse(String version, String items) {
        return WitPackages.parse(Map.of("t.wit", "package t:p@" + version + ";\n" + items), Set.of("open"))
                .roots()
                .getFirst();
    }

    private static ContractComparison inInterface(String before, String after) {
        return compare("interface i {\n" + before + "\n}", "interface i {\n" + after + "\n}");
    }

    private static List<String> told(ContractComparison comparison) {
        return comparison.changes().stream()
                .map(change ->
                        change.effect() + change.code().map(code -> " " + code).orElse("") + " " + change)
                .toList();
    }

    @Test
    void aContractIsCompatibleWithItself() {
        for (WitPackage contract : Contracts.packages().packages()) {
            ContractComparison same = ContractComparison.of(contract, contract);

            assertThat(same.changes()).isEmpty();
            assertThat(same.verdict()).isEqualTo(ContractComparison.Verdict.COMPATIBLE);
        }
    }

    @Test
    void whatIsRemovedBreaks() {
        ContractComparison removed = compare("""
                interface gone { f: func(); }
                interface i {
                    type t = u8;
                    resource r { m: func(); n: static func(); constructor(); }
                    f: func();
                }
                world w { import i; }
                """, "interface i { resource r; }");

        assertThat(told(removed))
                .containsExactly(
                        "BREAKING E0142 gone: was removed: who imports or exports it does not find it",
                        "BREAKING E0140 i.t: was removed: who speaks of it does not find it",
                        "BREAKING E0141 i.r.m: was removed: who calls it does not find it",
                        "BREAKING E0141 i.r.n: was removed: who calls it does not find it",
                        "BREAKING E0141 i.r.constructor: was removed: who calls it does not find it",
                        "BREAKING E0141 i.f: was removed: who calls it does not find it",
                        "BREAKING E0140 w: was removed: who builds for it does not find it");
        assertThat(removed.verdict()).isEqualTo(ContractComparison.Verdict.BREAKING);
    }

    @Test
    void whatIsNewIsAnAddition() {
        ContractComparison added = compare("interface i { resource r; }", """
                interface new { f: func(); }
                interface i {
                    type t = u8;
                    resource r { m: func(); constructor(); }
                    f: func();
                }
                world w { import i; }
                """);

        assertThat(told(added))
                .containsExactly(
                        "ADDITION new: is new",
                        "ADDITION i.t: is new",
                        "ADDITION i.r.m: is new",
                        "ADDITION i.r.constructor: is new",
                        "ADDITION i.f: is new",
                        "ADDITION w: is new");
        assertThat(added.verdict()).isEqualTo(ContractComparison.Verdict.COMPATIBLE_WITH_ADDITIONS);
    }

    @Test
    void anotherNameIsAnotherThing() {
        assertThat(told(inInterface("f: func();", "g: func();")))
                .containsExactly(
                        "BREAKING E0141 i.f: was removed: who calls it does not find it", "ADDITION i.g: is new");
        assertThat(told(inInterface("record r { a: u8, b: u8 }", "record r { a: u8, c: u8 }")))
                .containsExactly("BREAKING E0145 i.r.b: is called `c` now");
        assertThat(told(inInterface("enum e { a, b }", "enum e { a, c }")))
                .containsExactly("BREAKING E0146 i.e.b: is called `c` now");
    }

    /** Subtyping compares functions with the names of their parameters. */
    @Test
    void theNameOfAParameterBelongsToTheType() {
        assertThat(told(inInterface("f: func(a: u8, b: u8);", "f: func(a: u8, c: u16);")))
                .containsExactly(
                        "BREAKING E0143 i.f.b: is called `c` now: the names of parameters belong to the type of a"
                                + " function",
                        "BREAKING E0143 i.f.c: is `u16` now, it was `u8`");
    }

    @Test
    void parametersAndResultsAreComparedByNumberAndType() {
        assertThat(
                        told(
                                inInterface(
                                        "f: func(a: u8); g: func(a: list<u8>) -> u8; h: func(); i: func() -> u8;",
                                        "f: func(a: u8, b: u8); g: func(a: list<u16>) -> u16; h: func() -> u8; i: async func() -> u8;")))
                .containsExactly(
                        "BREAKING E0143 i.f: takes 2 parameters now, it took 1 parameter",
                        "BREAKING E0143 i.g.a: is `list<u16>` now, it was `list<u8>`",
                        "BREAKING E0143 i.g: returns `u16` now, it was `u8`",
                        "BREAKING E0143 i.h: returns something now",
                        "BREAKING E0143 i.i: is async now, it was synchronous");
    }

    @Test
    void aFunctionOfAResourceCannotChangeItsKind() {
        assertThat(told(inInterface("resource r { f: func(); }", "resource r { f: static func(); }")))
                .containsExactly("BREAKING E0143 i.r.f: is a static function now, it was a method");
    }

    @Test
    void givingAwayIsNotLending() {
        ContractComparison lent = inInterface(
                "resource r; f: func(a: borrow<r>, b: list<r>); record s { a: borrow<r> }",
                "resource r; f: func(a: r, b: list<borrow<r>>); record s { a: own<r> }");

        assertThat(told(lent))
                .containsExactly(
                        "BREAKING E0144 i.s.a: is r: what was lent is given away now",
                        "BREAKING E0144 i.f.a: is r: what was lent is given away now",
                        "BREAKING E0144 i.f.b: is list<borrow<r>>: what was given away is lent now");
        assertThat(lent.changes().get(1).before()).isEqualTo("borrow<r>");
        assertThat(lent.changes().get(1).after()).isEqualTo("r");
    }

    @Test
    void aRecordHasAllOfItsFieldsInTheirOrder() {
        assertThat(
                        told(
                                inInterface(
                                        "record gone { a: u8, b: u8 } record more { a: u8 } record typed { a: u8 } record order { a: u8, b: u8 }",
                                        "record gone { a: u8 } record more { a: u8, b: u8 } record typed { a: string } record order { b: u8, a: u8 }")))
                .containsExactly(
                        "BREAKING E0145 i.gone.b: was removed: a record has all of its fields or is another type",
                        "BREAKING E0145 i.more.b: was added: a record has all of its fields or is another type",
                        "BREAKING E0143 i.typed.a: is `string` now, it was `u8`",
                        "BREAKING E0143 i.order: has its fields in another order, by which they are told apart");
    }

    @Test
    void aCaseThatIsGoneOrHasAnotherPayloadBreaks() {
        assertThat(told(inInterface(
                        "variant v { a, b(u8), c } enum e { a, b } flags f { a, b }",
                        "variant v { a(u8), b(u16) } enum e { a } flags f { b }")))
                .containsExactly(
                        "BREAKING E0143 i.v.a: has a payload now",
                        "BREAKING E0143 i.v.b: has the payload `u16` now, it was `u8`",
                        "BREAKING E0146 i.v.c: was removed: who sends it is no longer understood",
                        "BREAKING E0146 i.e.b: was removed: who sends it is no longer understood",
                        "BREAKING E0146 i.f.a: was removed: who sends it is no longer understood");
    }

    @Test
    void aCaseAtTheEndIsAnAdditionAndSaysWhoDoesNotKnowIt() {
        ContractComparison added = inInterface("""
                enum signal { ready, pause }
                variant error { a }
                record both { s: signal }
                flags unused { a }
                notify: func(s: both);
                push: func() -> result<signal, error>;
                """, """
                enum signal { ready, pause, stop }
                variant error { a, b(string) }
                record both { s: signal }
                flags unused { a, b }
                notify: func(s: both);
                push: func() -> result<signal, error>;
                """);

        assertThat(told(added))
                .containsExactly(
                        "ADDITION i.signal.stop: was added; a component of the older version that calls `i.push` or"
                                + " implements `i.notify` can be handed it and does not know it",
                        "ADDITION i.error.b: was added; a component of the older version that calls `i.push` can be"
                                + " handed it and does not know it",
                        "ADDITION i.unused.b: was added");
    }

    @Test
    void aCaseBeforeOthersChangesTheirNumbers() {
        assertThat(told(inInterface("enum e { a, b }", "enum e { a, x, b }")))
                .containsExactly(
                        "BREAKING E0143 i.e.x: was added before others, whose numbers it changes; at the end it would"
                                + " be an addition");
        assertThat(told(inInterface("enum e { a, b }", "enum e { b, a }")))
                .containsExactly("BREAKING E0143 i.e: has its cases in another order, by which they are told apart");
    }

    @Test
    void aTypeOfAnotherKindIsAnotherType() {
        assertThat(told(inInterface(
                        "enum e { a } record r { a: u8 } resource s;",
                        "variant e { a } type r = tuple<u8>; type s = u8;")))
                .containsExactly(
                        "BREAKING E0143 i.e: is a variant now, it was an enum",
                        "BREAKING E0143 i.r: is `tuple<u8>` now, it was `r`",
                        "BREAKING E0143 i.s: is `u8` now, it was `s`");
    }

    /** Names of types mean nothing but what they stand for; only resources are what they are called. */
    @Test
    void typesAreComparedByStructureThroughUseAndAliases() {
        assertThat(told(compare("""
                interface a { record r { x: u8 } type t = list<r>; }
                interface b { use a.{t}; f: func(x: t) -> option<u8>; }
                """, """
                interface a { record r { x: u8 } type t = list<r>; type byte = u8; }
                interface b { use a.{t, r, byte}; f: func(x: list<r>) -> option<byte>; }
                """)))
                .containsExactly("ADDITION a.byte: is new", "ADDITION b.r: is new", "ADDITION b.byte: is new");
        assertThat(told(compare(
                        "interface a { record r { x: u8 } f: func(x: r); }",
                        "interface b { record r { x: u8 } } interface a { use b.{r}; f: func(x: r); }")))
                .containsExactly("ADDITION b: is new");
        assertThat(told(compare(
                        "interface a { resource r; f: func(x: r); }",
                        "interface b { resource r; } interface a { use b.{r}; f: func(x: r); }")))
                .contains("BREAKING E0143 a.r: means the resource `t:p/b@1.r` now, it meant `t:p/a.r`");
    }

    @Test
    void aChangeIsToldWhereTheTypeIsDefined() {
        assertThat(
                        told(
                                compare(
                                        "interface a { record r { x: u8 } } interface b { use a.{r}; f: func(x: r); g: func() -> list<r>; }",
                                        "interface a { record r { x: u16 } } interface b { use a.{r}; f: func(x: r); g: func() -> list<r>; }")))
                .containsExactly("BREAKING E0143 a.r.x: is `u16` now, it was `u8`");
    }

    @Test
    void whatAnotherPackageChangesIsToldWhereItIsMentioned() {
        assertThat(
                        told(
                                compare(
                                        "interface a { use d:d/i.{r}; f: func(x: list<r>); } package d:d { interface i { record r { x: s } record s { y: u8 } } }",
                                        "interface a { use d:d/i.{r}; f: func(x: list<r>); } package d:d { interface i { record r { x: s } record s { y: u16 } } }")))
                .containsExactly(
                        "BREAKING E0143 a.r: is another `r` now (it differs in `d:d/i.s.y`)",
                        "BREAKING E0143 a.f.x: is another `list<r>` now (it differs in `d:d/i.s.y`)");
    }

    @Test
    void aResourceOfAnotherPackageIsTheSameAsLongAsItsVersionIsCompatible() {
        String before =
                "interface a { use d:d/i@0.2.0.{r}; f: func(x: r); } package d:d@0.2.0 { interface i { resource r; } }";

        assertThat(told(compare(before, before.replace("0.2.0", "0.2.7")))).isEmpty();
        assertThat(told(compare(before, before.replace("0.2.0", "0.3.0"))))
                .containsExactly(
                        "BREAKING E0143 a.r: means the resource `d:d/i@0.3.r` now, it meant `d:d/i@0.2.r`",
                        "BREAKING E0143 a.f.x: is another `r` now");
    }

    @Test
    void aWorldMayOfferMoreAndMustNotAskForMore() {
        assertThat(told(compare("""
                interface i {} interface j {} interface k {} interface l {}
                world w { import i; export k; import f: func(a: u8); }
                """, """
                interface i {} interface j {} interface k {} interface l {}
                world w { import j; export l; import f: func(a: u16); }
                """)))
                .containsExactly(
                        "BREAKING E0142 w.i: was removed: components that were built for the world import it",
                        "ADDITION w.j: is new",
                        "BREAKING E0143 w.f.a: is `u16` now, it was `u8`",
                        "BREAKING E0142 w.k: was removed: hosts that run the world's components call it",
                        "BREAKING E0142 w.l: must be exported now: components that were built for the world do not");
    }

    @Test
    void aWorldsOwnTypesAndInlineInterfacesAreComparedToo() {
        assertThat(
                        told(
                                compare(
                                        "world w { record r { a: u8 } import x: interface { record s { a: u8 } f: func(a: s); } export g: func(a: r); }",
                                        "world w { record r { a: u16 } import x: interface { record s { a: u16 } f: func(a: s); } export g: func(a: r); }")))
                .containsExactly(
                        "BREAKING E0143 w.r.a: is `u16` now, it was `u8`",
                        "BREAKING E0143 w.x.s.a: is `u16` now, it was `u8`");
    }

    @Test
    void commentsAndGatesAreRemarks() {
        ContractComparison remarks = inInterface("f: func();\n/// Old\ng: func();", """
                /// New
                f: func();
                @since(version = 0.1.0) @deprecated(version = 1.0.0)
                g: func();
                """);

        assertThat(told(remarks))
                .containsExactly(
                        "REMARK i.f: has a comment now",
                        "REMARK i.g: has no comment any more",
                        "REMARK i.g: is deprecated since 1.0.0");
        assertThat(remarks.verdict()).isEqualTo(ContractComparison.Verdict.COMPATIBLE);
    }

    @Test
    void namesOutsideOfWitAreRemarks() {
        assertThat(told(inInterface(
                        "@external-id(\"a\") f: func(); @external-id(\"b\") type t = u8;",
                        "@external-id(\"c\") f: func(); type t = u8;")))
                .containsExactly("REMARK i.t: has no external id any more", "REMARK i.f: has another external id");
    }

    @Test
    void whatIsUnstablePromisesNothing() {
        assertThat(told(inInterface(
                        "@unstable(feature = open) f: func(a: u8); @unstable(feature = open) g: func();",
                        "@unstable(feature = open) f: func(a: u16); g2: func();")))
                .containsExactly(
                        "REMARK i.g: was removed: who calls it does not find it (it is unstable: `open`)",
                        "REMARK i.f.a: is `u16` now, it was `u8` (it is unstable: `open`)",
                        "ADDITION i.g2: is new");
        assertThat(told(inInterface("@unstable(feature = open) f: func();", "@since(version = 1.0.0) f: func();")))
                .containsExactly("ADDITION i.f: is for everybody now");
    }

    @ParameterizedTest(name = "{0} to {1} with a change that is {2}: {3}")
    @CsvSource({
        "1.2.3, 1.3.0, breaking, 2.0.0",
        "1.2.3, 2.0.0, breaking, ''",
        "1.2.3, 2.0.0-rc.1, breaking, ''",
        "0.2.3, 0.2.4, breaking, 0.3.0",
        "0.2.3, 0.3.0, breaking, ''",
        "0.0.3, 0.0.4, breaking, ''",
        "0.0.3, 0.0.3, breaking, 0.0.4",
        "1.0.0-rc.1, 1.0.0-rc.2, breaking, ''",
        "1.0.0-rc.1, 1.0.0, breaking, ''",
        "1.0.0-rc.1, 1.0.0-rc.1, breaking, 1.0.0",
        "1.2.3, 1.2.4, more, 1.3.0",
        "1.2.3, 1.3.0, more, ''",
        "0.2.3, 0.2.4, more, ''",
        "0.2.3, 0.2.3, more, 0.2.4",
        "1.2.3, 1.2.3, a comment, 1.2.4",
        "1.2.3, 1.2.4, a comment, ''",
        "1.2.3, 1.2.3, nothing, ''",
        "1.2.3, 1.2.4, nothing, ''",
        "99999999999999999999.0.0, 99999999999999999999.1.0, breaking, 100000000000000000000.0.0"
    })
    void aVersionMustTellWhatHasChanged(String before, String after, String change, String needed) {
        String newer =
                switch (change) {
                    case "breaking" -> "interface i { }";
                    case "more" -> "interface i { f: func(); g: func(); }";
                    case "a comment" -> "/// It\ninterface i { f: func(); }";
                    default -> "interface i { f: func(); }";
                };

        var finding =
                compare(before, "interface i { f: func(); }", after, newer).versionFinding();

        if (needed.isEmpty()) {
            assertThat(finding).isEmpty();
        } else {
            assertThat(finding.orElseThrow().help()).contains("Make it version " + needed);
            assertThat(finding.get().code().id()).isEqualTo("E0140");
        }
    }

    @Test
    void aVersionThatPromisesTooMuchIsAnErrorAndOneThatSaysTooLittleAWarning() {
        Diagnostic breaks = compare("1.2.3", "interface i { f: func(); }", "1.3.0", "interface i { }")
                .versionFinding()
                .orElseThrow();
        assertThat(breaks.text())
                .isEqualTo("[E0140] `t:p@1.3.0` breaks what `t:p@1.2.3` promises Make it version 2.0.0, or take back"
                        + " what breaks.");
        assertThat(breaks.level()).isEqualTo(Diagnostic.Level.ERROR);
        Diagnostic adds = compare("1.2.3", "interface i { }", "1.2.3", "interface i { f: func(); }")
                .versionFinding()
                .orElseThrow();
        assertThat(adds.text())
                .isEqualTo("[E0140] `t:p@1.2.3` has more than `t:p@1.2.3`, and has the same version Make it version"
                        + " 1.3.0, so that who needs the new can say so.");
        assertThat(adds.level()).isEqualTo(Diagnostic.Level.WARNING);
        assertThat(compare("2.0.0", "interface i { }", "1.0.0", "interface i { f: func(); }")
                        .versionFinding()
                        .orElseThrow()
                        .message())
                .isEqualTo("`t:p@1.0.0` is older than `t:p@2.0.0`, which it is compared with");
    }

    /** Each record has two of the one before: written out, the last has more parts than there is memory. */
    @Test
    void largeTypesOfOtherPackagesAreComparedOnce() {
        String types = IntStream.range(1, 15)
                .mapToObj(i -> "record r" + i + " { a: r" + (i - 1) + ", b: r" + (i - 1) + " }\n")
                .collect(Collectors.joining());
        String functions = IntStream.range(0, 2000)
                .mapToObj(i -> "g" + i + ": func(x: r14);\n")
                .collect(Collectors.joining());
        String contract = "interface a { use d:d/i.{r14};" + functions
                + "} package d:d { interface i { record r0 { a: u8 }" + types + "} }";

        assertThat(compare(contract, contract).changes()).isEmpty();
        assertThat(compare(contract, contract.replace("r0 { a: u8 }", "r0 { a: u16 }"))
                        .changes())
                .hasSize(2001);
    }
}
