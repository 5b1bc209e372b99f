package io.torvyn.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.torvyn.component.binary.BinaryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Explainer.md, "Import and Export Definitions" and "Name Uniqueness". */
class ExternNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a-b-c",
                "a1-2-3",
                "A",
                "A-B-C",
                "A1-2-3",
                "a11-w0rds",
                "A11-4CR0NYMS",
                "m1x3d-4CR0NYMS",
                "is-XML"
            })
    void labelsAreKebabCase(String name) {
        assertThat(ExternName.parse(0, name)).isInstanceOf(ExternName.Label.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "wasi:io/streams",
                "wasi:io/streams@0.2.0",
                "a-b:c-d/e-F@1.2.3-rc.1+build.5",
                "wasi:http/types@0.2",
                "wasi:http/types@2",
                "a:b/c@0.0.1"
            })
    void interfacesHaveNamespacePackageAndPerhapsAVersion(String name) {
        assertThat(ExternName.parse(0, name)).isInstanceOf(ExternName.Interface.class);
    }

    @Test
    void annotatedNamesKnowTheirResource() {
        assertThat(ExternName.parse(0, "[constructor]my-file"))
                .isEqualTo(new ExternName.Constructor("[constructor]my-file", "my-file"));
        assertThat(ExternName.parse(0, "[method]my-file.read-all"))
                .isEqualTo(new ExternName.Method("[method]my-file.read-all", "my-file", "read-all"));
        assertThat(ExternName.parse(0, "[static]my-file.open"))
                .isEqualTo(new ExternName.Static("[static]my-file.open", "my-file", "open"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-2-3",
                "a_b",
                "a--b",
                "-a",
                "a-",
                "aB",
                "a:b",
                "a:b/c@",
                "a:b/c@01.2.3",
                "a:b/c@1.2.3-",
                "A:b/c",
                "[method]a",
                "[method]a.",
                "[constructor]",
                "[drop]a",
                "[method",
                "a.b",
                "ä"
            })
    void otherNamesAreRefused(String name) {
        assertThatThrownBy(() -> ExternName.parse(7, name))
                .isInstanceOf(BinaryException.class)
                .hasMessageContaining("is no valid name of an import or export");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b/c/d", "a:b:c/d", "a:b:c/d/e@1.2.3"})
    void nestedNamesAreRefusedAsWhatTheyAre(String name) {
        assertThatThrownBy(() -> ExternName.parse(7, name))
                .hasMessageStartingWith("the component uses the nested name \"" + name + "\"");
    }

    @Test
    void aNameThatIsFarTooLongIsRefusedBeforeItIsLookedAt() {
        assertThatThrownBy(() -> ExternName.parse(7, "a-".repeat(40_000)))
                .hasMessage("the name of an import or export has 80000 characters; at most 2000 are allowed");
    }

    @ParameterizedTest
    @CsvSource({
        "foo, FOO",
        "foo-bar, foo-BAR",
        "[constructor]foo, [constructor]FOO",
        "[method]foo.bar, [method]foo.BAR",
        "[method]foo.bar, [static]foo.bar",
        "foo, [method]foo.foo",
        "foo:bar/baz, foo:bar/BAZ"
    })
    void namesThatBindingsCannotTellApartAreNotUnique(String one, String other) {
        assertThat(ExternName.parse(0, one).uniqueKey())
                .isEqualTo(ExternName.parse(0, other).uniqueKey());
    }

    @ParameterizedTest
    @CsvSource({"foo, [constructor]foo", "foo, [method]foo.bar", "foo-bar, [method]foo.bar", "foo:bar/baz, baz"})
    void otherNamesAreUnique(String one, String other) {
        assertThat(ExternName.parse(0, one).uniqueKey())
                .isNotEqualTo(ExternName.parse(0, other).uniqueKey());
    }
}
