/**
 * Notices about quotas: when a tenant's cycle reaches 0.8, {@code billing.reminder_threshold} and 1.0 of its quota,
 * {@code billing.alert_webhook} is told, at least once, under one idempotency key for tenant, cycle and threshold.
 *
 * <p>Nothing of it is kept in files of its own: what is due is read from the quota rows, which hold what all members have counted,
 * and which notices were sent is a grow-only mask on the same rows. So a notice that was under way when its node ended is due
 * again after the restart, or at another member at once, and receivers may see it twice under the same key.
 *
 * <p>All decisions are made on the housekeeping thread in {@link openclaw.edge.proxy.notice.QuotaNotices#poll}; sending is
 * asynchronous and bounded, and never touches an event loop.
 */
package openclaw.edge.proxy.notice;
