package io.torvyn.wasi;

/** Where the parts of this host tell what their guest did, as often as they like. On the instance's thread. */
interface CapabilityReport {
    void denied(String capability, String detail);

    /** @param capability the narrowest one that would have been enough */
    void used(String capability);
}
