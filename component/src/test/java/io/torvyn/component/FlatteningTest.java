package io.torvyn.component;

import static io.torvyn.component.spi.CoreType.Value.F32;
import static io.torvyn.component.spi.CoreType.Value.F64;
import static io.torvyn.component.spi.CoreType.Value.I32;
import static io.torvyn.component.spi.CoreType.Value.I64;
import static org.assertj.core.api.Assertions.assertThat;

import io.torvyn.component.spi.CoreType;
import io.torvyn.contracts.FunctionType;
import io.torvyn.contracts.ValueType;
import io.torvyn.contracts.ValueType.Primitive;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlatteningTest {
    @ParameterizedTest(name = "{0} with {1} is {2}")
    @CsvSource({
        "U32,U8,I32",
        "F32,F32,F32",
        "F32,U32,I32",
        "U32,F32,I32",
        "U64,U32,I64",
        "F64,F64,F64",
        "F64,F32,I64",
        "F64,U64,I64",
        "F64,U32,I64"
    })
    void casesShareACoreTypeThatCarriesBoth(Primitive a, Primitive b, CoreType.Value joined) {
        assertThat(Flattening.of(new ValueType.ResultType(Optional.of(a), Optional.of(b))))
                .containsExactly(I32, joined);
    }

    @Test
    void longerCasesExtendTheShorterOnes() {
        var type = new ValueType.VariantType(List.of(
                new ValueType.Case("none", Optional.empty()),
                new ValueType.Case("real", Optional.of(Primitive.F32)),
                new ValueType.Case("name", Optional.of(Primitive.STRING)),
                new ValueType.Case(
                        "pair", Optional.of(new ValueType.TupleType(List.of(Primitive.F64, Primitive.F64))))));
        assertThat(Flattening.of(type)).containsExactly(I32, I64, I64);
    }

    @Test
    void oneFlatResultIsReturned() {
        Flattening flattening = Flattening.of(new FunctionType(List.of(), Optional.of(Primitive.F64)));
        assertThat(flattening.resultInMemory()).isFalse();
        assertThat(flattening.lifted()).isEqualTo(new CoreType.Function(List.of(), List.of(F64)));
        assertThat(flattening.lowered()).isEqualTo(flattening.lifted());
    }

    @Test
    void moreThanOneFlatResultGoesThroughMemory() {
        Flattening flattening =
                Flattening.of(new FunctionType(parameters(1, Primitive.F32), Optional.of(Primitive.STRING)));
        assertThat(flattening.lifted()).isEqualTo(new CoreType.Function(List.of(F32), List.of(I32)));
        assertThat(flattening.lowered()).isEqualTo(new CoreType.Function(List.of(F32, I32), List.of()));
    }

    @Test
    void sixteenFlatParametersArePassedAndSeventeenGoThroughMemory() {
        Flattening sixteen = Flattening.of(new FunctionType(parameters(16, Primitive.U64), Optional.empty()));
        assertThat(sixteen.lowered().parameters()).isEqualTo(Collections.nCopies(16, I64));
        assertThat(sixteen.parametersInMemory()).isFalse();

        Flattening seventeen = Flattening.of(new FunctionType(parameters(17, Primitive.U64), Optional.empty()));
        assertThat(seventeen.lowered().parameters()).containsExactly(I32);
        assertThat(seventeen.parametersInMemory()).isTrue();
    }

    @Test
    void aListOfFixedLengthIsPassedElementByElement() {
        assertThat(Flattening.of(new ValueType.FixedListType(Primitive.STRING, 2)))
                .containsExactly(I32, I32, I32, I32);
    }

    /** What is passed through memory anyway is not written out first. */
    @Test
    void aHugeListOfFixedLengthGoesThroughMemory() {
        var huge = new ValueType.OptionType(new ValueType.FixedListType(Primitive.U8, 1 << 27));

        assertThat(Flattening.of(new FunctionType(parameters(1, huge), Optional.of(huge)))
                        .lifted())
                .isEqualTo(new CoreType.Function(List.of(I32), List.of(I32)));
    }

    @Test
    void fourFlatParametersArePassedToAnAsyncLoweringAndFiveGoThroughMemory() {
        var four = new FunctionType(parameters(4, Primitive.U64), Optional.of(Primitive.U8), true);
        var five = new FunctionType(parameters(5, Primitive.U64), Optional.empty(), true);

        assertThat(Flattening.asyncLowered(four))
                .isEqualTo(new CoreType.Function(List.of(I64, I64, I64, I64, I32), List.of(I32)));
        assertThat(Flattening.asyncLowered(five)).isEqualTo(new CoreType.Function(List.of(I32), List.of(I32)));
    }

    @Test
    void anAsyncLiftReturnsACodeWhenItHasACallbackAndNothingElse() {
        var type = new FunctionType(parameters(1, Primitive.F32), Optional.of(Primitive.STRING), true);

        assertThat(Flattening.asyncLifted(type, true)).isEqualTo(new CoreType.Function(List.of(F32), List.of(I32)));
        assertThat(Flattening.asyncLifted(type, false)).isEqualTo(new CoreType.Function(List.of(F32), List.of()));
    }

    private static List<ValueType.Field> parameters(int count, ValueType type) {
        return Collections.nCopies(count, new ValueType.Field("p", type));
    }
}
