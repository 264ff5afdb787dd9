package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.HexFormat;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.VoidRecord;

/** Records for people: columns of fixed width, since nobody knows what is yet to come. */
final class TableRecords implements RecordPrinter {
    private static final int NODE_WIDTH = 10;
    private static final int LIFE_DIGITS = 8;
    private static final int LANE_WIDTH = 4;
    private static final int SEQUENCE_WIDTH = 10;
    private static final int NAME_WIDTH = 20;
    private static final int ROUTE_WIDTH = 24;
    private static final int OUTCOME_WIDTH = 15;
    private static final int STATUS_WIDTH = 6;
    private static final int TOKENS_WIDTH = 8;
    private static final int BYTES_WIDTH = 10;
    private static final int MILLIS_WIDTH = 10;
    private static final int SUM_WIDTH = 15;
    private static final int INSTANT_WIDTH = 30;
    private static final int LIFE_SHIFT = 32;
    private static final long NS_PER_US = 1000;
    private static final int US_DIGITS = 3;

    private final RunningSums sums;
    private final Lines lines;
    private final StringBuilder out;
    private final NameDictionary names;
    private final Text.Instants instants = new Text.Instants();

    TableRecords(Lines lines, NameDictionary names) {
        this(lines, names, null);
    }

    /**
     * With running sums.
     *
     * @param sums of all up to the record that is printed; null for none
     */
    TableRecords(Lines lines, NameDictionary names, RunningSums sums) {
        this.sums = sums;
        this.lines = lines;
        this.out = lines.line();
        this.names = names;
    }

    @Override
    public void head() {
        left("ADMITTED", INSTANT_WIDTH);
        left("NODE", NODE_WIDTH);
        left("LIFE", LIFE_DIGITS);
        right("LANE", LANE_WIDTH);
        right("SEQUENCE", SEQUENCE_WIDTH);
        left("TENANT", NAME_WIDTH);
        left("AGENT", NAME_WIDTH);
        left("ROUTE", ROUTE_WIDTH);
        left("MODEL", NAME_WIDTH);
        left("OUTCOME", OUTCOME_WIDTH);
        right("STATUS", STATUS_WIDTH);
        right("TOKENS", TOKENS_WIDTH);
        right("IN", BYTES_WIDTH);
        right("OUT", BYTES_WIDTH);
        right("MILLIS", MILLIS_WIDTH);
        if (sums != null) {
            right("REQUESTS SO FAR", SUM_WIDTH);
            right("TOKENS SO FAR", SUM_WIDTH);
        }
        end();
    }

    @Override
    public void usage(UsageRecord record, String node, Path file, long positionBytes) {
        Outcome outcome = record.outcome();
        begin(record.admittedNs(), record.lifeHigh(), node);
        right(record.lane(), LANE_WIDTH);
        right(record.sequence(), SEQUENCE_WIDTH);
        name(record.tenantId(), NAME_WIDTH);
        name(record.agentId(), NAME_WIDTH);
        name(record.routeId(), ROUTE_WIDTH);
        name(record.modelId(), NAME_WIDTH);
        left(outcome == null ? "(interim)" : outcome.name(), OUTCOME_WIDTH);
        right(record.status(), STATUS_WIDTH);
        right(record.chargedTokens(), TOKENS_WIDTH);
        right(record.bytesIn(), BYTES_WIDTH);
        right(record.bytesOut(), BYTES_WIDTH);
        millis(record.latencyNs());
        if (sums != null) {
            right(sums.requests(), SUM_WIDTH);
            right(sums.tokens(), SUM_WIDTH);
        }
        end();
    }

    private void begin(long timeNs, long lifeHigh, String node) {
        instants.append(out, timeNs);
        out.append("  ");
        left(node.isEmpty() ? "-" : node, NODE_WIDTH);
        Text.hex(out, lifeHigh >>> LIFE_SHIFT, LIFE_DIGITS);
        out.append("  ");
    }

    private void end() {
        int length = out.length();
        while (length > 0 && out.charAt(length - 1) == ' ') {
            length--;
        }
        out.setLength(length);
        lines.end();
    }

    private void left(String text, int width) {
        int from = out.length();
        Text.plain(out, text);
        pad(width - (out.length() - from));
        out.append("  ");
    }

    private void name(long id, int width) {
        String text = names.text(id);
        left(text.isEmpty() ? "-" : text, width);
    }

    private void right(String text, int width) {
        pad(width - text.length());
        out.append(text).append("  ");
    }

    private void right(long number, int width) {
        long limit = 10;
        int digits = number < 0 ? 2 : 1;
        for (; digits < width && Math.abs(number) >= limit; digits++) {
            limit *= 10;
        }
        pad(width - digits);
        out.append(number).append("  ");
    }

    private void pad(int spaces) {
        for (int i = 0; i < spaces; i++) {
            out.append(' ');
        }
    }

    /** Milliseconds with three digits behind the point. */
    private void millis(long ns) {
        long us = ns / NS_PER_US;
        String fraction = Long.toString(1000 + us % 1000).substring(1);
        pad(MILLIS_WIDTH - Long.toString(us / 1000).length() - 1 - US_DIGITS);
        out.append(us / 1000).append('.').append(fraction);
    }

    private void control(long timeNs, long lifeHigh, String node, String kind, String text) {
        begin(timeNs, lifeHigh, node);
        out.append(kind).append(' ');
        Text.plain(out, text);
        end();
    }

    @Override
    public void open(OpenRecord record) {
        String previous =
                record.previous().isNone() ? "none" : record.previous().toString();
        control(
                record.timeNs(),
                record.lifeHigh(),
                record.node(),
                "OPEN",
                record.lanes() + " lanes; life before: " + previous);
    }

    @Override
    public void close(CloseRecord record) {
        StringBuilder text = new StringBuilder(record.isRecovered() ? "by the next life;" : "orderly;");
        for (int lane = 0; lane < record.lanes(); lane++) {
            text.append(' ').append(lane).append(':').append(record.sequence(lane));
        }
        control(record.timeNs(), record.lifeHigh(), "", "CLOSE", text.toString());
    }

    @Override
    public void tick(TickRecord record) {
        StringBuilder text = new StringBuilder(record.isRolled() ? "new file; " : "");
        text.append(record.openExchanges()).append(" open, complete before ");
        text.append(Text.instant(record.completeBeforeNs())).append(';');
        for (int lane = 0; lane < record.lanes(); lane++) {
            text.append(' ').append(lane).append(':').append(record.sequence(lane));
        }
        text.append("; ").append(record.heardLives()).append(" lives heard, ");
        text.append(record.metrics()).append(" metrics");
        control(record.timeNs(), record.lifeHigh(), "", "TICK", text.toString());
    }

    @Override
    public void catalog(CatalogRecord record) {
        control(
                record.timeNs(),
                record.lifeHigh(),
                "",
                "CATALOG",
                HexFormat.of().formatHex(record.sha256()));
    }

    @Override
    public void gone(VoidRecord record) {
        control(
                record.timeNs(),
                record.lifeHigh(),
                "",
                "VOID",
                "lane " + record.lane() + ": " + record.from() + "-" + record.to() + " are gone");
    }

    @Override
    public void loss(LossRecord record) {
        control(
                record.firstNs(),
                record.lifeHigh(),
                "",
                "LOSS",
                "lane " + record.lane() + ", loss " + record.lossId() + ": " + record.requests() + " requests, "
                        + record.tokens() + " tokens of " + names.text(record.tenantId()) + ", up to "
                        + Text.instant(record.lastNs()));
    }

    @Override
    public void deleted(DeletedRecord record) {
        control(
                record.timeNs(),
                record.lifeHigh(),
                "",
                "DELETED",
                "lane " + record.lane() + ": " + record.from() + "-" + record.to() + ", admitted from "
                        + Text.instant(record.firstAdmittedNs()) + " to " + Text.instant(record.lastAdmittedNs()));
    }

    @Override
    public void deletedFile(DeletedFileRecord record) {
        control(
                record.timeNs(),
                0,
                "",
                "DELETED_FILE",
                record.name() + ": " + record.usageRecords() + " records, committed by " + record.readers());
    }

    @Override
    public void name(NameRecord record) {
        out.append("NAME ").append(record.kind()).append(' ');
        Text.hex(out, record.id());
        out.append(' ');
        Text.plain(out, record.name());
        end();
    }
}
