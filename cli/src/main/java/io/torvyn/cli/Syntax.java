package io.torvyn.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The options and arguments of a command. They are declared by calls: to read picocli's annotations the JDK makes a class
 * for each of them in every start, which was a quarter of the time of a small flow.
 */
final class Syntax {
    private final CommandSpec spec;
    private int arguments;

    Syntax(CommandSpec spec) {
        this.spec = spec;
    }

    /** What may be said once, and what was, when the command line has been read. */
    static final class Value<T> {
        private final ArgSpec spec;
        private final Class<T> type;

        private Value(ArgSpec spec, Class<T> type) {
            this.spec = spec;
            this.type = type;
        }

        @Nullable
        T value() {
            return type.cast(spec.getValue());
        }

        /** Of what has to be said. */
        T needed() {
            return Objects.requireNonNull(value(), "picocli refuses a command line without it");
        }

        Optional<T> said() {
            return Optional.ofNullable(value());
        }

        T orElse(T other) {
            T said = value();
            return said == null ? other : said;
        }
    }

    /** What is said or not. */
    static final class Flag {
        private final ArgSpec spec;

        private Flag(ArgSpec spec) {
            this.spec = spec;
        }

        boolean isSet() {
            return Boolean.TRUE.equals(spec.getValue());
        }
    }

    /** What may be said several times. */
    static final class Words {
        private final ArgSpec spec;

        private Words(ArgSpec spec) {
            this.spec = spec;
        }

        List<String> said() {
            return spec.getValue();
        }
    }

    <T> Value<T> option(Class<T> type, String name, String label, String description) {
        return option(type, OptionSpec.builder(name).paramLabel(label).description(description));
    }

    /** An option that is more than its name, its label and its description. */
    <T> Value<T> option(Class<T> type, OptionSpec.Builder builder) {
        return new Value<>(add(builder.type(type)), type);
    }

    Flag flag(String name, String description) {
        return flag(OptionSpec.builder(name).description(description));
    }

    Flag flag(OptionSpec.Builder builder) {
        return new Flag(add(builder.type(boolean.class)));
    }

    /** Flags of which one may be said. */
    List<Flag> oneOf(OptionSpec.Builder... builders) {
        var group = ArgGroupSpec.builder();
        List<Flag> flags = new ArrayList<>();
        for (OptionSpec.Builder builder : builders) {
            OptionSpec option = builder.type(boolean.class).build();
            group.addArg(option);
            flags.add(new Flag(option));
        }
        spec.addArgGroup(group.build());
        return flags;
    }

    Words options(String name, String label, String description) {
        return new Words(add(OptionSpec.builder(name)
                .paramLabel(label)
                .description(description)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .initialValue(List.of())));
    }

    /** An argument that may be left out. */
    <T> Value<T> argument(Class<T> type, String label, String description) {
        return argument(type, label, description, false);
    }

    <T> Value<T> neededArgument(Class<T> type, String label, String description) {
        return argument(type, label, description, true);
    }

    private <T> Value<T> argument(Class<T> type, String label, String description, boolean isNeeded) {
        PositionalParamSpec argument = PositionalParamSpec.builder()
                .index(Integer.toString(arguments++))
                .arity(isNeeded ? "1" : "0..1")
                .required(isNeeded)
                .paramLabel(label)
                .description(description)
                .type(type)
                .build();
        spec.addPositional(argument);
        return new Value<>(argument, type);
    }

    /** All arguments that follow. */
    Words arguments(String label, String description) {
        PositionalParamSpec argument = PositionalParamSpec.builder()
                .index(arguments + "..*")
                .arity("0..*")
                .paramLabel(label)
                .description(description)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .initialValue(List.of())
                .build();
        spec.addPositional(argument);
        return new Words(argument);
    }

    private OptionSpec add(OptionSpec.Builder builder) {
        OptionSpec option = builder.build();
        spec.addOption(option);
        return option;
    }
}
