package openclaw.edge.proxy.h1;

import openclaw.edge.proxy.exchange.LoopContext;

/** What the HTTP/1 connections of one event loop share: parsers and writer (they keep no state between calls), settings. */
public final class H1Loop {
    final LoopContext loop;
    /** In force; an exchange keeps those that its head was read under. */
    H1Settings settings;

    final RequestHeadParser requestParser = new RequestHeadParser();
    final ResponseHeadParser responseParser = new ResponseHeadParser();
    final HeadWriter writer = new HeadWriter();
    final UnfinishedHeads unfinished = new UnfinishedHeads();

    public H1Loop(final LoopContext loop, final H1Settings settings) {
        this.loop = loop;
        this.settings = settings;
    }

    /** Other settings hold from now on. On the loop. */
    public void settings(final H1Settings next) {
        settings = next;
    }

    /** Closes the connection whose head has been unfinished longest, to make room for another; false if there is none. */
    public boolean makeRoom() {
        return unfinished.evictOldest(loop);
    }

    /** Whether connections are to be closed after the exchange that they serve. */
    boolean isDraining() {
        return loop.isDraining();
    }
}
