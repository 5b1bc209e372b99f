package io.torvyn.component.binary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binary.md, section by section. */
class ComponentDecoderTest {
    private static List<Definition> decode(Bytes bytes) {
        return ComponentDecoder.decode(bytes.toArray()).definitions();
    }

    private static List<Definition> decodeSection(int id, int... content) {
        return decode(Bytes.component().section(id, new Bytes().raw(content)));
    }

    private static DefType decodeType(int... type) {
        var definitions = decode(Bytes.component().section(7, new Bytes().raw(1).raw(type)));
        return ((Definition.Type) definitions.getFirst()).type();
    }

    @Test
    void aComponentMayBeEmpty() {
        assertThat(decode(Bytes.component())).isEmpty();
    }

    @Test
    void anEmptyFileIsCalledEmpty() {
        assertThatThrownBy(() -> ComponentDecoder.decode(new byte[0])).hasMessage("the file is empty");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 7})
    void aFileThatEndsInItsPreambleIsCalledTruncated(int length) {
        byte[] start = Arrays.copyOf(Bytes.component().toArray(), length);

        assertThatThrownBy(() -> ComponentDecoder.decode(start))
                .hasMessage("the file is truncated: it ends within its first 8 bytes");
    }

    @Test
    void aCoreModuleIsCalledACoreModule() {
        byte[] module = new Bytes().raw(0x00, 'a', 's', 'm', 1, 0, 0, 0).toArray();

        assertThatThrownBy(() -> ComponentDecoder.decode(module))
                .hasMessage("the file is a core WebAssembly module;"
                        + " `wasm-tools component new` makes a component of one");
    }

    @Test
    void aComponentOfAnotherVersionIsRefusedWithBothNumbers() {
        byte[] newer = new Bytes().raw(0x00, 'a', 's', 'm', 0x0e, 0, 1, 0).toArray();

        assertThatThrownBy(() -> ComponentDecoder.decode(newer))
                .hasMessage("the file has version 0xe and layer 1; expected are version 0xd and layer 1");
    }

    @ParameterizedTest
    @CsvSource({
        "'(component)', the file is WebAssembly text; `wasm-tools parse` turns it into a binary",
        "'fn main() {}', the file is text: it does not begin with the bytes 00 61 73 6d",
        "'\u0001\u0002', the file is not WebAssembly: it does not begin with the bytes 00 61 73 6d"
    })
    void otherFilesAreToldApart(String content, String message) {
        assertThatThrownBy(() -> ComponentDecoder.decode(content.getBytes(StandardCharsets.UTF_8)))
                .hasMessage(message);
    }

    @Test
    void customSectionsAreLeftOutWhateverIsInThem() {
        assertThat(decode(Bytes.component()
                        .section(0, new Bytes().name("component-name").raw(1, 2, 3))))
                .isEmpty();
    }

    @Test
    void aCoreModuleIsKeptByItsPlace() {
        assertThat(decodeSection(1, 9, 8, 7)).containsExactly(new Definition.CoreModule(10, 3));
    }

    @Test
    void nestedComponentsAreDecodedInPlace() {
        var inner = Bytes.component().section(1, new Bytes().raw(5));

        assertThat(decode(Bytes.component().section(4, inner)))
                .containsExactly(new Definition.Component(10, List.of(new Definition.CoreModule(20, 1))));
    }

    @Test
    void componentsNestedTooDeepAreRefused() {
        Bytes component = Bytes.component();
        for (int i = 0; i < ComponentDecoder.MAX_NESTING; i++) {
            component = Bytes.component().section(4, component);
        }
        byte[] deep = component.toArray();

        assertThatThrownBy(() -> ComponentDecoder.decode(deep)).hasMessage("components are nested more than 100 deep");
    }

    @Test
    void typesNestedTooDeepAreRefused() {
        var types = new Bytes().raw(1);
        for (int i = 0; i <= ComponentDecoder.MAX_NESTING; i++) {
            types.raw(0x42, 1, 0x01); // an instance type with one type in it
        }
        byte[] deep = Bytes.component().section(7, types.raw(0x42, 0)).toArray();

        assertThatThrownBy(() -> ComponentDecoder.decode(deep)).hasMessage("types are nested more than 100 deep");
    }

    @Test
    void coreInstancesAreInstantiatedOrMadeOfItems() {
        assertThat(decodeSection(2, 2, 0x00, 3, 1, 1, 'a', 0x12, 4, 0x01, 1, 1, 'm', 0x02, 5))
                .containsExactly(
                        new Definition.CoreInstantiate(11, 3, List.of(new Definition.CoreArgument("a", 4))),
                        new Definition.CoreInline(
                                18, List.of(new Definition.InlineExport(20, "m", Sort.CORE_MEMORY, 5))));
    }

    @Test
    void instancesAreInstantiatedOrMadeOfItems() {
        assertThat(decodeSection(5, 2, 0x00, 3, 1, 1, 'a', 0x05, 4, 0x01, 1, 0x00, 1, 'f', 0x01, 5))
                .containsExactly(
                        new Definition.Instantiate(
                                11, 3, List.of(new Definition.InlineExport(14, "a", Sort.INSTANCE, 4))),
                        new Definition.Inline(
                                18,
                                List.of(new Definition.NamedExport(20, new AttributedName("f"), Sort.FUNCTION, 5))));
    }

    @Test
    void aliasesHaveThreeTargets() {
        assertThat(decodeSection(6, 3, 0x01, 0x00, 2, 1, 'f', 0x00, 0x01, 0x01, 3, 1, 't', 0x03, 0x02, 1, 4))
                .extracting(d -> ((Definition.OfAlias) d).alias())
                .containsExactly(
                        new Alias.Export(Sort.FUNCTION, 2, "f"),
                        new Alias.CoreExport(Sort.CORE_TABLE, 3, "t"),
                        new Alias.Outer(Sort.TYPE, 1, 4));
    }

    @Test
    void valueTypesKeepTheirIndices() {
        assertThat(decodeType(0x72, 2, 1, 'a', 0x7d, 1, 'b', 0x07))
                .isEqualTo(new DefType.Record(List.of(
                        new DefType.Field("a", new DefType.Use.Primitive(ValueType.Primitive.U8)),
                        new DefType.Field("b", new DefType.Use.Index(7)))));
        assertThat(decodeType(0x71, 2, 1, 'a', 0x00, 0x00, 1, 'b', 0x01, 0x73, 0x00))
                .isEqualTo(new DefType.Variant(List.of(
                        new DefType.Case("a", Optional.empty()),
                        new DefType.Case("b", Optional.of(new DefType.Use.Primitive(ValueType.Primitive.STRING))))));
        assertThat(decodeType(0x6a, 0x00, 0x01, 0x03))
                .isEqualTo(new DefType.Result(Optional.empty(), Optional.of(new DefType.Use.Index(3))));
        assertThat(decodeType(0x68, 0x03)).isEqualTo(new DefType.Borrow(3));
    }

    /** Indices from 64 on need a second byte, because in one byte they would be opcodes. */
    @Test
    void aTypeIndexIsASignedNumber() {
        assertThat(decodeType(0x70, 0xc0, 0x00)).isEqualTo(new DefType.ListOf(new DefType.Use.Index(64)));
    }

    @Test
    void namesKeepTheirAttributes() {
        var imports = new Bytes()
                .raw(1, 0x02)
                .name("a")
                .raw(3, 0x02)
                .name("any text")
                .raw(0x00)
                .name("b:c/d")
                .raw(0x01)
                .name(".2")
                .raw(0x01, 0);

        assertThat(decode(Bytes.component().section(10, imports)))
                .containsExactly(new Definition.Import(
                        11,
                        new AttributedName("a", Optional.of("b:c/d"), Optional.of(".2"), Optional.of("any text")),
                        new ExternDesc.Function(0)));
    }

    @Test
    void anAttributeThatIsThereTwiceIsRefused() {
        var imports = new Bytes()
                .raw(1, 0x02)
                .name("a")
                .raw(2, 0x02)
                .name("x")
                .raw(0x02)
                .name("y")
                .raw(0x01, 0);
        Bytes component = Bytes.component().section(10, imports);

        assertThatThrownBy(() -> decode(component)).hasMessage("the name \"a\" has the attribute external-id twice");
    }

    @Test
    void typesOfGatedFeaturesAreRead() {
        assertThat(decodeType(0x67, 0x7d, 3))
                .isEqualTo(new DefType.FixedListOf(new DefType.Use.Primitive(ValueType.Primitive.U8), 3));
        assertThat(decodeType(0x63, 0x73, 0x07))
                .isEqualTo(new DefType.MapOf(
                        new DefType.Use.Primitive(ValueType.Primitive.STRING), new DefType.Use.Index(7)));
        assertThat(decodeType(0x66, 0x01, 0x64))
                .isEqualTo(
                        new DefType.StreamOf(Optional.of(new DefType.Use.Primitive(new ValueType.ErrorContextType()))));
        assertThat(decodeType(0x65, 0x00)).isEqualTo(new DefType.FutureOf(Optional.empty()));
        assertThat(decodeType(0x43, 0, 0x01, 0x00)).isEqualTo(new DefType.Function(List.of(), Optional.empty(), true));
    }

    @ParameterizedTest(name = "sort {0} {1}")
    @CsvSource({"0x00, 0x00, a core function", "0x01, 0x02, a function", "0x05, 0x02, an instance"})
    void onlyTypesModulesAndComponentsHaveOuterAliases(String sort, String next, String name) {
        int[] alias = sort.equals("0x00")
                ? new int[] {1, 0x00, Integer.decode(next), 0x02, 0, 0}
                : new int[] {1, Integer.decode(sort), 0x02, 0, 0};

        assertThatThrownBy(() -> decodeSection(6, alias)).hasMessage(name + " of an outer component cannot be aliased");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "task.cancel, 05",
        "subtask.cancel, 06 01",
        "thread.yield, 0c 01",
        "subtask.drop, 0d",
        "waitable-set.new, 1f",
        "waitable-set.drop, 22",
        "waitable.join, 23",
        "backpressure.inc, 24",
        "backpressure.dec, 25",
        "thread.index, 26",
        "thread.resume-later, 28",
        "thread.suspend, 29 00",
        "thread.suspend-then-resume, 2a 00",
        "thread.yield-then-resume, 2b 00",
        "thread.suspend-then-promote, 2c 00",
        "thread.yield-then-promote, 2d 00",
        "error-context.drop, 1e"
    })
    void builtInsForAsynchronyAreReadByName(String name, String bytes) {
        byte[] content = HexFormat.ofDelimiter(" ").parseHex("01 " + bytes);

        assertThat(decode(Bytes.component().section(8, new Bytes().bytes(content))))
                .extracting(d -> ((Definition.Canonical) d).definition())
                .satisfiesExactly(definition -> assertThat(definition)
                        .isInstanceOfSatisfying(CanonicalDefinition.Plain.class, plain -> assertThat(plain.name())
                                .isEqualTo(name)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"0x0c, thread.yield", "0x06, subtask.cancel", "0x20, waitable-set.wait"})
    void aMarkIsZeroOrOne(String opcode, String name) {
        assertThatThrownBy(() -> decodeSection(8, 1, Integer.decode(opcode), 2, 0))
                .as(name)
                .hasMessageStartingWith("found 0x02, which is no mark of an optional");
    }

    /** A `sub` that others may extend has the byte of a core module type; where both can stand, it is marked. */
    @Test
    void aCoreSubtypeIsMarkedWhereAModuleTypeCanStand() {
        var function = new CoreType.Function(List.of(), List.of());

        assertThat(decodeSection(3, 2, 0x00, 0x50, 0, 0x60, 0, 0, 0x60, 0, 0))
                .extracting(d -> ((CoreDefType.Group) ((Definition.CoreType) d).type())
                        .members()
                        .getFirst())
                .containsExactly(
                        new CoreDefType.Member(
                                12, true, List.of(), CoreDefType.Kind.FUNCTION, List.of(), Optional.of(function)),
                        new CoreDefType.Member(
                                17, false, List.of(), CoreDefType.Kind.FUNCTION, List.of(), Optional.of(function)));
    }

    @Test
    void coreTypesOfOneGroupAreReadTogether() {
        // struct { ref null 1 }, array of i8, function from ref 0 to anyref
        var types =
                new Bytes().raw(1, 0x4e, 3, 0x5f, 1, 0x63, 0x01, 0x00, 0x5e, 0x78, 0x01, 0x60, 1, 0x64, 0x00, 1, 0x6e);
        var group = (CoreDefType.Group) ((Definition.CoreType)
                        decode(Bytes.component().section(3, types)).getFirst())
                .type();

        assertThat(group.members())
                .extracting(CoreDefType.Member::kind, CoreDefType.Member::references, CoreDefType.Member::function)
                .containsExactly(
                        tuple(CoreDefType.Kind.STRUCT, List.of(1), Optional.empty()),
                        tuple(CoreDefType.Kind.ARRAY, List.of(), Optional.empty()),
                        tuple(CoreDefType.Kind.FUNCTION, List.of(0), Optional.empty()));
    }

    @Test
    void canonicalOptionsAreKeptInOrder() {
        assertThat(decodeSection(8, 2, 0x00, 0x00, 1, 4, 0x01, 0x03, 0, 0x04, 2, 0x05, 3, 6, 0x01, 0x00, 7, 0))
                .containsExactly(
                        new Definition.Canonical(
                                11,
                                new CanonicalDefinition.Lift(
                                        1,
                                        List.of(
                                                CanonicalOption.Encoding.UTF16,
                                                new CanonicalOption.Memory(0),
                                                new CanonicalOption.Realloc(2),
                                                new CanonicalOption.PostReturn(3)),
                                        6)),
                        new Definition.Canonical(23, new CanonicalDefinition.Lower(7, List.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "0x40, canon thread.spawn-ref",
        "0x41, canon thread.spawn-indirect",
        "0x42, canon thread.available-parallelism"
    })
    void whatThisRuntimeCannotDoIsRefusedByName(String opcode, String name) {
        assertThatThrownBy(() -> decodeSection(8, 1, Integer.decode(opcode)))
                .hasMessage("the component uses " + name + ", which this runtime does not support");
    }

    @ParameterizedTest
    @CsvSource({"9, a start section", "12, a value section"})
    void sectionsThatThisRuntimeCannotReadAreRefusedByName(int id, String name) {
        assertThatThrownBy(() -> decodeSection(id, 0))
                .hasMessage("the component uses " + name + ", which this runtime does not support");
    }

    @Test
    void anUnknownSectionIsRefusedWithItsPlace() {
        assertThatThrownBy(() -> decodeSection(13))
                .isInstanceOfSatisfying(BinaryException.class, e -> assertThat(e.text())
                        .isEqualTo("section id 13 is unknown at byte 0x8"));
    }
}
