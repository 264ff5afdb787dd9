package openclaw.edge.load.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import openclaw.edge.load.harness.EdgeFiles;
import openclaw.edge.load.harness.RawClient;
import openclaw.edge.load.harness.RawResponse;

/**
 * Clients that keep their connections and are idle, in a process of their own, whose limit of open files is theirs alone: {@code
 * port count}. Each line on standard input is answered by one on standard output: {@code open} makes the connections, {@code
 * ask} sends a request on each, {@code leave} ends them.
 */
final class IdleClients {
    private final int port;
    private final int count;
    private final List<RawClient> clients = new ArrayList<>();

    private IdleClients(final int port, final int count) {
        this.port = port;
        this.count = count;
    }

    public static void main(final String[] arguments) throws IOException {
        final IdleClients idle = new IdleClients(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        final PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(line + " " + idle.run(line));
        }
    }

    /** How many connections it went well on. */
    private int run(final String order) throws IOException {
        switch (order) {
            case "open" -> {
                for (int i = 0; i < count; i++) {
                    clients.add(RawClient.connect(port));
                    ask(clients.get(i));
                }
            }
            case "ask" -> {
                for (final RawClient client : clients) {
                    ask(client);
                }
            }
            case "leave" -> {
                for (final RawClient client : clients) {
                    client.close();
                }
            }
            default -> throw new IOException("expected open, ask or leave, found " + order);
        }
        return clients.size();
    }

    private static void ask(final RawClient client) throws IOException {
        client.send(RawClient.get(EdgeFiles.KEY, "/v1/rate"));
        final RawResponse response = client.read();
        if (response.status() != 200 || !response.complete() || !response.body().equals(Upstreams.BODY)) {
            throw new IOException("an idle client was answered " + response);
        }
    }
}
