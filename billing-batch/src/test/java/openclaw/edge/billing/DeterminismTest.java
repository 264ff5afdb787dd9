package openclaw.edge.billing;

import static openclaw.edge.billing.Node.ns;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeterminismTest {
    private static final int TENANTS = 20;
    private static final int REQUESTS = 3_000;

    @TempDir
    Path dir;

    private final Map<String, long[]> expected = new HashMap<>();

    private Path writeCatalog() throws IOException {
        StringBuilder text = new StringBuilder(
                "plans: {a: {subscription_fee: 1, overage_rate: 0.01}, b: {overage_rate: 0.1, monthly_quota: 100}}\n"
                        + "tenants:\n");
        for (int i = 0; i < TENANTS; i++) {
            text.append("  - {id: t").append(i).append(", plan: [{plan: a}, {plan: b, from: 2026-11-11}]}\n");
        }
        return Files.writeString(dir.resolve("billing.yaml"), text);
    }

    private void fill(Node node, Random random, int lanes) {
        for (int i = 0; i < REQUESTS / 4; i++) {
            String tenant = "t" + random.nextInt(TENANTS);
            long at = ns("2026-10-25T00:00:00Z") + random.nextLong(45L * 86_400_000_000_000L);
            boolean inCycle = at >= ns("2026-11-01T00:00:00Z") && at < ns("2026-12-01T00:00:00Z");
            long tokens = 1L + random.nextInt(50);
            boolean charged = random.nextInt(10) > 0;
            int lane = random.nextInt(lanes);
            int slot = node.open(lane, tenant, at, tokens, Phase.STREAMING);
            node.end(lane, slot, Outcome.COMPLETE, charged ? 200 : 503, charged);
            if (inCycle) {
                long[] sums = expected.computeIfAbsent(tenant, absent -> new long[3]);
                sums[0] += charged ? 1 : 0;
                sums[1] += charged ? tokens : 0;
                sums[2] += charged ? 0 : 1;
            }
        }
    }

    @Test
    void shouldGiveTheSameBytesForTheSameRecordsInAnyOrderAndNumberOfCopies() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path catalog = writeCatalog();
        List<Path> journals = new ArrayList<>();
        try (Node a = new Node(dir.resolve("a"), "edge-a", 2)) {
            fill(a, random, 2);
            journals.add(Node.copy(a.journal(), dir.resolve("old-a")));
            fill(a, random, 2);
        }
        try (Node a = new Node(dir.resolve("a"), "edge-a", 1)) {
            fill(a, random, 1);
            journals.add(a.journal());
        }
        try (Node b = new Node(dir.resolve("b"), "edge-b", 3)) {
            fill(b, random, 3);
            journals.add(b.journal());
        }
        SortedMap<String, String> once = run(catalog, "once", List.of(journals.get(1), journals.get(2)), seed);
        assertThat(run(catalog, "again", List.of(journals.get(1), journals.get(2)), seed))
                .isEqualTo(once);
        journals.add(Node.copy(journals.get(2), dir.resolve("0-copy-of-b")));
        journals.add(Node.copy(journals.get(1), dir.resolve("zz-copy-of-a")));
        for (int i = 0; i < 4; i++) {
            Collections.shuffle(journals, random);
            assertThat(run(catalog, "shuffled" + i, journals, seed))
                    .as("seed %s", seed)
                    .isEqualTo(once);
        }
        checkSums(once, seed);
    }

    private SortedMap<String, String> run(Path catalog, String name, List<Path> journals, long seed) {
        Run run = Run.invoice(catalog, dir.resolve("out-" + name), journals);
        assertThat(run.exitCode()).as("seed %s: %s", seed, run.err()).isZero();
        return Run.files(dir.resolve("out-" + name));
    }

    /** What was admitted in the cycle stands on the invoices, billed or exempt, and nothing else does. */
    private void checkSums(SortedMap<String, String> files, long seed) {
        Pattern usage = Pattern.compile("\"usage\":\\{\"exempt_requests\":(\\d+),\"in_doubt_requests\":0,"
                + "\"requests\":(\\d+),\"tokens\":(\\d+)}");
        for (int i = 0; i < TENANTS; i++) {
            Matcher matcher = usage.matcher(files.get("2026-11/t" + i + ".json"));
            assertThat(matcher.find()).isTrue();
            assertThat(List.of(matcher.group(2), matcher.group(3), matcher.group(1)))
                    .as("requests, tokens, exempt of t%s; seed %s", i, seed)
                    .containsExactly(
                            Long.toString(expected.get("t" + i)[0]),
                            Long.toString(expected.get("t" + i)[1]),
                            Long.toString(expected.get("t" + i)[2]));
        }
        assertThat(files.get("2026-11/manifest.json"))
                .contains("\"records_read\":" + REQUESTS + ",", "\"complete\":true");
    }
}
