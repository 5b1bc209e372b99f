package io.torvyn.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResourceTypeTest {
    @Test
    void resourceTypesOfOneNameAreTwo() {
        assertThat(new ResourceType("file")).isNotEqualTo(new ResourceType("file"));
    }

    @Test
    void anAliasIsTheSameResourceTypeUnderItsOwnName() {
        var file = new ResourceType("file");
        ResourceType alias = file.alias("handle").alias("again");

        assertThat(alias).isEqualTo(file).hasSameHashCodeAs(file).hasToString("again");
        assertThat(alias.isAlias()).isTrue();
        assertThat(file.isAlias()).isFalse();
    }
}
