package openclaw.edge.proxy.decide;

import java.util.List;
import openclaw.edge.catalog.RequestPaths;
import openclaw.edge.proxy.exchange.Head;

/** The routes of a configuration: the first that matches holds. Immutable. */
public final class Routes {
    private final Route[] routes;
    private final Route everythingElse;

    /**
     * @param routes in their order
     * @param everythingElse for requests that no route matches, and for paths that could be read in two ways
     */
    public Routes(final List<Route> routes, final Route everythingElse) {
        this.routes = routes.toArray(new Route[0]);
        this.everythingElse = everythingElse;
    }

    /** The route of a request. A path that another server might read otherwise gets no route's privileges. */
    public Route find(final Head request) {
        if (routes.length == 0) {
            return everythingElse;
        }
        final byte[] bytes = request.bytes();
        final int offset = request.pathOffset();
        final int length = request.pathLength();
        if (RequestPaths.isAmbiguous(bytes, offset, length)) {
            return everythingElse;
        }
        for (int i = 0; i < routes.length; i++) {
            if (routes[i].matches(bytes, offset, length)) {
                return routes[i];
            }
        }
        return everythingElse;
    }

    /** The route of what no route matches. */
    public Route everythingElse() {
        return everythingElse;
    }
}
