package io.torvyn.wasi;

import java.util.ArrayList;
import java.util.List;

/** Remembers what it is told. */
final class Denials implements DenialListener {
    record Denial(String capability, String detail) {}

    final List<Denial> all = new ArrayList<>();

    @Override
    public void denied(String capability, String detail) {
        all.add(new Denial(capability, detail));
    }

    List<String> capabilities() {
        return all.stream().map(Denial::capability).toList();
    }
}
