//! What the values of a carrier are drawn for.

/// What the values of a carrier are drawn for; every use has its own stream.
#[derive(Clone, Copy)]
pub(crate) enum Salt {
    Who = 16,
    Contacts,
    Packet,
    Status,
    Fmcsa,
    Insurance,
    Certificate,
    Safety,
    Risk,
    Agreement,
    PacketTables,
    Incidents,
    Vins,
    Monitoring,
    Blocking,
    Invitation,
    Preview,
    Term,
    Request,
    Fleet,
    Inspection,
    Coverage,
}
