package openclaw.edge.proxy.notice;

import java.util.List;
import openclaw.edge.catalog.BillingTerms;
import openclaw.edge.catalog.Quota;
import openclaw.edge.crdt.QuotaRow;
import openclaw.edge.proxy.decide.AdmissionPart;
import openclaw.edge.proxy.decide.TenantEntry;

/** The quota of one tenant's cycle, with the parts of it at which to notify. Immutable. */
record QuotaWatch(QuotaNotice.Subject subject, QuotaRow row, List<NoticeThreshold> thresholds, int allBits) {
    private QuotaWatch(final QuotaNotice.Subject subject, final QuotaRow row, final List<NoticeThreshold> thresholds) {
        this(
                subject,
                row,
                thresholds,
                thresholds.stream().mapToInt(NoticeThreshold::bit).sum());
    }

    /** What is to be watched at an instant of cycle time; null where there is no quota or nobody to be told. */
    static QuotaWatch of(final TenantEntry tenant, final BillingTerms billing, final long epochNs) {
        final AdmissionPart part = tenant.partAt(epochNs);
        final long quota = part.terms().cycleQuota();
        if (quota == Quota.NONE || billing.alertWebhook().isEmpty()) {
            return null;
        }
        return new QuotaWatch(
                new QuotaNotice.Subject(tenant.id(), part.terms(), billing),
                part.quota(),
                NoticeThreshold.of(billing.reminderThreshold(), quota));
    }

    /** The same cycle as another configuration sees it: told whom and as that says. */
    QuotaWatch with(final BillingTerms billing) {
        return new QuotaWatch(
                new QuotaNotice.Subject(subject.tenant(), subject.terms(), billing),
                row,
                NoticeThreshold.of(billing.reminderThreshold(), subject.terms().cycleQuota()));
    }

    /** What distinguishes it from every other watch. */
    String name() {
        return subject.tenant() + '/' + subject.terms().cycle().id();
    }

    /** First instant after the cycle. */
    long cycleEndNs() {
        return subject.terms().cycle().endNs();
    }
}
