package io.torvyn.specsuite;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One command of a script, as {@code json-from-wast} writes it. */
sealed interface Command {
    /** In the {@code .wast} file. */
    int line();

    /** Its name in a script: {@code assert_return}. */
    String type();

    /** A file that belongs to the script; of text where it has no binary. */
    record Input(Path path) {}

    /** {@code (component ...)}: defines it and makes an instance of it. */
    record Module(int line, @Nullable String name, Input input) implements Command {
        @Override
        public String type() {
            return "module";
        }
    }

    /** {@code (component definition ...)}. */
    record ModuleDefinition(int line, @Nullable String name, Input input) implements Command {
        @Override
        public String type() {
            return "module_definition";
        }
    }

    /** @param module the definition; null for the last one */
    record ModuleInstance(
            int line, @Nullable String instance, @Nullable String module) implements Command {
        @Override
        public String type() {
            return "module_instance";
        }
    }

    /** @param name of the instance; null for the last one */
    record Register(int line, @Nullable String name, String as) implements Command {
        @Override
        public String type() {
            return "register";
        }
    }

    /** {@code assert_invalid} and {@code assert_malformed}: it is refused before anything of it runs. */
    record AssertRefused(int line, String type, Input input, String text) implements Command {}

    record AssertUnlinkable(int line, Input input, String text) implements Command {
        @Override
        public String type() {
            return "assert_unlinkable";
        }
    }

    /** Its instantiation traps. */
    record AssertUninstantiable(int line, Input input, String text) implements Command {
        @Override
        public String type() {
            return "assert_uninstantiable";
        }
    }

    record Perform(int line, Action action) implements Command {
        @Override
        public String type() {
            return "action";
        }
    }

    record AssertReturn(int line, Action action, List<JsonNode> expected) implements Command {
        @Override
        public String type() {
            return "assert_return";
        }
    }

    /** {@code assert_trap} and {@code assert_exhaustion}. */
    record AssertTrap(int line, String type, Action action, String text) implements Command {}

    /** What means something to other hosts only: threads, exceptions of core modules, what comes in the future. */
    record Unknown(int line, String type) implements Command {}

    /** What a script does with an instance. */
    sealed interface Action {
        /** Name of the instance; null for the last one. */
        @Nullable
        String module();

        String field();

        record Invoke(@Nullable String module, String field, List<JsonNode> arguments) implements Action {}

        /** Reads a global of a core module. */
        record Get(@Nullable String module, String field) implements Action {}
    }
}
