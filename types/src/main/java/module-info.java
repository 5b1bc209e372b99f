/** The vocabulary every other module speaks: identifiers, states, failures and the event sink. */
module io.torvyn.types {
    requires transitive static org.jspecify;

    exports io.torvyn.types;
}
