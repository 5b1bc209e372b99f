package io.torvyn.engine.endive;

import static io.torvyn.engine.endive.Fixture.ENGINE;
import static io.torvyn.engine.endive.Fixture.LIMITS;
import static io.torvyn.engine.endive.Fixture.call;
import static io.torvyn.engine.endive.Fixture.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.spi.CoreEngine.Strategy;
import io.torvyn.component.spi.CoreInstance;
import io.torvyn.component.spi.CoreLinkException;
import io.torvyn.component.spi.CoreModule;
import io.torvyn.component.spi.CoreType;
import io.torvyn.component.spi.HostFunction;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostFunctionsTest {
    /** Private to this test, so that adapters have to do without seeing the class. */
    private static final class Host {
        private final List<Object> seen = new ArrayList<>();
        private final int added;

        Host(int added) {
            this.added = added;
        }

        void nothing() {
            seen.add("nothing");
        }

        int giveI32() {
            return -added;
        }

        int i32(int value) {
            return value + added;
        }

        long i64(long value) {
            return value + added;
        }

        float f32(float value) {
            return value + added;
        }

        double f64(double value) {
            return value + added;
        }

        double mixed(int a, long b, float c, double d) {
            return a + b + (double) c + d + added;
        }

        void take(long a, double b, int c) {
            seen.addAll(List.of(a, b, c));
        }

        long many(
                int a,
                long b,
                float c,
                double d,
                int e,
                long f,
                float g,
                double h,
                int i,
                long j,
                float k,
                double l,
                int m,
                long n,
                float o,
                double p) {
            seen.addAll(List.of(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p));
            return Long.MIN_VALUE + added;
        }
    }

    private static final List<MethodHandle> TARGETS = targets();

    private static List<MethodHandle> targets() {
        try {
            var lookup = MethodHandles.lookup();
            var targets = new ArrayList<MethodHandle>();
            for (String name : List.of("nothing", "giveI32", "i32", "i64", "f32", "f64", "mixed", "take", "many")) {
                for (var method : Host.class.getDeclaredMethods()) {
                    if (method.getName().equals(name)) {
                        targets.add(lookup.unreflect(method));
                    }
                }
            }
            return targets;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static CoreInstance instance(CoreModule module, Host host) {
        var arguments = new ArrayList<HostFunction>();
        for (int i = 0; i < TARGETS.size(); i++) {
            var type = (CoreType.Function) module.imports().get(i).type();
            arguments.add(new HostFunction(type, TARGETS.get(i), host));
        }
        return module.instantiate(arguments, LIMITS);
    }

    @ParameterizedTest
    @EnumSource
    void valuesOfEveryTypeCrossInBothDirections(Strategy strategy) throws Throwable {
        var host = new Host(3);
        var instance = instance(Fixture.module("host", strategy), host);

        call(instance, "nothing");
        assertThat(call(instance, "give-i32")).isEqualTo(-3);
        assertThat(call(instance, "i32", Integer.MIN_VALUE)).isEqualTo(Integer.MIN_VALUE + 4);
        assertThat(call(instance, "i64", Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE + 3);
        assertThat(call(instance, "f32", -0.5f)).isEqualTo(2.5f);
        assertThat(call(instance, "f64", Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(call(instance, "mixed", -1, 1L << 40, 0.5f, 0.25)).isEqualTo((1L << 40) + 2.75);
        call(instance, "take", -7L, 1e300, -8);
        assertThat(host.seen).containsExactly("nothing", -7L, 1e300, -8);

        host.seen.clear();
        Object[] many = {1, 2L, 3f, 4.0, -5, -6L, -7f, -8.0, 9, 10L, 11f, 12.0, -13, -14L, -15f, -16.0};
        assertThat(call(instance, "many", many)).isEqualTo(Long.MIN_VALUE + 3);
        assertThat(host.seen).containsExactly(many);
    }

    @ParameterizedTest
    @EnumSource
    void handlesAreOfExactlyTheCoreType(Strategy strategy) throws Throwable {
        var instance = instance(Fixture.module("host", strategy), new Host(1));
        MethodHandle handle = function(instance, "mixed").handle();

        assertThat(handle.type())
                .isEqualTo(MethodType.methodType(double.class, int.class, long.class, float.class, double.class));
        assertThat((double) handle.invokeExact(1, 2L, 3f, 4.0)).isEqualTo(11.0);
    }

    @ParameterizedTest
    @EnumSource
    void everyInstanceCallsItsOwnHost(Strategy strategy) throws Throwable {
        var module = Fixture.module("host", strategy);
        var one = instance(module, new Host(1));
        var ten = instance(module, new Host(10));

        assertThat(call(one, "i32", 0)).isEqualTo(2);
        assertThat(call(ten, "i32", 0)).isEqualTo(11);
        assertThat(call(one, "i32", 0)).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void anImportThatIsExportedAgainIsTheHostsFunction(Strategy strategy) throws Throwable {
        var instance = instance(Fixture.module("host", strategy), new Host(5));

        assertThat(call(instance, "imported", 2)).isEqualTo(7);
    }

    @Test
    void adaptersAreSharedByInstances() {
        var adapters = new HostAdapters();
        var type = new CoreType.Function(List.of(CoreType.Value.I32), List.of(CoreType.Value.I32));
        var one = adapters.adapt(new HostFunction(type, TARGETS.get(2), new Host(1)));
        var two = adapters.adapt(new HostFunction(type, TARGETS.get(2), new Host(2)));

        assertThat(one.prototype).isSameAs(two.prototype);
        assertThat(one.prototype.code()).isSameAs(two.prototype.code());
        assertThat(one.prototype.code().getClass().isHidden()).isTrue();
    }

    private static final class Thrower {
        static final MethodHandle FAIL = find();

        private static MethodHandle find() {
            try {
                return MethodHandles.lookup().findVirtual(Thrower.class, "fail", MethodType.methodType(void.class));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        void fail() {
            throw new IllegalStateException("the host's own");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatTheHostThrowsComesOutAsItIs(Strategy strategy) {
        var type = new CoreType.Function(List.of(), List.of());
        var module = Fixture.module("start", strategy);

        assertThatThrownBy(
                        () -> module.instantiate(List.of(new HostFunction(type, Thrower.FAIL, new Thrower())), LIMITS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the host's own")
                .satisfies(e -> assertThat(ENGINE.trap(e)).isNull());
    }

    @Test
    void anArgumentOfAnotherTypeDoesNotLink() {
        var module = Fixture.module("start", Strategy.BASELINE);
        var type = new CoreType.Function(List.of(CoreType.Value.I32), List.of(CoreType.Value.I32));

        assertThatThrownBy(
                        () -> module.instantiate(List.of(new HostFunction(type, TARGETS.get(2), new Host(1))), LIMITS))
                .isInstanceOf(CoreLinkException.class)
                .hasMessageContaining("import \"host\" \"started\"");
        assertThatThrownBy(() -> module.instantiate(List.of(), LIMITS)).isInstanceOf(CoreLinkException.class);
    }
}
