package openclaw.edge.load.walls;

import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClass.Predicates;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;

/**
 * The walls of the design, section 2, over the packages below one root: the project's own, and in the rules' test a small
 * root whose classes break them.
 */
final class Walls {
    private final String root;

    Walls(final String root) {
        this.root = root;
    }

    /** Buckets know nothing of records, plans and prices, nor of anything above them. */
    ArchRule crdtStandsAlone() {
        return noClasses()
                .that()
                .resideInAPackage(under("crdt"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(all("ledger", "catalog", "rating", "yaml", "sync", "proxy", "billing"))
                .allowEmptyShould(true);
    }

    /** The ledger and what is written once for proxy and batch know nothing of buckets, nor of anything above them. */
    ArchRule ledgerStandsAlone() {
        return noClasses()
                .that()
                .resideInAnyPackage(all("ledger", "catalog", "rating", "yaml"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(all("crdt", "sync", "proxy", "billing"))
                .allowEmptyShould(true);
    }

    ArchRule syncKnowsOnlyCrdt() {
        return noClasses()
                .that()
                .resideInAPackage(under("sync"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(all("ledger", "catalog", "rating", "yaml", "proxy", "billing"))
                .allowEmptyShould(true);
    }

    ArchRule billingKnowsOnlyLedger() {
        return noClasses()
                .that()
                .resideInAPackage(under("billing"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(all("crdt", "sync", "proxy"))
                .allowEmptyShould(true);
    }

    ArchRule proxyKnowsNoBilling() {
        return noClasses()
                .that()
                .resideInAPackage(under("proxy"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(under("billing"))
                .allowEmptyShould(true);
    }

    ArchRule nettyOnlyInProxy() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(under("proxy"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..");
    }

    ArchRule chronicleOnlyInJournal() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(under("ledger.journal"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("net.openhft..");
    }

    /** The seam that lets other protocols come: of the proxy, the sides of an exchange know the exchange alone. */
    ArchRule sideKnowsOnlyExchange(final String side) {
        return classes()
                .that()
                .resideInAPackage(under("proxy." + side))
                .should()
                .onlyDependOnClassesThat(are(outsideOfProxyOrIn(side, "exchange")))
                .allowEmptyShould(true);
    }

    ArchRule nothingKnowsBenchOrLoad() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(under("bench"), under("load"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(under("bench"), under("load"));
    }

    ArchRule proxyHasNoCycles() {
        return slices().assignedFrom(packagesOf(root + ".proxy")).should().beFreeOfCycles();
    }

    /** Quantities are longs and prices decimals wherever money is made of them: everywhere but in the statistics of usage. */
    ArchRule moneyIsNeverFloating() {
        return classes()
                .that()
                .resideInAnyPackage(all("rating", "billing", "catalog"))
                .and()
                .resideOutsideOfPackage(under("billing.insight.statistics"))
                .should(MoneyConditions.notUseFloatingPoint())
                .allowEmptyShould(true);
    }

    /** Floating point in its own room: it sees no price, and gives whole numbers, since its callers may not take others. */
    ArchRule statisticsSeeNoMoney() {
        return classes()
                .that()
                .resideInAPackage(under("billing.insight.statistics"))
                .should()
                .onlyDependOnClassesThat(Predicates.resideInAnyPackage(
                        "java.lang..", "java.util..", under("billing.insight.statistics")))
                .allowEmptyShould(true);
    }

    /** Rating is a function: no files, no sockets, no clock, no chance, no threads. */
    ArchRule ratingIsPure() {
        return noClasses()
                .that()
                .resideInAPackage(under("rating"))
                .should()
                .dependOnClassesThat(are(Predicates.resideInAnyPackage(
                                "java.io..", "java.nio..", "java.net..", "java.util.concurrent..")
                        .or(Predicates.belongToAnyOf(java.util.Random.class, java.time.Clock.class, Thread.class))))
                .allowEmptyShould(true);
    }

    ArchRule ratingReadsNoClock() {
        return classes()
                .that()
                .resideInAPackage(under("rating"))
                .should(MoneyConditions.notReadAClock())
                .allowEmptyShould(true);
    }

    private DescribedPredicate<JavaClass> outsideOfProxyOrIn(final String... packages) {
        DescribedPredicate<JavaClass> predicate = Predicates.resideOutsideOfPackage(under("proxy"));
        for (final String name : packages) {
            predicate = predicate.or(Predicates.resideInAPackage(under("proxy." + name)));
        }
        return predicate;
    }

    /** Each package below {@code parent}, and {@code parent} itself, is a slice of its own. */
    private static SliceAssignment packagesOf(final String parent) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(final JavaClass type) {
                final String name = type.getPackageName();
                return name.equals(parent) || name.startsWith(parent + ".")
                        ? SliceIdentifier.of(name)
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + parent;
            }
        };
    }

    private String under(final String name) {
        return root + "." + name + "..";
    }

    private String[] all(final String... names) {
        final String[] packages = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            packages[i] = under(names[i]);
        }
        return packages;
    }
}
