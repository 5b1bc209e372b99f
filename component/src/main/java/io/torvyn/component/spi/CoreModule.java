package io.torvyn.component.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled core module. Immutable; instantiated as often as wanted, by any thread. */
public interface CoreModule {
    List<Import> imports();

    List<Export> exports();

    /** Whether making an instance runs code of the module. */
    boolean hasStart();

    /**
     * Makes an instance and runs its start function, which heeds interruptions.
     *
     * @param arguments one for each of {@link #imports()}, in that order
     * @throws CoreLinkException when an argument does not fit its import
     * @throws RuntimeException what {@link CoreEngine#trap} understands, when initialisation traps
     */
    CoreInstance instantiate(List<? extends CoreExtern> arguments, CoreLimits limits);

    /**
     * The same for an instance that shares its limits with others.
     *
     * @param fuel of this module's engine; null: what is executed is not limited
     * @param stack of this module's engine; null: it has one of its own
     */
    default CoreInstance instantiate(
            List<? extends CoreExtern> arguments,
            CoreLimits limits,
            @Nullable CoreFuel fuel,
            @Nullable CoreStack stack) {
        return instantiate(arguments, limits);
    }

    /** Compiled code to be kept on disk; null when there is nothing worth keeping. */
    byte @Nullable [] serialize();

    /** How its functions are run now. */
    Execution execution();

    /**
     * Runs {@code action} when there is compiled code: at once if it is there already, in another thread if it is yet to
     * come, never if nothing is compiled.
     */
    void whenCompiled(Runnable action);

    /** The name of a function for backtraces, from the module's name section or exports; null when it has none. */
    @Nullable
    String functionName(int index);

    /**
     * How the functions of a module are run.
     *
     * @param strategy what was asked for
     * @param compiled whether compiled code runs; under {@link CoreEngine.Strategy#TIERED} false at first and true later
     * @param interpreted functions that are interpreted all the same, being too large to be compiled
     */
    record Execution(CoreEngine.Strategy strategy, boolean compiled, List<Interpreted> interpreted) {
        public Execution {
            interpreted = List.copyOf(interpreted);
        }
    }

    /**
     * A function that is interpreted.
     *
     * @param index among all of its functions, those that it imports being first
     * @param name as {@link #functionName} has it, else {@code func[index]}
     */
    record Interpreted(int index, String name) {}

    record Import(String module, String name, CoreType type) {}

    record Export(String name, CoreType type) {}
}
