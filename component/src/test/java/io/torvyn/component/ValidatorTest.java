package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.binary.BinaryException;
import io.torvyn.component.binary.Bytes;
import io.torvyn.component.binary.ComponentDecoder;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ResourceType;
import io.torvyn.contracts.ValueType;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The remarks on validation in Binary.md and Explainer.md, one fixture for each. */
class ValidatorTest {
    static List<String> valid() {
        return Fixtures.in("valid");
    }

    static List<String> invalid() {
        return Fixtures.in("invalid");
    }

    private static Plan validate(byte[] wasm) {
        return Validator.validate(wasm, ComponentDecoder.decode(wasm)).plan();
    }

    private static ExternType.InstanceType importedInstance(Plan plan, String name) {
        return ((ExternType.Instance) plan.type().imports().get(name)).type();
    }

    private static FunctionType function(ExternType type) {
        return ((ExternType.Function) type).type();
    }

    private static ResourceType resource(ExternType type) {
        return ((ExternType.Resource) type).type();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("valid")
    void soundComponentsAreAccepted(String name) {
        validate(Fixtures.binary(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("invalid")
    void eachBrokenRuleIsNamedWithAPlaceInTheFile(String name) {
        byte[] wasm = Fixtures.binary(name);

        assertThatThrownBy(() -> validate(wasm)).isInstanceOfSatisfying(BinaryException.class, e -> {
            assertThat(e).hasMessageContaining(Fixtures.brokenRule(name));
            assertThat(e.offset()).isBetween(8, wasm.length);
        });
    }

    @Test
    void functionsOfOuterComponentsCannotBeAliased() {
        byte[] wasm = Bytes.component()
                .section(6, new Bytes().raw(1, 0x01, 0x02, 0, 0))
                .toArray();

        assertThatThrownBy(() -> validate(wasm)).hasMessage("a function of an outer component cannot be aliased");
    }

    @Test
    void aResourceUsedThroughTwoInterfacesIsOneResource() {
        Plan plan = validate(Fixtures.binary("valid/imported-resource"));
        ExternType.InstanceType types = importedInstance(plan, "test:host/types@0.1.0");
        ExternType.InstanceType open = importedInstance(plan, "test:host/open@0.1.0");
        ResourceType file = resource(types.exports().get("file"));

        assertThat(plan.type().importedResources()).containsExactly(file);
        assertThat(resource(open.exports().get("file"))).isEqualTo(file);
        assertThat(function(types.exports().get("[method]file.size")))
                .isEqualTo(new FunctionType(
                        List.of(new ValueType.Field("self", new ValueType.Borrow(file))),
                        Optional.of(ValueType.Primitive.U64)));
        assertThat(function(open.exports().get("open")).result())
                .contains(new ValueType.ResultType(
                        Optional.of(new ValueType.Own(file)),
                        Optional.of(new ValueType.EnumType(List.of("missing", "denied")))));
        assertThat(function(plan.type().exports().get("pass")).result()).contains(new ValueType.Own(file));
    }

    @Test
    void aResourceOfTheComponentItselfIsExportedUnderItsName() {
        Plan plan = validate(Fixtures.binary("valid/own-resource"));
        var counters = ((ExternType.Instance) plan.type().exports().get("test:guest/counters")).type();
        ResourceType counter = resource(counters.exports().get("counter"));

        assertThat(plan.type().exportedResources()).containsExactly(counter);
        assertThat(function(counters.exports().get("[constructor]counter")).result())
                .contains(new ValueType.Own(counter));
    }

    @Test
    void everyTypeConstructorIsResolved() {
        ExternType.InstanceType all =
                importedInstance(validate(Fixtures.binary("valid/types")), "test:host/all@1.0.0-rc.1");

        assertThat(TypeText.of(function(all.exports().get("[constructor]res"))))
                .isEqualTo("func(from: option<list<tuple<s32, u32, s64, u64, f32, f64, char>>>) -> res");
        assertThat(TypeText.of(function(all.exports().get("[method]res.get"))))
                .isEqualTo("func(self: borrow<res>, n: result) -> result<variant { none, text(string), rec(record {"
                        + " a: bool, b: s8, c: u8, d: s16, e: u16 }) }>");
        assertThat(TypeText.of(function(all.exports().get("[static]res.make"))))
                .isEqualTo("func(e: result<_, flags { one, two-2, THREE }>) -> result<enum { left, right }, string>");
    }

    @Test
    void instancesOfOneComponentHaveResourcesOfTheirOwn() {
        Plan plan = validate(Fixtures.binary("valid/nested"));

        assertThat(plan.steps().stream()
                        .filter(Step.Instantiate.class::isInstance)
                        .map(step -> ((Step.Instantiate) step).type().exports().get("token"))
                        .filter(ExternType.Resource.class::isInstance)
                        .map(ValidatorTest::resource))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }
}
