package io.torvyn.reactor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the guests {@code dice…} do with an element: nothing but its token and this decide it, so that a test can know it
 * beforehand. Mirrors {@code guests/c/dice.h}.
 *
 * @param drop of a thousand tokens; so are {@code fail}, {@code pause} and {@code slow}
 * @param attempts how often in a row a token that fails does so
 * @param turns of an empty loop, for a token that is slow
 * @param trap the token that traps; -1 for none
 */
record Dice(int salt, int drop, int fail, int attempts, int pause, int slow, int turns, int trap) {
    static final Dice PLAIN = new Dice(0, 0, 0, 1, 0, 0, 0, -1);

    private static final int TOKEN_LETTERS = 8;
    private static final int DROP = 0;
    private static final int FAILURE = 1;
    private static final int SLOW = 2;
    private static final int ROUTE = 3;
    private static final int STOP = 4;

    boolean drops(int token) {
        return thrown(token, DROP) < drop;
    }

    boolean fails(int token) {
        return thrown(token, FAILURE) < fail;
    }

    boolean isSlowWith(int token) {
        return thrown(token, SLOW) < slow;
    }

    boolean pausesAfter(int token) {
        return thrown(token, STOP) < pause;
    }

    boolean goesTo(int token, int port) {
        return (thrown(token, ROUTE) >> port & 1) != 0;
    }

    private int thrown(int token, int which) {
        int x = token * 0x9e3779b1 ^ (salt * 8 + which) * 0x85ebca77;
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        x ^= x >>> 16;
        return Integer.remainderUnsigned(x, 1000);
    }

    /** The guest's configuration without its braces. */
    String config() {
        String numbers =
                "\"salt\": %d, \"drop\": %d, \"fail\": %d, \"attempts\": %d, \"pause\": %d, \"slow\": %d, \"turns\": %d"
                        .formatted(salt, drop, fail, attempts, pause, slow, turns);
        return trap < 0 ? numbers : numbers + ", \"trap\": " + trap;
    }

    static String spelt(int token, int size) {
        var text = new StringBuilder(size);
        for (int i = TOKEN_LETTERS - 1; i >= 0; i--) {
            text.append((char) ('a' + (token >> 4 * i & 15)));
        }
        return text.repeat('.', size - TOKEN_LETTERS - 1).append('\n').toString();
    }

    /** Those of all the lines in a payload: an aggregator joins them. */
    static List<Integer> tokens(byte[] payload) {
        var tokens = new ArrayList<Integer>();
        for (String line :
                new String(payload, StandardCharsets.US_ASCII).lines().toList()) {
            int token = 0;
            for (int i = 0; i < TOKEN_LETTERS; i++) {
                token = token << 4 | (line.charAt(i) - 'a');
            }
            tokens.add(token);
        }
        return tokens;
    }

    /** What a token adds to the sum that {@code dice-sink} reports. */
    static long mixed(int token) {
        long x = (token + 1L) * 0x9e3779b97f4a7c15L;
        return x ^ x >>> 29;
    }
}
