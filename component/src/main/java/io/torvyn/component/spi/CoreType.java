package io.torvyn.component.spi;

import java.lang.invoke.MethodType;
import java.util.List;

/** The type of something that core modules import and export (core specification, "External Types"). */
public sealed interface CoreType {
    /** The value types that cross the border of a component, and those that only cross between core modules. */
    enum Value {
        I32(int.class),
        I64(long.class),
        F32(float.class),
        F64(double.class),
        V128(Object.class),
        FUNCREF(Object.class),
        EXTERNREF(Object.class);

        private final Class<?> carrier;

        Value(Class<?> carrier) {
            this.carrier = carrier;
        }

        /** The Java type of such a value in a {@link MethodType}. */
        public Class<?> carrier() {
            return carrier;
        }
    }

    record Function(List<Value> parameters, List<Value> results) implements CoreType {
        public Function {
            parameters = List.copyOf(parameters);
            results = List.copyOf(results);
        }

        /**
         * The Java type of a handle to such a function.
         *
         * @throws IllegalStateException when there is more than one result
         */
        public MethodType methodType() {
            if (results.size() > 1) {
                throw new IllegalStateException("a core function with several results has no Java type: " + this);
            }
            Class<?> result =
                    results.isEmpty() ? void.class : results.getFirst().carrier();
            return MethodType.methodType(
                    result, parameters.stream().map(Value::carrier).toArray(Class<?>[]::new));
        }
    }

    /**
     * @param minimum pages of 64 KiB
     * @param maximum pages; -1 when there is none
     */
    record Memory(long minimum, long maximum, boolean shared, boolean memory64) implements CoreType {}

    /**
     * @param minimum elements
     * @param maximum elements; -1 when there is none
     */
    record Table(Value element, long minimum, long maximum) implements CoreType {}

    record Global(Value type, boolean mutable) implements CoreType {}

    /**
     * An exception tag.
     *
     * @param type its parameters are what an exception carries; it has no results
     */
    record Tag(Function type) implements CoreType {}
}
