package openclaw.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code check} as scripts call it. */
final class CheckProcessTest {
    @TempDir
    private Path directory;

    @Test
    void shouldEndWithZeroForAGoodConfiguration() throws Exception {
        write("edge.yaml", "upstream: {servers: [http://127.0.0.1:9000]}\ncatalog: [billing.yaml]\n");
        write("billing.yaml", "plans: {free: {monthly_quota: 1_000}}\ntenants: [{id: acme, plan: free}]\n");

        try (EdgeProcess edge = EdgeProcess.start(directory, "check", "-c", "edge.yaml")) {
            assertThat(edge.exitCode()).as(edge.err()).isZero();
            assertThat(edge.out()).isEqualTo("configuration 'edge.yaml' OK\n");
            assertThat(edge.err()).isEmpty();
        }
    }

    @Test
    void shouldEndWithOneAndNameFileLineAndKeyOnStandardError() throws Exception {
        write("edge.yaml", """
                upstream: {servers: [http://127.0.0.1:9000], headers: {Authorization: ["hush"]}}
                listen: here
                catalog: [billing.yaml, absent.yaml]
                portal: {listen: 127.0.0.1:8282}
                """);
        write("billing.yaml", "plans: {free: {monthly_qouta: 1_000}}\ntenants: [{id: acme, plan: free}]\n");

        try (EdgeProcess edge = EdgeProcess.start(directory, "check", "-c", "edge.yaml")) {
            assertThat(edge.exitCode()).isEqualTo(1);
            assertThat(edge.out()).isEmpty();
            assertThat(edge.err())
                    .contains(
                            "edge.yaml:1: upstream.headers.Authorization: expected text, found a list",
                            "edge.yaml:2: listen: expected HOST:PORT like 127.0.0.1:8080 or [::1]:8080, found here",
                            "edge.yaml:4: portal: expected no such key: the portal is not in this version; remove it",
                            "billing.yaml:1: plans.free.monthly_qouta: ",
                            "(did you mean 'monthly_quota'?)",
                            "absent.yaml: expected a file that exists, found none")
                    .doesNotContain("hush", "\tat ");
        }
    }

    @Test
    void shouldEndWithTwoForAWrongCall() throws Exception {
        try (EdgeProcess edge = EdgeProcess.start(directory, "check")) {
            assertThat(edge.exitCode()).isEqualTo(2);
            assertThat(edge.err()).contains("Missing required option: '--config=EDGE_YAML'");
        }
    }

    private void write(String name, String text) throws Exception {
        Files.writeString(directory.resolve(name), text);
    }
}
