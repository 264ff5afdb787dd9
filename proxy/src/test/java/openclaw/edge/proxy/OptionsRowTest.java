package openclaw.edge.proxy;

import static openclaw.edge.proxy.UpstreamsUnderTest.head;
import static openclaw.edge.proxy.UpstreamsUnderTest.servers;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import openclaw.edge.proxy.exchange.EdgeCounter;
import openclaw.edge.proxy.h1.RawClient;
import openclaw.edge.proxy.h1.ScriptedUpstream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The row OPTIONS of the rules for requests, through a whole node over real sockets. */
@Timeout(60)
final class OptionsRowTest {
    @TempDir
    private Path directory;

    @Test
    @DisplayName("OPTIONS with Max-Forwards 0 answered here, else decremented; * only with OPTIONS")
    void shouldAnswerOrForwardOptions() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                UpstreamsUnderTest edge = new UpstreamsUnderTest(directory, 1, servers(upstream));
                RawClient client = edge.client()) {
            for (final String target : new String[] {"*", "/v1/rate", "http://h"}) {
                final RawClient.Response here = client.send(head("OPTIONS", target, "Max-Forwards: 0\r\n"))
                        .read();
                assertThat(here.status()).isEqualTo(200);
                assertThat(here.head()).contains("\r\nAllow: ").doesNotContain("TRACE", "CONNECT");
            }
            assertThat(upstream.received).isEmpty();
            assertThat(edge.count(EdgeCounter.ANSWERED_HERE)).isEqualTo(3);

            assertThat(client.send(head("OPTIONS", "http://h", "Max-Forwards: 1\r\n"))
                            .read()
                            .status())
                    .isEqualTo(200);
            assertThat(client.send(head("OPTIONS", "*", "")).read().status()).isEqualTo(200);
            assertThat(upstream.received).hasSize(2);
            assertThat(upstream.received.get(0).head())
                    .startsWith("OPTIONS * HTTP/1.1\r\nHost: h\r\n")
                    .contains("\r\nMax-Forwards: 0\r\n");
            assertThat(upstream.received.get(1).head())
                    .startsWith("OPTIONS * HTTP/1.1\r\n")
                    .doesNotContain("Max-Forwards");

            assertThat(client.send(head("GET", "*", "")).read().status()).isEqualTo(400);
            assertThat(upstream.received).hasSize(2);
        }
    }
}
