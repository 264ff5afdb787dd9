package openclaw.edge.sync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Would the simulator notice? Rules are broken one at a time, in a copy of the code that only this test compiles, and
 * scenarios and the build's seeds are run until an invariant says so.
 */
class MutantTest {

    private static final int SEEDS = 60;
    private static final String JOIN = "crdt/src/main/java/openclaw/edge/crdt/ReplicaJoin.java";
    private static final String RECEIVE = "sync/src/main/java/openclaw/edge/sync/ReceiveStream.java";

    private static final String BUCKETS = "crdt/src/main/java/openclaw/edge/crdt/Buckets.java";
    private static final String REACHABILITY = "sync/src/main/java/openclaw/edge/sync/Reachability.java";
    private static final String AGENT = "sync/src/main/java/openclaw/edge/sync/GossipAgent.java";
    private static final String RECOVERY = "crdt/src/main/java/openclaw/edge/crdt/TableRecovery.java";

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of(
                        "joining adds instead of taking the maximum",
                        JOIN,
                        "Math.max(0, entry.consumedTokens() - consumed)",
                        "entry.consumedTokens()"),
                Arguments.of(
                        "growth is not debited",
                        JOIN,
                        "debit(slot, life, spec, growth, entry.deficitUnits(), silence, pace, nowNs)",
                        "raise(slot, life, 0, pace, nowNs)"),
                Arguments.of(
                        "all growth of the silent is forgiven",
                        JOIN,
                        "forgiven = forgiveness.take(slot, life, growthUnits, until, silence);",
                        "forgiven = growthUnits;"),
                Arguments.of(
                        "nothing of the silent is forgiven",
                        JOIN,
                        "forgiven = forgiveness.take(slot, life, growthUnits, until, silence);",
                        "forgiven = 0 * until;"),
                Arguments.of(
                        "a range beyond a gap raises what is acknowledged",
                        RECEIVE,
                        "if (low > joinedVersion) {",
                        "if (false) {"),
                Arguments.of(
                        "what waited in the socket is a sign of life", REACHABILITY, "if (isBehind) {", "if (false) {"),
                Arguments.of(
                        "a restart forgets who was silent",
                        AGENT,
                        "return beforeStart == Silence.UNHEARD",
                        "return true"),
                Arguments.of(
                        "a restart forgets where holes end",
                        RECOVERY,
                        "noted == 0 ? fromWithheldUnits",
                        "true ? fromWithheldUnits"),
                Arguments.of(
                        "the clock is noted once a second only",
                        AGENT,
                        "        tables.buckets().checkpoint(nowNs);\n",
                        "\n"),
                Arguments.of(
                        "limits that close go on",
                        BUCKETS,
                        "long decision = pace.isClosed(nowNs)",
                        "long decision = tokens < 0"),
                Arguments.of(
                        "a quota that denies does not",
                        BUCKETS,
                        "used + tokens > set.capacity(entry) && set.isDenying(entry)",
                        "used + tokens > 4 * set.capacity(entry)"),
                Arguments.of(
                        "generations are ignored",
                        JOIN,
                        "final boolean isUnknown = entry.generation() > known;",
                        "final boolean isUnknown = pair == ReplicaPairs.NONE;"),
                Arguments.of(
                        "who is new does not pool its list with others",
                        "sync/src/main/java/openclaw/edge/sync/Agreement.java",
                        "member.counts() || (isCounting && isDividing)",
                        "member.counts()"),
                Arguments.of(
                        "what is met first is only a baseline",
                        JOIN,
                        "(isWhole || !entry.isFromZero())",
                        "(isWhole || entry.generation() > 0)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void shouldNotice(final String what, final String file, final String rule, final String broken) throws Exception {
        try (Mutant mutant = new Mutant(file, rule, broken)) {
            String violation = mutant.runScenarios();
            long seed = 0;
            while (violation == null && seed < SEEDS) {
                violation = mutant.run(++seed);
            }
            System.out.println(
                    "mutant '" + what + "': " + (seed == 0 ? "a scenario" : "seed " + seed) + ", " + violation);
            assertThat(violation).as("what %d seeds say of: %s", SEEDS, what).isNotNull();
        }
    }
}
