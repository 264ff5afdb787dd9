package openclaw.edge.proxy.h1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import openclaw.edge.proxy.exchange.BufferBudget;
import openclaw.edge.proxy.exchange.LoopContext;
import openclaw.edge.proxy.exchange.LoopTurn;
import openclaw.edge.proxy.exchange.OutputGate;
import org.junit.jupiter.api.Test;

/** What a flush brings about while it runs. */
final class OutputGateTest {
    private static final int BEYOND_WATER_MARK = 70_000;

    @Test
    void shouldPassWhatIsWrittenWhileItPasses() {
        final LoopContext loop = new LoopContext(
                0,
                null,
                Unpooled.buffer().alloc(),
                new LoopTurn(),
                new BufferBudget(1, 1 << 20),
                new PassThrough(),
                new TestJournal());
        final EmbeddedChannel channel = new EmbeddedChannel(new OutputGate(loop), new WritesWhenWritable());

        channel.write(Unpooled.wrappedBuffer(new byte[BEYOND_WATER_MARK]), channel.voidPromise());
        assertThat(channel.isWritable()).isFalse();
        channel.flush();

        assertThat(nextBytes(channel)).isEqualTo(BEYOND_WATER_MARK);
        assertThat(nextBytes(channel)).isOne();
        channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[2]), channel.voidPromise());
        assertThat(nextBytes(channel)).isEqualTo(2);
        channel.checkException();
        channel.close();
    }

    private static int nextBytes(final EmbeddedChannel channel) {
        final ByteBuf next = channel.readOutbound();
        assertThat(next).as("a message came out").isNotNull();
        final int bytes = next.readableBytes();
        next.release();
        return bytes;
    }

    /** As a connection that goes on with requests which waited for room. */
    private static final class WritesWhenWritable extends ChannelInboundHandlerAdapter {
        @Override
        public void channelWritabilityChanged(final ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                context.writeAndFlush(Unpooled.wrappedBuffer(new byte[1]), context.voidPromise());
            }
        }
    }
}
