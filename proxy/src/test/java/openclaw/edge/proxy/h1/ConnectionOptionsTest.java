package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import openclaw.edge.proxy.exchange.Head;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row: Connection naming framing fields, Host or identity fields: nomination ignored; other nominated fields are dropped. */
class ConnectionOptionsTest {
    private static WireReader.Message request(final String fieldLines) {
        return WireReader.request("GET / HTTP/1.1\r\nHost: a\r\n" + fieldLines + "\r\n")
                .only();
    }

    @Test
    void shouldDropEveryNominatedFieldInAnyCase() {
        final WireReader.Message m = request(
                "X-A: 1\r\nx-b: 2\r\nX.B: 3\r\nConnection: x-a , close,, X-B\r\nX-a: 4\r\nConnection: cookie\r\nCookie: 5\r\nX-C: 6\r\n");
        assertThat(m.head.nominations()).isEqualTo(3);
        assertThat(ConnectionOptions.dropNominated(m.head)).isEqualTo(4);
        assertThat(m.fields())
                .containsExactly("Host: a", "X.B: 3", "Connection: x-a , close,, X-B", "Connection: cookie", "X-C: 6");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: a",
                "Content-Length: 0",
                "Authorization: x",
                "X-Api-Key: x",
                "apikey: x",
                "X-Tenant-Id: x",
                "X-Agent-Id: x",
                "x-openclaw-agent-id: x",
                "X-Consumer-Id: x",
                "X-Consumer-Agent: x",
                "X-Request-Id: x",
                "Via: x",
                "Max-Forwards: 1",
                "Connection: x"
            })
    void shouldIgnoreNominationsOfFieldsThatTheRequestIsJudgedBy(final String field) {
        final String name = field.substring(0, field.indexOf(':'));
        final WireReader.Message m = WireReader.request(
                        "GET / HTTP/1.1\r\n" + (name.equals("Host") ? "" : "Host: a\r\n") + field
                                + "\r\nConnection: x-other, " + name + "\r\n\r\n")
                .only();
        assertThat(ConnectionOptions.dropNominated(m.head)).isZero();
        assertThat(m.fields()).contains(field);
    }

    @Test
    void shouldIgnoreANominationOfTransferEncoding() {
        final WireReader.Message m = WireReader.request(
                        "POST / HTTP/1.1\r\nHost: a\r\nConnection: transfer-encoding, y\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .only();
        assertThat(m.head.framing()).isEqualTo(Head.Framing.CHUNKED);
        assertThat(ConnectionOptions.dropNominated(m.head)).isZero();
    }

    @Test
    void shouldLeaveStandingHopByHopFieldsToTheForwarder() {
        final WireReader.Message m =
                request("Connection: upgrade, te, x\r\nUpgrade: websocket\r\nTE: trailers\r\nX: 1\r\n");
        assertThat(ConnectionOptions.dropNominated(m.head)).isEqualTo(1);
        assertThat(m.fields()).contains("Upgrade: websocket", "TE: trailers").doesNotContain("X: 1");
    }

    @Test
    void shouldFindAnOption() {
        final Head head = request("Connection: keep-alive,\tUpgrade \r\nConnection: x\r\n").head;
        assertThat(ConnectionOptions.names(head, WireReader.ascii("upgrade"))).isTrue();
        assertThat(ConnectionOptions.names(head, WireReader.ascii("x"))).isTrue();
        assertThat(ConnectionOptions.names(head, WireReader.ascii("upgrad"))).isFalse();
        assertThat(ConnectionOptions.names(request("").head, WireReader.ascii("x")))
                .isFalse();
    }
}
