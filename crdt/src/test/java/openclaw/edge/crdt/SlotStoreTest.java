package openclaw.edge.crdt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Finding, creating and removing, against a map and against other threads. */
final class SlotStoreTest {

    private static final long SEED = 11;

    private static SlotStore store(final int slots) {
        return SlotStore.inMemory(
                new TableMemory(new TableConfig(Path.of("memory"), slots, 0, 1, 2), 2),
                TableHeaderDescriptor.KIND_BUCKETS,
                0);
    }

    private static SlotBirth birth() {
        return new SlotBirth().of(BucketSlotDescriptor.KIND_TENANT, 0, LimitWord.of(1, 16), 5);
    }

    /** Few homes and few tags, so that keys crowd and collide. */
    private static long crowdedHigh(final int key) {
        return (long) (key % 5) << 61;
    }

    @Test
    void shouldHoldWhatAMapHolds() {
        final int slots = 256;
        final SlotStore store = store(slots);
        final Map<Integer, Integer> map = new HashMap<>();
        final Random random = new Random(SEED);
        final FoundSlot found = new FoundSlot();
        for (int step = 0; step < 200_000; step++) {
            final int key = random.nextInt(400);
            final long high = crowdedHigh(key);
            final Integer expected = map.get(key);
            if (random.nextInt(3) == 0) {
                assertThat(store.remove(high, key, found)).as("seed %d", SEED).isEqualTo(expected != null);
                map.remove(key);
            } else {
                final SlotStore.Outcome outcome = store.findOrCreate(high, key, birth(), 0, found);
                if (expected != null) {
                    assertThat(outcome).isEqualTo(SlotStore.Outcome.FOUND);
                    assertThat(found.offset()).as("seed %d", SEED).isEqualTo(expected);
                } else if (map.size() == slots) {
                    assertThat(outcome).isEqualTo(SlotStore.Outcome.FULL);
                } else {
                    assertThat(outcome).as("seed %d, step %d", SEED, step).isEqualTo(SlotStore.Outcome.CREATED);
                    map.put(key, found.offset());
                }
            }
            assertThat(store.used()).as("seed %d", SEED).isEqualTo(map.size());
        }
        assertThat(map).hasSizeGreaterThan(100);
    }

    @Test
    void shouldFillToTheLastSlotUnderRandomKeys() {
        final int slots = 50_000;
        final SlotStore store = store(slots);
        final Random random = new Random(SEED);
        final FoundSlot found = new FoundSlot();
        for (int i = 0; i < slots; i++) {
            assertThat(store.findOrCreate(random.nextLong(), random.nextLong(), birth(), 0, found))
                    .as("seed %d, slot %d", SEED, i)
                    .isEqualTo(SlotStore.Outcome.CREATED);
        }
        assertThat(store.findOrCreate(1, 2, birth(), 0, found)).isEqualTo(SlotStore.Outcome.FULL);
        final Random again = new Random(SEED);
        for (int i = 0; i < slots; i++) {
            assertThat(store.find(again.nextLong(), again.nextLong(), found)).isTrue();
        }
    }

    @Test
    void shouldNeverReuseALife() {
        final SlotStore store = store(16);
        final FoundSlot found = new FoundSlot();
        long before = 0;
        for (int i = 0; i < 1_000; i++) {
            store.findOrCreate(0, 7, birth(), 0, found);
            assertThat(BucketSlotDescriptor.generation(found.life())).isGreaterThan(before);
            before = BucketSlotDescriptor.generation(found.life());
            assertThat(store.remove(0, 7, found)).isTrue();
            assertThat(store.find(0, 7, found)).isFalse();
        }
    }

    @Test
    void shouldCreateOneSlotForAKeyThatManyThreadsCreateAtOnce() throws Exception {
        final int threads = 4;
        final int rounds = 3_000;
        final int keys = 8;
        final SlotStore store = store(64);
        final AtomicInteger created = new AtomicInteger();
        final AtomicInteger others = new AtomicInteger();
        final long[][] lives = new long[threads][keys];
        final List<Throwable> failures = new ArrayList<>();
        final FoundSlot mine = new FoundSlot();
        final CyclicBarrier start = new CyclicBarrier(threads);
        final CyclicBarrier end = new CyclicBarrier(threads, () -> {
            for (int key = 0; key < keys; key++) {
                for (int thread = 1; thread < threads; thread++) {
                    if (lives[thread][key] != lives[0][key]) {
                        failures.add(new AssertionError("two lives of key " + key));
                    }
                }
                if (!store.remove(crowdedHigh(key), key, mine) || store.find(crowdedHigh(key), key, mine)) {
                    failures.add(new AssertionError("not there, or there twice: key " + key));
                }
            }
        });
        final List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            final int thread = i;
            running.add(new Thread(() -> {
                final FoundSlot found = new FoundSlot();
                final SlotBirth birth = birth();
                try {
                    for (int round = 0; round < rounds; round++) {
                        start.await();
                        for (int key = 0; key < keys; key++) {
                            final SlotStore.Outcome outcome =
                                    store.findOrCreate(crowdedHigh(key), key, birth, 0, found);
                            if (outcome == SlotStore.Outcome.CREATED) {
                                created.incrementAndGet();
                            } else if (outcome != SlotStore.Outcome.FOUND) {
                                others.incrementAndGet();
                            }
                            lives[thread][key] = found.life();
                        }
                        end.await();
                    }
                } catch (final Exception e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        running.forEach(Thread::start);
        for (final Thread thread : running) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(others.get()).as("full or contended").isZero();
        assertThat(created.get()).isEqualTo(rounds * keys);
        assertThat(store.used()).isZero();
    }
}
