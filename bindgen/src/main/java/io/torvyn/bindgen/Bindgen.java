package io.torvyn.bindgen;

import io.torvyn.types.DiagnosticsException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The generator's command line. */
public final class Bindgen {
    private static final String USAGE = """
            Generates Java bindings from WIT.

              --package NAME      Java package of the classes
              --out FOLDER        source folder; the package's folders are made in it
              --wit PATH          WIT file or folder; without it, Torvyn's own contracts
              --world A,B         worlds: the host implements what they import and calls what they export
              --imports A,B       further interfaces that components import and the host implements
              --exports A,B       further interfaces that components export and the host calls
              --features A,B      unstable features of the WIT that are wanted
              --with A=CLASS      bindings of an interface that exist already; may be repeated
              --help              prints this

            Interfaces have their full name: torvyn:streaming/types@0.1.0. For a world, transform will do.
            Exit code: 0 done, 1 failed, 2 wrong command line.
            """;

    private Bindgen() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (List.of(arguments).contains("--help")) {
            out.print(USAGE);
            return 0;
        }
        try {
            Generation generation = parse(arguments);
            out.println("wrote " + generation.write().size() + " files to " + generation.folder());
            return 0;
        } catch (BindgenException e) {
            err.println(e.failure().text());
            return e.failure() instanceof BindgenFailure.Usage ? 2 : 1;
        } catch (DiagnosticsException e) {
            err.println(Generation.text(e));
            return 1;
        } catch (IOException e) {
            err.println("[E0001] The bindings cannot be written: " + e + ". Check the folder given by --out.");
            return 1;
        }
    }

    private static Generation parse(String[] arguments) {
        Map<String, String> single = new HashMap<>();
        Map<String, String> elsewhere = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw usage(option + " needs a value.");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--wit", "--package", "--out", "--imports", "--exports", "--world", "--features" -> {
                    if (single.put(option, value) != null) {
                        throw usage(option + " is given twice.");
                    }
                }
                case "--with" -> {
                    int equals = value.indexOf('=');
                    if (equals < 0 || value.indexOf('.', equals) < 0) {
                        throw usage(
                                "--with needs an interface and a class, as in a:b/c=io.example.C, not " + value + ".");
                    }
                    elsewhere.put(value.substring(0, equals), value.substring(equals + 1));
                }
                default -> throw usage("There is no option " + option + ".");
            }
        }
        var options = new JavaGenerator.Options(
                required(single, "--package"),
                names(single.getOrDefault("--world", "")),
                names(single.getOrDefault("--imports", "")),
                names(single.getOrDefault("--exports", "")),
                elsewhere);
        Path out = Path.of(required(single, "--out"));
        if (options.worlds().isEmpty()
                && options.imports().isEmpty()
                && options.exports().isEmpty()) {
            throw usage("Nothing to generate: name a --world, or interfaces with --imports and --exports.");
        }
        return new Generation(
                Optional.ofNullable(single.get("--wit")).map(Path::of),
                names(single.getOrDefault("--features", "")),
                options,
                out);
    }

    private static Set<String> names(String list) {
        var names = new TreeSet<String>();
        for (String name : list.split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        return names;
    }

    private static String required(Map<String, String> options, String option) {
        String value = options.get(option);
        if (value == null) {
            throw usage(option + " is missing.");
        }
        return value;
    }

    private static BindgenException usage(String problem) {
        return new BindgenException(new BindgenFailure.Usage(problem));
    }
}
