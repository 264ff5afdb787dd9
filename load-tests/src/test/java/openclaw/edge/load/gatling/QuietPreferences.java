package openclaw.edge.load.gatling;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.prefs.AbstractPreferences;
import java.util.prefs.Preferences;
import java.util.prefs.PreferencesFactory;

/**
 * Preferences in memory alone, for Gatling, which keeps there when it last asked the network for a newer version of itself, and
 * asks again when that is long ago. Here it always has just asked and got no answer, so that it never does; and nothing is written
 * into anybody's home directory. The JVM finds it by its entry in {@code META-INF/services}.
 */
public final class QuietPreferences implements PreferencesFactory {
    private static final String LAST_CHECK = "lastCheckTimestamp";
    private static final Preferences ROOT = new InMemory(null, "");

    @Override
    public Preferences systemRoot() {
        return ROOT;
    }

    @Override
    public Preferences userRoot() {
        return ROOT;
    }

    /** A node that forgets when the process ends. */
    private static final class InMemory extends AbstractPreferences {
        private final Map<String, String> values = new ConcurrentHashMap<>();

        InMemory(final AbstractPreferences parent, final String name) {
            super(parent, name);
            newNode = true;
        }

        @Override
        protected void putSpi(final String key, final String value) {
            values.put(key, value);
        }

        @Override
        protected String getSpi(final String key) {
            return key.equals(LAST_CHECK) ? Long.toString(System.currentTimeMillis()) : values.get(key);
        }

        @Override
        protected void removeSpi(final String key) {
            values.remove(key);
        }

        @Override
        protected void removeNodeSpi() {
            values.clear();
        }

        @Override
        protected String[] keysSpi() {
            return values.keySet().toArray(new String[0]);
        }

        @Override
        protected String[] childrenNamesSpi() {
            return new String[0];
        }

        @Override
        protected AbstractPreferences childSpi(final String name) {
            return new InMemory(this, name);
        }

        @Override
        protected void syncSpi() {
            // Nothing stands anywhere else.
        }

        @Override
        protected void flushSpi() {
            // Nothing stands anywhere else.
        }
    }
}
