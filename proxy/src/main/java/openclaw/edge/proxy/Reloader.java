package openclaw.edge.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import openclaw.edge.crdt.TableException;
import openclaw.edge.proxy.config.EdgeConfig;
import openclaw.edge.proxy.config.ReloadCounters;
import openclaw.edge.proxy.config.RestartOnly;
import openclaw.edge.yaml.ConfigurationException;
import openclaw.edge.yaml.FailureWords;
import openclaw.edge.yaml.YamlReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings changed files into force while the node serves: when told to, and by itself once their digests have changed and then
 * stayed the same for two polls, so that a file is not read half written. The whole set is read and checked as {@code check}
 * does; anything wrong changes nothing, is logged and counted, and is not tried again until the files change. For one thread.
 *
 * <p>Digests are taken before files are read: what changes in between differs from them at the next poll and is read again.
 */
final class Reloader {
    /** Polls without a change after the one that saw it. */
    static final int STABLE_POLLS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);

    private final FileDigests digests = new FileDigests();
    private final Path file;
    private final UnaryOperator<String> environment;
    private final LongSupplier epochMs;
    private final ReloadCounters counters;
    private final Target target;

    private EdgeConfig running;
    /** Of the files in force. */
    private Map<Path, String> applied;
    /** Of the files when they were last looked into, for good or ill: these are the files that are watched. */
    private Map<Path, String> settled;
    /** Of the files while they differ from {@link #settled}; null while they do not. */
    private Map<Path, String> changing;

    private int stablePolls;

    /** What files that are in order are given to. */
    @FunctionalInterface
    interface Target {
        /**
         * Puts them in force as one, or throws and changes nothing.
         *
         * @throws StartException when the machine does not give what they ask for
         * @throws IllegalArgumentException when they do not fit each other
         * @throws TableException when the tables have no room for the catalog
         */
        void put(NodeFiles files);
    }

    /**
     * Watches the files of a configuration that is in force.
     *
     * @param running the configuration in force; paths in it stay meaningful while the process does not change its directory
     * @param inForce {@link #digests} of it, taken before the files that it names were read
     * @param environment a variable's value by its name, null when undefined
     * @param epochMs milliseconds since 1970
     */
    Reloader(
            final EdgeConfig running,
            final Map<Path, String> inForce,
            final UnaryOperator<String> environment,
            final LongSupplier epochMs,
            final ReloadCounters counters,
            final Target target) {
        this.running = running;
        this.file = Path.of(running.fileName());
        this.environment = environment;
        this.epochMs = epochMs;
        this.counters = counters;
        this.target = target;
        this.applied = inForce;
        this.settled = inForce;
        counters.succeeded(epochMs.getAsLong());
    }

    /** The digests of a configuration as it was read and of the files that it names as they are now. */
    static Map<Path, String> digests(final EdgeConfig config) {
        final Map<Path, String> digests = new FileDigests().of(config.files());
        digests.put(Path.of(config.fileName()), FileDigests.of(config.fileBytes()));
        digests.putAll(config.filesRead());
        return digests;
    }

    private Set<Path> watched(final EdgeConfig one, final EdgeConfig other) {
        final Set<Path> files = new LinkedHashSet<>();
        files.add(file);
        files.addAll(one.files());
        files.addAll(other.files());
        return files;
    }

    /** Looks at the files; to be called once a second. */
    void poll() {
        final Map<Path, String> now = digests.of(settled.keySet());
        if (now.equals(settled)) {
            changing = null;
        } else if (!now.equals(changing)) {
            changing = now;
            stablePolls = 0;
        } else if (++stablePolls >= STABLE_POLLS) {
            load(now);
        }
    }

    /** Reads the files now, whatever polls have seen. */
    void reload() {
        digests.forget();
        load(digests.of(settled.keySet()));
    }

    private void load(final Map<Path, String> now) {
        changing = null;
        settled = now;
        if (now.entrySet().containsAll(applied.entrySet())) {
            // Also when a bad version was taken back.
            settled = applied;
            counters.unchanged(epochMs.getAsLong());
            LOG.info("reload: {} and the files that it names are what is in force; nothing to do", file);
            return;
        }
        try {
            apply(now);
        } catch (final ConfigurationException | StartException | TableException | IllegalArgumentException e) {
            refused(e.getMessage());
        } catch (final RuntimeException | OutOfMemoryError | StackOverflowError e) {
            refused("an error that was not foreseen: " + FailureWords.of(e));
            LOG.error("reload: that was not foreseen", e);
        }
    }

    private void apply(final Map<Path, String> now) {
        final YamlReader reader = new YamlReader(environment);
        final EdgeConfig next = EdgeConfig.read(reader, file);
        settled = digests.of(watched(running, next));
        settled.replaceAll(now::getOrDefault);
        settled.putAll(next.filesRead());
        final NodeFiles files = NodeFiles.read(reader, next);
        RestartOnly.check(running, next, reader.problems());
        reader.problems().throwIfAny();
        final List<Path> changed = changed();
        target.put(files);
        running = next;
        settled.keySet().retainAll(watched(next, next));
        applied = settled;
        counters.applied(epochMs.getAsLong());
        LOG.info("reload: in force now, changed were {}", changed);
    }

    private List<Path> changed() {
        final List<Path> changed = new ArrayList<>();
        settled.forEach((path, digest) -> {
            if (!digest.equals(applied.get(path))) {
                changed.add(path);
            }
        });
        return changed;
    }

    private void refused(final String why) {
        counters.refused();
        LOG.error("reload: refused, nothing changed:\n{}", why);
    }
}
