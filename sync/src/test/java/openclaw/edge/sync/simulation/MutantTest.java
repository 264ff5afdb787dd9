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

    /** What shows that a rule is broken: the scenarios, else a seed, if it still does; all are tried in the end. */
    private static final long SCENARIOS = 0;

    private static final String JOIN = "crdt/src/main/java/openclaw/edge/crdt/ReplicaJoin.java";
    private static final String RECEIVE = "sync/src/main/java/openclaw/edge/sync/ReceiveStream.java";

    private static final String BUCKETS = "crdt/src/main/java/openclaw/edge/crdt/Buckets.java";
    private static final String REACHABILITY = "sync/src/main/java/openclaw/edge/sync/Reachability.java";
    private static final String AGENT = "sync/src/main/java/openclaw/edge/sync/GossipAgent.java";
    private static final String RECOVERY = "crdt/src/main/java/openclaw/edge/crdt/TableRecovery.java";

    static Stream<Arguments> mutants() {
        return Stream.of(
                Arguments.of(
                        1L,
                        "joining adds instead of taking the maximum",
                        JOIN,
                        "Math.max(0, entry.consumedTokens() - consumed)",
                        "entry.consumedTokens()"),
                Arguments.of(
                        1L,
                        "growth is not debited",
                        JOIN,
                        "debit(slot, life, spec, growth, entry.deficitUnits(), silence, pace, nowNs)",
                        "raise(slot, life, 0, pace, nowNs)"),
                Arguments.of(
                        9L,
                        "all growth of the silent is forgiven",
                        JOIN,
                        "forgiven = forgiveness.take(slot, life, growthUnits, until, silence);",
                        "forgiven = growthUnits;"),
                Arguments.of(
                        3L,
                        "nothing of the silent is forgiven",
                        JOIN,
                        "forgiven = forgiveness.take(slot, life, growthUnits, until, silence);",
                        "forgiven = 0 * until;"),
                Arguments.of(
                        13L,
                        "a range beyond a gap raises what is acknowledged",
                        RECEIVE,
                        "if (low > joinedVersion) {",
                        "if (false) {"),
                Arguments.of(
                        SCENARIOS,
                        "what waited in the socket is a sign of life",
                        REACHABILITY,
                        "if (isBehind) {",
                        "if (false) {"),
                Arguments.of(
                        Simulation.ONE_WAY_SEEDS + 33,
                        "who sends signs of life counts whether changes get through or not",
                        REACHABILITY,
                        "if (isLate || isUnacknowledged(member, nowNs)) {",
                        "if (isLate && nowNs < 0) {"),
                Arguments.of(
                        SCENARIOS,
                        "a restart forgets who was silent",
                        "sync/src/main/java/openclaw/edge/sync/Downtime.java",
                        "return silence == Silence.UNHEARD",
                        "return true"),
                Arguments.of(
                        SCENARIOS,
                        "a restart forgets where holes end",
                        RECOVERY,
                        "noted == 0 ? fromWithheldUnits",
                        "true ? fromWithheldUnits"),
                Arguments.of(
                        SCENARIOS,
                        "the clock is noted once a second only",
                        AGENT,
                        "        tables.buckets().checkpoint(nowNs);\n",
                        "\n"),
                Arguments.of(
                        16L,
                        "limits that close go on",
                        BUCKETS,
                        "long decision = closed == AdmissionControl.NO_REFUSAL ? control.attempt(set, tokens) : closed",
                        "long decision = control.attempt(set, tokens)"),
                Arguments.of(
                        1L,
                        "a quota that denies does not",
                        "crdt/src/main/java/openclaw/edge/crdt/AdmissionControl.java",
                        "used + tokens > words[at + LimitSet.CAPACITY] && ",
                        "used + tokens > 4 * words[at + LimitSet.CAPACITY] && "),
                Arguments.of(
                        SCENARIOS,
                        "generations are ignored",
                        JOIN,
                        "final boolean isUnknown = entry.generation() > known;",
                        "final boolean isUnknown = pair == ReplicaPairs.NONE;"),
                Arguments.of(
                        SCENARIOS,
                        "who is new does not pool its list with others",
                        "sync/src/main/java/openclaw/edge/sync/Agreement.java",
                        "member.counts() || (isCounting && isDividing)",
                        "member.counts()"),
                Arguments.of(
                        SCENARIOS,
                        "what is met first is only a baseline",
                        JOIN,
                        "(isWhole || !entry.isFromZero())",
                        "(isWhole || entry.generation() > 0)"),
                Arguments.of(
                        45L,
                        "who joins does not wait for what the others have of third ones",
                        "sync/src/main/java/openclaw/edge/sync/Joining.java",
                        "&& sources.solid(source) < toldBy.versions[source]",
                        "&& sources.solid(source) < 0"),
                Arguments.of(
                        SCENARIOS,
                        "who joins does not wait to be told how far others are joined",
                        "sync/src/main/java/openclaw/edge/sync/Joining.java",
                        "(member.hasDropped() || hasToldAll(member))",
                        "(member.hasDropped() || hasToldAll(member) || member.hasState())"),
                Arguments.of(
                        10_684L,
                        "rows of a process that is not known count as told with those of the one that is",
                        "sync/src/main/java/openclaw/edge/sync/Sources.java",
                        "announced > 0 && announced > strayedAt[source]",
                        "announced > 0"),
                Arguments.of(
                        2L,
                        "two go by one incarnation",
                        "sync/src/main/java/openclaw/edge/sync/Links.java",
                        "if (session.peerIncarnation() == sources.incarnation(Sources.SELF)) {",
                        "if (session.peerIncarnation() == 0) {"),
                Arguments.of(
                        SCENARIOS,
                        "what the dead go on counting is forgotten",
                        "sync/src/main/java/openclaw/edge/sync/Retirement.java",
                        "if (mayReturn || (each",
                        "if ((mayReturn && each.isHeard()) || (each"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("mutants")
    void shouldNotice(
            final long firstSeed, final String what, final String file, final String rule, final String broken)
            throws Exception {
        try (Mutant mutant = new Mutant(file, rule, broken)) {
            long seed = firstSeed;
            String violation = seed == SCENARIOS ? mutant.runScenarios() : mutant.run(seed);
            if (violation == null && firstSeed != SCENARIOS) {
                seed = SCENARIOS;
                violation = mutant.runScenarios();
            }
            while (violation == null && seed < SEEDS) {
                violation = mutant.run(++seed);
            }
            System.out.println(
                    "mutant '" + what + "': " + (seed == 0 ? "a scenario" : "seed " + seed) + ", " + violation);
            assertThat(violation).as("what %d seeds say of: %s", SEEDS, what).isNotNull();
        }
    }
}
