package io.torvyn.specsuite;

/** What became of one command of a script. */
sealed interface Outcome {
    record Passed() implements Outcome {}

    record Failed(String why) implements Outcome {}

    record Skipped(String why) implements Outcome {}
}
