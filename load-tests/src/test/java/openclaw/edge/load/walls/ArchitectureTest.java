package openclaw.edge.load.walls;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the project's own classes to the {@link Walls}. */
@AnalyzeClasses(packages = "openclaw.edge", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final Walls WALLS = new Walls("openclaw.edge");

    @ArchTest
    static final ArchRule CRDT_STANDS_ALONE = WALLS.crdtStandsAlone();

    @ArchTest
    static final ArchRule LEDGER_STANDS_ALONE = WALLS.ledgerStandsAlone();

    @ArchTest
    static final ArchRule SYNC_KNOWS_ONLY_CRDT = WALLS.syncKnowsOnlyCrdt();

    @ArchTest
    static final ArchRule BILLING_KNOWS_ONLY_LEDGER = WALLS.billingKnowsOnlyLedger();

    @ArchTest
    static final ArchRule PROXY_KNOWS_NO_BILLING = WALLS.proxyKnowsNoBilling();

    @ArchTest
    static final ArchRule NETTY_ONLY_IN_PROXY = WALLS.nettyOnlyInProxy();

    @ArchTest
    static final ArchRule CHRONICLE_ONLY_IN_JOURNAL = WALLS.chronicleOnlyInJournal();

    @ArchTest
    static final ArchRule H1_KNOWS_ONLY_EXCHANGE = WALLS.sideKnowsOnlyExchange("h1");

    @ArchTest
    static final ArchRule H2_KNOWS_ONLY_EXCHANGE = WALLS.sideKnowsOnlyExchange("h2");

    @ArchTest
    static final ArchRule FORWARD_KNOWS_ONLY_EXCHANGE = WALLS.sideKnowsOnlyExchange("forward");

    @ArchTest
    static final ArchRule NOTHING_KNOWS_BENCH_OR_LOAD = WALLS.nothingKnowsBenchOrLoad();

    @ArchTest
    static final ArchRule PROXY_HAS_NO_CYCLES = WALLS.proxyHasNoCycles();

    @ArchTest
    static final ArchRule MONEY_IS_NEVER_FLOATING = WALLS.moneyIsNeverFloating();

    @ArchTest
    static final ArchRule STATISTICS_SEE_NO_MONEY = WALLS.statisticsSeeNoMoney();

    @ArchTest
    static final ArchRule RATING_IS_PURE = WALLS.ratingIsPure();

    @ArchTest
    static final ArchRule RATING_READS_NO_CLOCK = WALLS.ratingReadsNoClock();

    private ArchitectureTest() {}
}
