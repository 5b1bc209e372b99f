package io.torvyn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.cli.Syntax.Flag;
import io.torvyn.cli.Syntax.Value;
import io.torvyn.cli.Syntax.Words;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.UnmatchedArgumentException;

class SyntaxTest {
    private final CommandSpec spec = CommandSpec.create().name("try");
    private final Syntax syntax = new Syntax(spec);

    private void read(String... arguments) {
        new CommandLine(spec).parseArgs(arguments);
    }

    @Test
    void whatIsNotSaidIsNull() {
        Value<Path> file = syntax.option(Path.class, "--file", "FILE", "a file");
        Flag flag = syntax.flag("--flag", "a flag");
        Words words = syntax.options("--word", "WORD", "a word");
        Value<String> argument = syntax.argument(String.class, "ARGUMENT", "an argument");
        read();

        assertThat(file.value()).isNull();
        assertThat(file.orElse(Path.of("other"))).isEqualTo(Path.of("other"));
        assertThat(flag.isSet()).isFalse();
        assertThat(words.said()).isEmpty();
        assertThat(argument.said()).isEmpty();
    }

    @Test
    void whatIsSaidIsOfItsType() {
        Value<Path> file = syntax.option(Path.class, "--file", "FILE", "a file");
        Value<Long> number = syntax.option(Long.class, "--number", "N", "a number");
        Flag flag = syntax.flag("--flag", "a flag");
        Words words = syntax.options("--word", "WORD", "a word");
        Value<String> first = syntax.neededArgument(String.class, "FIRST", "an argument");
        Words rest = syntax.arguments("REST", "the others");
        read("--file", "a", "--word", "b", "--flag", "--number=7", "c", "--word=d", "e", "f");

        assertThat(file.value()).isEqualTo(Path.of("a"));
        assertThat(number.value()).isEqualTo(7);
        assertThat(flag.isSet()).isTrue();
        assertThat(words.said()).isEqualTo(List.of("b", "d"));
        assertThat(first.needed()).isEqualTo("c");
        assertThat(rest.said()).isEqualTo(List.of("e", "f"));
    }

    @Test
    void anArgumentThatIsNeededIsAskedFor() {
        syntax.neededArgument(String.class, "FILE", "a file");

        assertThatThrownBy(this::read)
                .isInstanceOf(MissingParameterException.class)
                .hasMessageContaining("FILE");
    }

    @Test
    void oneArgumentTooManyIsRefused() {
        syntax.argument(String.class, "FIRST", "an argument");

        assertThatThrownBy(() -> read("a", "b")).isInstanceOf(UnmatchedArgumentException.class);
    }

    @Test
    void ofFlagsThatExcludeEachOtherOneMayBeSaid() {
        List<Flag> flags = syntax.oneOf(
                OptionSpec.builder("--more").description("more"),
                OptionSpec.builder("--less").description("less"));
        read("--less");
        assertThat(flags).extracting(Flag::isSet).containsExactly(false, true);

        assertThatThrownBy(() -> read("--more", "--less")).isInstanceOf(MutuallyExclusiveArgsException.class);
    }
}
