/** {@code Torvyn.toml} and pipeline files, read into validated records that know where each thing stands. */
module io.torvyn.config {
    requires transitive io.torvyn.types;
    requires org.tomlj; // an automatic module: none of its types may be seen outside
    requires transitive static org.jspecify;

    exports io.torvyn.config;
}
