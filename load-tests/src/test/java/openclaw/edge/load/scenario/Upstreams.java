package openclaw.edge.load.scenario;

import java.io.IOException;
import openclaw.edge.load.harness.Pause;
import openclaw.edge.load.harness.ScriptedUpstream.Turn;

/** An upstream whose path says how it behaves. */
final class Upstreams {
    static final String BODY = "{\"subject\":\"example.com\",\"score\":0.87}";

    private Upstreams() {}

    /** The script; unknown paths answer 200 with {@link #BODY}. */
    static boolean byPath(final Turn turn) throws IOException {
        switch (turn.path()) {
            case "/fail" -> {
                turn.readBody();
                return turn.respond(503, "{\"error\":\"busy\"}");
            }
            case "/die" -> {
                turn.readBody();
                turn.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
                Pause.ms(5);
                return turn.reset();
            }
            case "/nonsense" -> {
                turn.readBody();
                turn.send("SMTP ready\r\n\r\n");
                return false;
            }
            case "/silent" -> {
                turn.readBody();
                Pause.ms(3_000);
                return false;
            }
            case "/hold" -> {
                turn.readBody();
                Pause.ms(1_000);
                return turn.respond(200, BODY);
            }
            case "/slow" -> {
                turn.readBody();
                Pause.ms(30);
                return turn.respond(200, BODY);
            }
            case "/chunked" -> {
                turn.readBody();
                turn.send(
                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
                return true;
            }
            case "/chunked-cut" -> {
                turn.readBody();
                turn.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                return false;
            }
            default -> {
                turn.readBody();
                return turn.respond(200, BODY);
            }
        }
    }
}
