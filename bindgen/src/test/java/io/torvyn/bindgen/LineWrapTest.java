package io.torvyn.bindgen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineWrapTest {
    private static final String LONG = "x".repeat(100);

    @Test
    void lineThatFitsStays() {
        assertThat(LineWrap.wrap("    f(a, b);")).containsExactly("    f(a, b);");
    }

    @Test
    void argumentsMoveToALineOfTheirOwn() {
        assertThat(LineWrap.wrap("    return " + "y".repeat(30) + "(" + LONG.substring(20) + ", b);"))
                .containsExactly("    return " + "y".repeat(30) + "(", "            " + LONG.substring(20) + ", b);");
    }

    @Test
    void argumentsThatDoNotFitTogetherGetALineEach() {
        assertThat(LineWrap.wrap("f(" + LONG + ", Map<A, B> " + LONG + ");"))
                .containsExactly("f(", "        " + LONG + ",", "        Map<A, B> " + LONG + ");");
    }

    @Test
    void onlyArgumentStaysWithItsCall() {
        assertThat(LineWrap.wrap("f(List.of(" + LONG + ", " + LONG + "));"))
                .containsExactly("f(List.of(", "        " + LONG + ",", "        " + LONG + "));");
    }

    @Test
    void parenthesesAndCommasInStringsBreakNothing() {
        assertThat(LineWrap.wrap("f(\"), (\", " + LONG + ", " + LONG + ");"))
                .containsExactly("f(", "        \"), (\",", "        " + LONG + ",", "        " + LONG + ");");
    }

    @Test
    void commentsStay() {
        String comment = "     * (" + LONG + ", " + LONG + ")";
        assertThat(LineWrap.wrap(comment)).containsExactly(comment);
    }
}
