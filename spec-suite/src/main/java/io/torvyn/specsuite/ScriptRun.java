package io.torvyn.specsuite;

import io.torvyn.component.Component;
import io.torvyn.component.EngineException;
import io.torvyn.component.EngineFailure;
import io.torvyn.component.ExportedFunction;
import io.torvyn.component.HostItem;
import io.torvyn.component.Imports;
import io.torvyn.component.Instance;
import io.torvyn.component.InstanceOptions;
import io.torvyn.component.Value;
import io.torvyn.component.spi.CoreEngine;
import io.torvyn.component.spi.CoreModuleException;
import io.torvyn.specsuite.Command.Action;
import io.torvyn.specsuite.Command.Input;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Runs the commands of one script, one after the other: components and instances of earlier ones are there for later
 * ones. Belongs to one thread.
 */
final class ScriptRun implements AutoCloseable {
    private static final Pattern AT_A_BYTE = Pattern.compile(" at byte 0x[0-9a-f]+$");

    private final CoreEngine engine;
    private final boolean validating;
    private final Map<String, Component> components = new HashMap<>();
    private final Map<String, Instance> instances = new HashMap<>();
    private final Imports registered = new Imports();
    private @Nullable Component lastComponent;
    private @Nullable Instance lastInstance;

    /**
     * @param validating false to take what a script says to be invalid or malformed for granted, which has to make
     *     these assertions fail
     */
    ScriptRun(CoreEngine engine, boolean validating) {
        this.engine = engine;
        this.validating = validating;
        new WasmtimeHost().offer(registered, engine);
    }

    /** Does what a command says. Whatever goes wrong is an outcome. */
    Outcome run(Command command) {
        try {
            return switch (command) {
                case Command.Module(int line, var name, var input) -> {
                    lastInstance = null;
                    define(name, input);
                    instantiate(name, component(name), line);
                    yield new Outcome.Passed();
                }
                case Command.ModuleDefinition(int _, var name, var input) -> {
                    define(name, input);
                    yield new Outcome.Passed();
                }
                case Command.ModuleInstance(int line, var instance, var module) -> {
                    lastInstance = null;
                    instantiate(instance, component(module), line);
                    yield new Outcome.Passed();
                }
                case Command.Register(int _, var name, var as) -> {
                    registered.add(as, new HostItem.Instance(instance(name).exports()));
                    yield new Outcome.Passed();
                }
                case Command.AssertRefused refused -> refused(refused);
                case Command.AssertUnlinkable(int line, var input, var _) -> unlinkable(load(input), line);
                case Command.AssertUninstantiable(int line, var input, var text) -> {
                    Component component = load(input);
                    yield traps(text, () -> instantiate(null, component, line));
                }
                case Command.Perform(int _, var action) -> {
                    perform(action);
                    yield new Outcome.Passed();
                }
                case Command.AssertReturn(int _, var action, var expected) ->
                    returned(JsonValues.readAll(expected), perform(action));
                case Command.AssertTrap(int _, var _, var action, var text) -> traps(text, () -> perform(action));
                case Command.Unknown(int _, var type) ->
                    new Outcome.Failed("this runner does not know the command '" + type + "'");
            };
        } catch (ScriptException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Outcome.Failed("a file cannot be read: " + e);
        } catch (RuntimeException | Error e) {
            return new Outcome.Failed(String.valueOf(e));
        }
    }

    /** A command that cannot be carried out. */
    private static final class ScriptException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ScriptException(String message) {
            super(message);
        }
    }

    private void define(@Nullable String name, Input input) throws IOException {
        lastComponent = null;
        if (name != null) {
            components.remove(name);
        }
        Component component = load(input);
        lastComponent = component;
        if (name != null) {
            components.put(name, component);
        }
    }

    private Component load(Input input) throws IOException {
        return Component.load(
                Files.readAllBytes(input.path()), input.path().getFileName().toString(), engine, STRATEGY);
    }

    private static final CoreEngine.Strategy STRATEGY = CoreEngine.Strategy.OPTIMIZED;

    private Component component(@Nullable String name) {
        Component found = name == null ? lastComponent : components.get(name);
        if (found == null) {
            throw new ScriptException(
                    name == null ? "the component before it was refused" : "the component $" + name + " was refused");
        }
        return found;
    }

    private Instance instance(@Nullable String name) {
        Instance found = name == null ? lastInstance : instances.get(name);
        if (found == null) {
            throw new ScriptException(
                    name == null ? "there is no instance before it" : "there is no instance $" + name);
        }
        return found;
    }

    private void instantiate(@Nullable String name, Component component, int line) {
        Instance instance = component.instantiate(registered, InstanceOptions.named("line " + line));
        lastInstance = instance;
        if (name != null) {
            instances.put(name, instance);
            registered.add(name, new HostItem.Instance(definitionsOf(instance)));
        }
    }

    /** What others can import from an instance under its own name: Wasmtime's suite does that. */
    private static Map<String, HostItem> definitionsOf(Instance instance) {
        Map<String, HostItem> definitions = new HashMap<>(instance.exports());
        definitions.values().removeIf(item -> !(item instanceof HostItem.Module || item instanceof HostItem.Resource));
        return definitions;
    }

    private Outcome refused(Command.AssertRefused refused) throws IOException {
        if (!validating) {
            return new Outcome.Failed("nobody looked at it; expected: " + refused.text());
        }
        try {
            load(refused.input());
        } catch (EngineException e) {
            return isByDecoderOrValidator(e)
                    ? new Outcome.Passed()
                    : new Outcome.Failed("refused otherwise than by decoding and validation: " + e.getMessage());
        }
        return new Outcome.Failed("it was not refused; expected: " + refused.text());
    }

    /** It names a byte, and was caused by nothing but what is wrong with the bytes. */
    private static boolean isByDecoderOrValidator(EngineException e) {
        Throwable decoding = e.getCause();
        return e.failure() instanceof EngineFailure.CompilationFailed(var reason, var _)
                && AT_A_BYTE.matcher(reason).find()
                && decoding != null
                && (decoding.getCause() == null
                        || decoding.getCause() instanceof CoreModuleException
                        || decoding.getCause() instanceof CharacterCodingException);
    }

    private Outcome unlinkable(Component component, int line) {
        try {
            component.instantiate(registered, InstanceOptions.named("line " + line));
        } catch (EngineException e) {
            return switch (e.failure()) {
                case EngineFailure.UnresolvedImport _, EngineFailure.TypeMismatch _ -> new Outcome.Passed();
                default -> new Outcome.Failed("it was linked, and failed later: " + e.getMessage());
            };
        }
        return new Outcome.Failed("it was linked");
    }

    private List<Value> perform(Action action) {
        return switch (action) {
            case Action.Invoke(var module, String field, var arguments) -> {
                ExportedFunction function = instance(module)
                        .exportedFunction(field)
                        .orElseThrow(() -> new ScriptException("the instance exports no function '" + field + "'"));
                Optional<Value> result = function.call(JsonValues.readAll(arguments));
                yield result.map(List::of).orElse(List.of());
            }
            case Action.Get(var _, String field) ->
                throw new ScriptException("'" + field + "' is a global of a core module, which no component exports");
        };
    }

    private static Outcome returned(List<Value> expected, List<Value> actual) {
        return expected.equals(actual)
                ? new Outcome.Passed()
                : new Outcome.Failed("expected " + expected + ", got " + actual);
    }

    private static Outcome traps(String expected, Runnable action) {
        try {
            action.run();
        } catch (EngineException e) {
            String trap = trap(e);
            return trap != null && trap.contains(expected)
                    ? new Outcome.Passed()
                    : new Outcome.Failed("expected the trap \"" + expected + "\", got: " + e.getMessage());
        }
        return new Outcome.Failed("expected the trap \"" + expected + "\", but there was none");
    }

    /** The trap as a script knows it; null when it is another failure. */
    private static @Nullable String trap(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof EngineException e) {
                switch (e.failure()) {
                    case EngineFailure.Trap trap -> {
                        return "wasm trap: " + trap.trapCode();
                    }
                    case EngineFailure.StackExhausted _ -> {
                        return "wasm trap: call stack exhausted";
                    }
                    default -> {}
                }
            }
        }
        return null;
    }

    /** Drops the instances. */
    @Override
    public void close() {
        instances.values().forEach(Instance::close);
    }
}
