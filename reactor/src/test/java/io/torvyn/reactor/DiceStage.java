package io.torvyn.reactor;

import io.torvyn.engine.Element;
import io.torvyn.engine.Route;
import io.torvyn.types.ProcessError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What the guests {@code dice…} do, without a guest; as a sink it remembers what it took. */
final class DiceStage extends Stages.Fake {
    final List<Integer> taken = new ArrayList<>();
    long letters;
    private final Dice dice;
    private final int size;
    private final int end;
    private final int ports;
    private int next;
    private int failing;
    private int failures;

    DiceStage(long id, RandomFlow.Node node) {
        super(id, node.name(), new ArrayList<>());
        dice = node.dice();
        size = node.size();
        next = node.first();
        end = node.first() + node.count();
        ports = node.ports();
    }

    private int token(Element in) {
        return Dice.tokens(bytes(in)).getFirst();
    }

    private boolean fails(int token) {
        if (!dice.fails(token)) {
            return false;
        }
        boolean again = failures > 0 && failing == token;
        if (again && failures == dice.attempts()) {
            failures = 0;
            return false;
        }
        failures = again ? failures + 1 : 1;
        failing = token;
        return true;
    }

    private Outcome no() {
        return fail(new ProcessError(ProcessError.Kind.INTERNAL, "the dice say no"));
    }

    @Override
    public Outcome pull(Element out) {
        return next == end ? Outcome.NOTHING : fails(next) ? no() : emit(out, Dice.spelt(next++, size));
    }

    @Override
    public Outcome process(Element in, Element out) {
        String text = read(in);
        int token = Dice.tokens(text.getBytes(StandardCharsets.US_ASCII)).getFirst();
        return fails(token) ? no() : dice.drops(token) ? Outcome.NOTHING : emit(out, text);
    }

    @Override
    public Outcome evaluate(Element in) {
        int token = token(in);
        return fails(token) ? no() : dice.drops(token) ? Outcome.NOTHING : Outcome.PASSED;
    }

    @Override
    public Outcome route(Element in, Route route) {
        route.clear();
        int token = token(in);
        if (fails(token)) {
            return no();
        }
        for (int port = 0; port < ports; port++) {
            if (dice.goesTo(token, port)) {
                route.add("p" + port);
            }
        }
        return route.size() == 0 ? Outcome.NOTHING : Outcome.PASSED;
    }

    @Override
    public Outcome push(Element in) {
        if (in.contentType.text().equals(DeadLetters.CONTENT_TYPE)) {
            read(in);
            letters++;
            return Outcome.READY;
        }
        List<Integer> tokens = Dice.tokens(bytes(in));
        int token = tokens.getFirst();
        if (fails(token)) {
            return no();
        }
        taken.addAll(tokens);
        return dice.pausesAfter(token) ? Outcome.PAUSE : Outcome.READY;
    }
}
