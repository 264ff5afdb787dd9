package openclaw.edge.billing.journal;

import java.nio.file.Path;
import java.util.HexFormat;
import java.util.function.IntToLongFunction;
import openclaw.edge.ledger.read.NameDictionary;
import openclaw.edge.ledger.record.CatalogRecord;
import openclaw.edge.ledger.record.CloseRecord;
import openclaw.edge.ledger.record.DeletedFileRecord;
import openclaw.edge.ledger.record.DeletedRecord;
import openclaw.edge.ledger.record.LossRecord;
import openclaw.edge.ledger.record.NameRecord;
import openclaw.edge.ledger.record.OpenRecord;
import openclaw.edge.ledger.record.Outcome;
import openclaw.edge.ledger.record.Phase;
import openclaw.edge.ledger.record.TickRecord;
import openclaw.edge.ledger.record.UsageRecord;
import openclaw.edge.ledger.record.UsageRecordDescriptor;
import openclaw.edge.ledger.record.VoidRecord;

/** Records as JSON, one object a line, with all their fields. */
final class JsonRecords implements RecordPrinter {
    private static final int CRC_DIGITS = 8;
    private static final int ID_DIGITS = 16;

    private final RunningSums sums;
    private final Lines lines;
    private final NameDictionary names;
    private final Json json;

    JsonRecords(Lines lines, NameDictionary names) {
        this(lines, names, null);
    }

    /**
     * With running sums.
     *
     * @param sums of all up to the record that is printed; null for none
     */
    JsonRecords(Lines lines, NameDictionary names, RunningSums sums) {
        this.sums = sums;
        this.lines = lines;
        this.names = names;
        this.json = new Json(lines.line());
    }

    private void end() {
        json.end();
        lines.end();
    }

    @Override
    public void head() {
        // Objects name their fields themselves.
    }

    @Override
    public void usage(UsageRecord record, String node, Path file, long positionBytes) {
        Outcome outcome = record.outcome();
        Phase phase = record.phase();
        json.begin("usage")
                .text("node", node)
                .life("life", record.lifeHigh(), record.lifeLow())
                .count("lane", record.lane())
                .count("sequence", record.sequence())
                .count("exchange", record.exchange())
                .instant("admitted", record.admittedNs())
                .text("tenant", names.text(record.tenantId()))
                .text("agent", names.text(record.agentId()))
                .text("route", names.text(record.routeId()))
                .text("model", names.text(record.modelId()))
                .flag("final", record.isFinal())
                .text("outcome", outcome == null ? "" : outcome.name())
                .count("status", record.status())
                .text("phase", phase == null ? "" : phase.name())
                .flag("exempt", record.isExempt())
                .flag("recovered", (record.flags() & UsageRecordDescriptor.FLAG_RECOVERED) != 0)
                .count("requests", record.requests())
                .count("admitted_tokens", record.admittedTokens())
                .count("charged_tokens", record.chargedTokens())
                .count("input_tokens", record.inputTokens())
                .count("output_tokens", record.outputTokens())
                .count("bytes_in", record.bytesIn())
                .count("bytes_out", record.bytesOut())
                .count("latency_ns", record.latencyNs())
                .hexOrNull("request_id_hash", record.requestIdHash(), ID_DIGITS)
                .hexOrNull("crc", record.crc(), CRC_DIGITS)
                .text("file", file.toString())
                .count("position", positionBytes);
        if (sums != null) {
            json.count("sum_requests", sums.requests()).count("sum_tokens", sums.tokens());
        }
        end();
    }

    @Override
    public void open(OpenRecord record) {
        json.begin("open")
                .text("node", record.node())
                .life("life", record.lifeHigh(), record.lifeLow())
                .instant("time", record.timeNs())
                .count("lanes", record.lanes())
                .life("previous", record.previous().high(), record.previous().low());
        list("previous_sequences", record.previousLanes(), record::previousSequence);
        end();
    }

    @Override
    public void close(CloseRecord record) {
        json.begin("close")
                .life("life", record.lifeHigh(), record.lifeLow())
                .instant("time", record.timeNs())
                .flag("recovered", record.isRecovered());
        list("sequences", record.lanes(), record::sequence);
        end();
    }

    @Override
    public void tick(TickRecord record) {
        json.begin("tick")
                .life("life", record.lifeHigh(), record.lifeLow())
                .instant("time", record.timeNs())
                .flag("rolled", record.isRolled())
                .count("open_exchanges", record.openExchanges())
                .instantOrNull("complete_before", record.completeBeforeNs());
        list("sequences", record.lanes(), record::sequence);
        StringBuilder out = json.inside("heard").append('[');
        for (int i = 0; i < record.heardLives(); i++) {
            int at = record.heardPosition(i);
            out.append(i == 0 ? "" : ",")
                    .append("{\"life\":\"")
                    .append(record.heardLife(at))
                    .append("\",\"sequences\":");
            list(out, record.heardLanes(at), lane -> record.heardSequence(at, lane));
            out.append('}');
        }
        out.append(']');
        json.inside("metrics").append('{');
        for (int i = 0; i < record.metrics(); i++) {
            out.append(i == 0 ? "" : ",");
            Text.json(out, names.text(record.metricId(i)));
            Text.count(out.append(':'), record.metricTotal(i));
        }
        out.append('}');
        end();
    }

    @Override
    public void catalog(CatalogRecord record) {
        json.begin("catalog")
                .life("life", record.lifeHigh(), record.lifeLow())
                .instant("time", record.timeNs())
                .text("sha256", HexFormat.of().formatHex(record.sha256()));
        end();
    }

    @Override
    public void gone(VoidRecord record) {
        json.begin("void")
                .life("life", record.lifeHigh(), record.lifeLow())
                .count("lane", record.lane())
                .instant("time", record.timeNs())
                .count("from", record.from())
                .count("to", record.to());
        end();
    }

    @Override
    public void loss(LossRecord record) {
        json.begin("loss")
                .life("life", record.lifeHigh(), record.lifeLow())
                .count("lane", record.lane())
                .count("loss_id", record.lossId())
                .instant("first", record.firstNs())
                .instant("last", record.lastNs())
                .text("tenant", names.text(record.tenantId()))
                .count("requests", record.requests())
                .count("tokens", record.tokens());
        end();
    }

    @Override
    public void deleted(DeletedRecord record) {
        json.begin("deleted")
                .life("life", record.lifeHigh(), record.lifeLow())
                .count("lane", record.lane())
                .instant("time", record.timeNs())
                .count("from", record.from())
                .count("to", record.to())
                .instant("first_admitted", record.firstAdmittedNs())
                .instant("last_admitted", record.lastAdmittedNs());
        end();
    }

    @Override
    public void deletedFile(DeletedFileRecord record) {
        json.begin("deleted_file")
                .text("file", record.name())
                .instant("time", record.timeNs())
                .count("bytes", record.fileBytes())
                .count("records", record.usageRecords())
                .text("sha256", HexFormat.of().formatHex(record.sha256()))
                .text("readers", record.readers());
        end();
    }

    @Override
    public void name(NameRecord record) {
        json.begin("name")
                .text("kind", String.valueOf(record.kind()))
                .hexOrNull("id", record.id(), ID_DIGITS)
                .hexOrNull("scope", record.scope(), ID_DIGITS)
                .text("name", record.name());
        end();
    }

    private void list(String name, int size, IntToLongFunction values) {
        list(json.inside(name), size, values);
    }

    private static void list(StringBuilder out, int size, IntToLongFunction values) {
        out.append('[');
        for (int i = 0; i < size; i++) {
            Text.count(out.append(i == 0 ? "" : ","), values.applyAsLong(i));
        }
        out.append(']');
    }
}
