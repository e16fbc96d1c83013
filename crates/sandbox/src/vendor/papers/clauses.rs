//! What stands in an agreement: invented clauses, for tests of software and nothing else.

/// The heading of each clause and its paragraphs.
pub(super) const CLAUSES: [(&str, &[&str]); 14] = [
    (
        "1. What this paper is",
        &[
            "This agreement is a specimen. A sandbox made it, so that software which stores, shows or reads agreements has one \
           to work with. It binds nobody, it is no legal advice, and no part of it is fit for use between real companies.",
        ],
    ),
    (
        "2. The parties",
        &[
            "\"Broker\" is the company named above as the broker. It arranges transportation for its customers, the shippers.",
            "\"Carrier\" is the company named above as the carrier. It transports freight for hire under the numbers shown.",
        ],
    ),
    (
        "3. Loads",
        &[
            "Broker offers loads, and Carrier is free to accept each or not. A load is agreed when both have confirmed it in \
           writing, with its places, its times, its freight and its rate. Neither promises the other any number of loads.",
        ],
    ),
    (
        "4. Authority and safety",
        &[
            "Carrier states that it holds the authority that its loads need, and that it keeps it while it has a load. It \
           notifies Broker within one business day when an authority is suspended or revoked, or when its safety rating changes.",
            "Carrier alone chooses, pays and directs its drivers, and sees that they and their vehicles are fit for the road.",
        ],
    ),
    (
        "5. No other carrier",
        &[
            "Carrier moves each load with vehicles that run under its own authority. It gives no load to another carrier, to a \
           broker or to a railroad, unless Broker has agreed to this load and this carrier in writing before.",
        ],
    ),
    (
        "6. Insurance",
        &[
            "Carrier keeps automobile liability insurance of at least $1,000,000 for each accident, and cargo insurance of at \
           least $100,000 for each shipment; more where the law asks for more. A certificate that names Broker as its holder \
           is on file before the first load, and a new one before the old one ends.",
            "A load with goods that a cargo policy leaves out is not accepted without cover for them.",
        ],
    ),
    (
        "7. Freight that is lost or damaged",
        &[
            "From its receipt until its delivery Carrier is liable for the freight, as far as the law makes a common carrier \
           liable. A claim is made in writing within nine months of the delivery; Carrier answers it within thirty days, and \
           pays or declines it within one hundred and twenty.",
            "Refrigerated freight is kept at the temperature on the bill of lading, and the record of the unit is kept for a year.",
        ],
    ),
    (
        "8. Rates and payment",
        &[
            "The rate of a load is the one confirmed for it, with nothing on top that was not confirmed. Broker pays within \
           thirty days of an invoice with a signed proof of delivery. Carrier asks neither shipper nor receiver for payment.",
            "If Carrier has assigned its invoices to a factoring company, Broker pays that company until both say otherwise.",
        ],
    ),
    (
        "9. Customers of the broker",
        &[
            "For twelve months after its last load for a shipper whom Broker introduced, Carrier takes no freight from that \
           shipper but through Broker, unless it has worked for that shipper before.",
        ],
    ),
    (
        "10. Independence",
        &[
            "Each party is a company of its own. Nothing here makes one of them the agent, partner or employer of the other.",
        ],
    ),
    (
        "11. Confidence",
        &[
            "Rates, customers and what the parties learn of each other's business stay between them, save where the law asks.",
        ],
    ),
    (
        "12. Term and end",
        &[
            "This agreement begins on the day it is signed and runs for a year; it then goes on from year to year. Either party \
           ends it with thirty days' notice in writing. Loads that are under way are finished and paid.",
        ],
    ),
    (
        "13. Disputes",
        &[
            "The parties first try to settle a dispute by talking, for thirty days. What they cannot settle goes to the courts \
           of the state in which Broker has its office, under the law of that state and of the United States.",
        ],
    ),
    (
        "14. The whole agreement",
        &[
            "This paper is all that was agreed. It is changed in writing alone, and if one clause of it fails, the others stand. \
           A signature given electronically counts as one given by hand.",
        ],
    ),
];
