/** Runs the test suite of the Component Model, and others of its form. */
module io.torvyn.specsuite {
    requires io.torvyn.component;
    requires tools.jackson.databind;
    requires static org.jspecify;

    uses io.torvyn.component.spi.CoreEngine;
}
