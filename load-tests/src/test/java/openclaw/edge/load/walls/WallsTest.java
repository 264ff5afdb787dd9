package openclaw.edge.load.walls;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that nothing can break holds nothing: each must catch the class below {@code broken} that was made for it. */
final class WallsTest {
    private static final String ROOT = "openclaw.edge.load.walls.broken";
    private static final Walls WALLS = new Walls(ROOT);
    private static final JavaClasses BROKEN = new ClassFileImporter().importPackages(ROOT);

    static Stream<Arguments> rulesAndTheirBreakers() {
        return Stream.of(
                Arguments.of(WALLS.crdtStandsAlone(), "CrdtSeesLedger"),
                Arguments.of(WALLS.ledgerStandsAlone(), "LedgerSeesCrdt"),
                Arguments.of(WALLS.syncKnowsOnlyCrdt(), "SyncSeesLedger"),
                Arguments.of(WALLS.billingKnowsOnlyLedger(), "BillingSeesCrdt"),
                Arguments.of(WALLS.proxyKnowsNoBilling(), "ProxySeesBilling"),
                Arguments.of(WALLS.nettyOnlyInProxy(), "BillingSeesNetty"),
                Arguments.of(WALLS.chronicleOnlyInJournal(), "LedgerSeesChronicle"),
                Arguments.of(WALLS.sideKnowsOnlyExchange("h1"), "H1SeesDecide"),
                Arguments.of(WALLS.sideKnowsOnlyExchange("forward"), "ForwardSeesH1"),
                Arguments.of(WALLS.nothingKnowsBenchOrLoad(), "ProxySeesBench"),
                Arguments.of(WALLS.proxyHasNoCycles(), "DecideSeesForward"),
                Arguments.of(WALLS.moneyIsNeverFloating(), "RatingWithDoubleField"),
                Arguments.of(WALLS.moneyIsNeverFloating(), "RatingWithFloatParameter"),
                Arguments.of(WALLS.moneyIsNeverFloating(), "BillingCallsDoubleValue"),
                Arguments.of(WALLS.moneyIsNeverFloating(), "InsightTakesADouble"),
                Arguments.of(WALLS.statisticsSeeNoMoney(), "StatisticsSeeADecimal"),
                Arguments.of(WALLS.ratingIsPure(), "RatingReadsFile"),
                Arguments.of(WALLS.ratingReadsNoClock(), "RatingReadsClock"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("rulesAndTheirBreakers")
    void shouldCatchTheClassThatBreaksTheWall(final ArchRule rule, final String breaker) {
        final EvaluationResult result = rule.evaluate(BROKEN);

        assertThat(result.hasViolation()).isTrue();
        assertThat(result.getFailureReport().getDetails()).anyMatch(line -> line.contains(breaker));
    }

    @Test
    void shouldLeaveInPeaceWhatKeepsToTheWalls() {
        final JavaClasses good = new ClassFileImporter()
                .importClasses(
                        openclaw.edge.load.walls.broken.ledger.journal.JournalMaySeeChronicle.class,
                        openclaw.edge.load.walls.broken.proxy.h1.H1MaySeeExchange.class,
                        openclaw.edge.load.walls.broken.proxy.exchange.SomeExchange.class);

        WALLS.chronicleOnlyInJournal().check(good);
        WALLS.nettyOnlyInProxy().check(good);
        WALLS.sideKnowsOnlyExchange("h1").check(good);
        WALLS.proxyHasNoCycles().check(good);
        WALLS.ledgerStandsAlone().check(good);
    }
}
