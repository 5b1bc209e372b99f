package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The contracts are what other people's components are built against: a change here breaks them. */
class ContractsTest {
    private static FunctionType function(String owner, String name) {
        return Contracts.packages()
                .findInterface(owner)
                .orElseThrow()
                .componentFunctions()
                .get(name);
    }

    private static WitWorld world(String name) {
        return Contracts.packages().findWorld(name).orElseThrow();
    }

    private static List<String> names(List<WitWorld.Item> items) {
        return items.stream().map(WitWorld.Item::name).toList();
    }

    @Test
    void everyFileThatComesWithTheModuleIsListed() throws IOException, URISyntaxException {
        Path folder = Path.of(Contracts.class.getResource("wit").toURI());
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> folder.relativize(file).toString().replace('\\', '/')))
                    .containsExactlyInAnyOrderElementsOf(Contracts.sources().keySet());
        }
    }

    @Test
    void theFivePackagesResolve() {
        assertThat(Contracts.packages().roots())
                .extracting(WitPackage::name)
                .containsExactlyInAnyOrder(
                        "torvyn:streaming@0.1.0",
                        "torvyn:filtering@0.1.0",
                        "torvyn:aggregation@0.1.0",
                        "torvyn:capabilities@0.1.0",
                        "pureflow:batch@0.1.0");
    }

    @Test
    void aBufferIsReadByBorrowAndFrozenIntoAnOwnedOne() {
        WitInterface types = Contracts.packages()
                .findInterface("torvyn:streaming/types@0.1.0")
                .orElseThrow();
        ResourceType buffer = types.type("buffer").orElseThrow().resourceType();
        ResourceType mutable = types.type("mutable-buffer").orElseThrow().resourceType();

        assertThat(types.componentFunctions())
                .containsEntry(
                        "[method]buffer.read",
                        new FunctionType(
                                List.of(
                                        new ValueType.Field("self", new ValueType.Borrow(buffer)),
                                        new ValueType.Field("offset", ValueType.Primitive.U64),
                                        new ValueType.Field("len", ValueType.Primitive.U64)),
                                Optional.of(new ValueType.ListType(ValueType.Primitive.U8))))
                .containsEntry(
                        "[method]mutable-buffer.freeze",
                        new FunctionType(
                                List.of(new ValueType.Field("self", new ValueType.Borrow(mutable))),
                                Optional.of(new ValueType.Own(buffer))))
                .hasSize(14);
    }

    @Test
    void whatIsUsedElsewhereIsTheSameResource() {
        ResourceType buffer = Contracts.packages()
                .findInterface("torvyn:streaming/types")
                .orElseThrow()
                .type("buffer")
                .orElseThrow()
                .resourceType();
        FunctionType evaluate = function("torvyn:filtering/filter@0.1.0", "evaluate");
        ValueType element = evaluate.parameters().getFirst().type();

        assertThat(((ValueType.RecordType) element).fields())
                .contains(new ValueType.Field("payload", new ValueType.Borrow(buffer)));
        assertThat(function("torvyn:streaming/sink@0.1.0", "push")
                        .parameters()
                        .getFirst()
                        .type())
                .isEqualTo(element);
    }

    @Test
    void worldsHaveTheirImportsAndExports() {
        assertThat(names(world("torvyn:streaming/data-source@0.1.0").imports()))
                .containsExactly("torvyn:streaming/types@0.1.0", "torvyn:streaming/buffer-allocator@0.1.0");
        assertThat(names(world("data-sink").exports()))
                .containsExactly("torvyn:streaming/sink@0.1.0", "torvyn:streaming/lifecycle@0.1.0");
        assertThat(names(world("torvyn:filtering/content-filter").imports()))
                .containsExactly("torvyn:streaming/types@0.1.0");
        assertThat(names(world("torvyn:aggregation/stream-aggregator").exports()))
                .containsExactly("torvyn:aggregation/aggregator@0.1.0", "torvyn:streaming/lifecycle@0.1.0");
        assertThat(world("pureflow:batch/pureflow-node").imports()).isEmpty();
    }

    @Test
    void documentationComesAlong() {
        WitInterface types =
                Contracts.packages().findInterface("torvyn:streaming/types").orElseThrow();

        assertThat(types.type("buffer").orElseThrow().docs())
                .startsWith("Read-only bytes that live in host memory and are reached by handle.\nContent");
    }
}
