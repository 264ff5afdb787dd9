package openclaw.edge.billing;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that Maven wrote into the jar. */
final class BillingVersion implements IVersionProvider {
    private static final String PROPERTIES = "/META-INF/maven/openclaw.edge/edge-billing-batch/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = BillingVersion.class.getResourceAsStream(PROPERTIES)) {
            if (in != null) {
                properties.load(in);
            }
        }
        return new String[] {
            "OpenClaw Edge " + properties.getProperty("version", "(not from a jar)") + ", Java " + Runtime.version()
        };
    }
}
