package io.torvyn.bindgen;

import io.torvyn.bindgen.SourceFile.Bytes;
import io.torvyn.contracts.WitFunction;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The second form of a call whose result is a {@code list<u8>}: into an array of the caller's, which can be the same one
 * every time. A new array for each result is what takes the time when there is much of it.
 *
 * @param target the parameters that the form has beside the function's own, under names that those do not have
 * @param length the local for what it returns
 */
record IntoArray(String target, String offset, String length) {
    static IntoArray of(Function function) {
        Set<String> taken = new HashSet<>(function.fields());
        function.parameters().forEach(parameter -> taken.add(function.parameter(parameter)));
        return new IntoArray(unused("target", taken), unused("offset", taken), unused("length", taken));
    }

    private static String unused(String wish, Set<String> taken) {
        return taken.contains(wish) ? unused(wish + "_", taken) : wish;
    }

    List<String> names() {
        return List.of(target, offset, length);
    }

    String signature(SourceFile file, String name, List<WitFunction.Parameter> parameters, Function function) {
        var declared = new ArrayList<String>();
        for (WitFunction.Parameter parameter : parameters) {
            declared.add(file.type(parameter.type(), Bytes.TO_GUEST) + " " + function.parameter(parameter));
        }
        declared.add("byte[] " + target);
        declared.add("int " + offset);
        return "int " + name + "(" + String.join(", ", declared) + ")";
    }

    void docs(Code code, String link) {
        Docs.writeJavadoc(
                code,
                "{@link " + link + "} into an array of the caller's.\n\n@return how many bytes it was\n@throws"
                        + " IndexOutOfBoundsException when they do not fit: nothing is copied then, and the call is over as"
                        + " any other");
    }
}
