package openclaw.edge.billing.aggregate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import openclaw.edge.ledger.record.Life;

/**
 * Sums of one file as bytes, to be added in another run that sums up by the same {@link BillingCells#rules() rules}.
 *
 * <pre>
 *   records read, 8 | in the cycle, 8 | latest admission, 8
 *   number of unknown tenants, 4 | per tenant: id, requests, exempt, tokens, 8 each
 *   number of lanes, 4 | per lane: life, 16; lane, 4; number of cells, 4; per cell: its number, 4; its row
 * </pre>
 */
final class SavedSums {
    private SavedSums() {}

    static byte[] encode(UsageAggregator sums) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeLong(sums.read());
            out.writeLong(sums.inCycle());
            out.writeLong(sums.latestAdmissionNs());
            out.writeInt(sums.unknownTenants().size());
            for (Map.Entry<Long, UsageTotal> unknown : sums.unknownTenants().entrySet()) {
                out.writeLong(unknown.getKey());
                out.writeLong(unknown.getValue().requests());
                out.writeLong(unknown.getValue().exemptRequests());
                out.writeLong(unknown.getValue().tokens());
            }
            List<LaneSums> lanes = sums.lanes();
            out.writeInt(lanes.size());
            for (LaneSums lane : lanes) {
                out.writeLong(lane.life().high());
                out.writeLong(lane.life().low());
                out.writeInt(lane.lane());
                lane.write(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** What was encoded; its bytes were checked by whoever kept them. */
    static UsageAggregator decode(byte[] bytes, BillingCells cells) {
        UsageAggregator sums = new UsageAggregator(cells);
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            sums.addCounts(in.readLong(), in.readLong(), in.readLong());
            for (int left = in.readInt(); left > 0; left--) {
                UsageTotal total = new UsageTotal();
                sums.unknownTenants().put(in.readLong(), total);
                total.addUsage(in.readLong(), in.readLong(), in.readLong());
            }
            for (int left = in.readInt(); left > 0; left--) {
                Life life = new Life(in.readLong(), in.readLong());
                sums.findLane(life, in.readInt()).read(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sums;
    }
}
