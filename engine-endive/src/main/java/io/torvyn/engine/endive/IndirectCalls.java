package io.torvyn.engine.endive;

import org.jspecify.annotations.Nullable;
import run.endive.runtime.CallResult;
import run.endive.runtime.Instance;
import run.endive.wasm.WasmEngineException;
import run.endive.wasm.types.TypeSection;

/**
 * {@code call_indirect} where the table's element belongs to another instance (core specification, "Instructions",
 * {@code call_indirect}). Public only because compiled code stands outside this module.
 *
 * <p>Endive 1.0.0 takes the number that the caller's module gives to the type for a number of the callee's module. Here
 * the types themselves are compared, each in its own module, so that modules may number theirs as they like, whoever
 * made them and wherever their instances meet.
 */
@SuppressWarnings("exports") // for compiled code only, which sees Endive itself
public final class IndirectCalls {
    /*
     * Comparing structures takes some 50 ns, and the same few pairs of types meet over and over: wit-component has every
     * destructor called this way. Pairs that fit are remembered, one for each place of a table that nobody locks; an
     * entry is immutable, so whoever reads one reads all of it. What does not fit traps, and nobody waits for that.
     */
    private static final int REMEMBERED = 256;
    private static final @Nullable Fit[] FITS = new @Nullable Fit[REMEMBERED];

    /** A type of one module that may stand for a type of another. */
    private record Fit(TypeSection expected, int supertype, TypeSection actual, int subtype) {
        @SuppressWarnings("ReferenceEquality") // another section may be equal, and is compared then
        boolean is(TypeSection anExpected, int aSupertype, TypeSection anActual, int aSubtype) {
            return expected == anExpected && supertype == aSupertype && actual == anActual && subtype == aSubtype;
        }
    }

    private IndirectCalls() {}

    /** For compiled code, in place of Endive's own {@code callIndirect}, which does not know who calls. */
    public static long[] call(long[] arguments, int type, int function, Instance callee, Instance caller) {
        check(caller, type, callee, function);
        // wit-component's tables are filled by a module that has imported all that it puts there.
        return function < callee.imports().functionCount()
                ? callee.imports().function(function).handle().apply(callee, arguments)
                : callee.getMachine().call(function, arguments);
    }

    /** The same for types with references that Endive keeps beside the numbers. */
    public static CallResult callWithRefs(
            long[] arguments, Object[] references, int type, int function, Instance callee, Instance caller) {
        check(caller, type, callee, function);
        return callee.getMachine().callWithRefs(function, arguments, references);
    }

    /**
     * @param type as the caller's module numbers it
     * @param function as the callee's module numbers it
     * @throws WasmEngineException when the function is of another type
     */
    static void check(Instance caller, int type, Instance callee, int function) {
        TypeSection expected = caller.module().typeSection();
        TypeSection actual = callee.module().typeSection();
        int called = callee.functionType(function);
        int place = (System.identityHashCode(expected) * 31 + System.identityHashCode(actual) + type * 7 + called)
                & REMEMBERED - 1;
        Fit known = FITS[place];
        if (known != null && known.is(expected, type, actual, called)) {
            return;
        }
        if (!isSubtype(actual, called, expected, type)) {
            throw new WasmEngineException("indirect call type mismatch");
        }
        FITS[place] = new Fit(expected, type, actual, called);
    }

    private static boolean isSubtype(TypeSection actual, int subtype, TypeSection expected, int supertype) {
        if (TypeSection.crossModuleCanonicallyEquivalent(actual, subtype, expected, supertype)) {
            return true;
        }
        for (int declared : actual.getSubType(subtype).typeIdx()) { // a lower number each: validation sees to it
            if (isSubtype(actual, declared, expected, supertype)) {
                return true;
            }
        }
        return false;
    }
}
