package openclaw.edge.catalog;

/** What has a bucket of its own under a limit. */
public enum Per {
    /** One bucket for the tenant. */
    TENANT,
    /** One bucket for each agent of the tenant. */
    AGENT
}
