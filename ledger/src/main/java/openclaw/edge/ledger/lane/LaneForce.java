package openclaw.edge.ledger.lane;

import static openclaw.edge.ledger.lane.LaneDescriptor.*;

import java.io.IOException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Forces one lane's file, and moves its watermark. All that was committed before a force begins is covered by it: while one
 * runs the next group gathers. Belongs to the forcing thread.
 */
public final class LaneForce {
    private static final int PAGE_LENGTH = 4096;

    private final LaneFile file;
    private final UnsafeBuffer buffer;
    private final DurableWatermark watermark;
    private final DurableDisk disk;
    private final int slots;
    private boolean storeAgain;

    /**
     * A force that has done nothing yet.
     *
     * @param file of the lane
     * @param watermark of the same lane
     * @param disk that is asked
     */
    public LaneForce(final LaneFile file, final DurableWatermark watermark, final DurableDisk disk) {
        this.file = file;
        this.buffer = file.region().buffer();
        this.watermark = watermark;
        this.disk = disk;
        this.slots = file.slots();
    }

    /**
     * Forces the file if records were committed since the last force.
     *
     * @return how many records became durable
     * @throws IOException when the disk fails: the watermark stands
     */
    public int force() throws IOException {
        final long durable = watermark.sequence();
        final long committed = committed(durable);
        if (committed == durable) {
            return 0;
        }
        if (storeAgain) {
            dirtyAll();
        }
        storeAgain = true;
        file.force(disk);
        storeAgain = false;
        watermark.advance(committed);
        return (int) (committed - durable);
    }

    private long committed(final long from) {
        long sequence = from;
        while (buffer.getLongVolatile(
                        HEADER_LENGTH + (int) (sequence + 1 & slots - 1) * SLOT_LENGTH + SLOT_SEQUENCE_OFFSET)
                == sequence + 1) {
            sequence++;
        }
        return sequence;
    }

    /**
     * After a force that failed the kernel takes the pages for clean, and the next force would leave them out: every page is
     * stored to again. Adding nothing to a word changes no content, whatever the event loop stores there meanwhile.
     */
    private void dirtyAll() {
        for (int at = 0; at < buffer.capacity(); at += PAGE_LENGTH) {
            buffer.getAndAddLong(at, 0);
        }
    }
}
