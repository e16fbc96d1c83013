//! Word lists that combine into invented companies, people and places.

/// With [`NAME_TAILS`]: the invented name of a company or a person.
pub(crate) const NAME_HEADS: &[&str] = &[
    "Amber", "Brack", "Cinder", "Dapple", "Elder", "Fallow", "Glim", "Harrow", "Ivor", "Jasper", "Kestr", "Lark",
    "Marrow", "Nettle", "Oaken", "Pebble", "Quill", "Russet", "Sable", "Thistle", "Umber", "Vesper", "Willow",
    "Yarrow", "Zephyr", "Bramble", "Copper", "Drift", "Fennel", "Gorse", "Hazel", "Juniper",
];

pub(crate) const NAME_TAILS: &[&str] = &[
    "moor", "wick", "fen", "holt", "mere", "combe", "dell", "garth", "stead", "thorpe", "march", "low", "water",
    "gate", "ridge", "shaw", "brook", "crest", "field", "haven", "cliff", "wold", "pike", "burn",
];

pub(crate) const TRADES: &[&str] = &[
    "Freight",
    "Transport",
    "Logistics",
    "Carriers",
    "Hauling",
    "Trucking",
    "Express",
    "Lines",
    "Transfer",
    "Cartage",
    "Motor Freight",
    "Transportation",
    "Delivery",
    "Freight Systems",
    "Trans",
    "Trucking & Sons",
];

pub(crate) const LEGAL_FORMS: &[&str] = &["LLC", "LLC", "LLC", "Inc", "Inc", "Corp", "Co", "LP"];

pub(crate) const MEXICAN_NAMES: &[&str] = &[
    "Transportes Peñablanca",
    "Fletes Río Inventado",
    "Autolíneas Ñandú",
    "Cargas Montesól",
    "Líneas del Ejemplo",
    "Transportes Águila Ficticia",
    "Fletera Canción",
    "Camiones Jardín",
];

pub(crate) const FIRST_NAMES: &[&str] = &[
    "Ada", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hector", "Iris", "José", "Karen", "Luis", "Maria",
    "Nora", "Oscar", "Paula", "Quentin", "Rosa", "Sam", "Tina", "Ulises", "Vera", "Walter", "Zoë",
];

pub(crate) const TITLES: &[&str] =
    &["Owner", "President", "Dispatcher", "Operations Manager", "Safety Manager", "Accounting", "Driver", ""];

pub(crate) const STREETS: &[&str] = &[
    "Sample St",
    "Example Ave",
    "Placeholder Rd",
    "Fictional Blvd",
    "Test Track Ln",
    "Demo Dr",
    "Mock Ct",
    "Imaginary Way",
    "Specimen Pkwy",
    "Synthetic Pl",
];

pub(crate) const CITIES: &[&str] = &[
    "Sampleton",
    "Exampleville",
    "Mockford",
    "Testburg",
    "Demo Springs",
    "Fictional Falls",
    "Placeholder Park",
    "Port Specimen",
    "Saint Example",
    "New Mockingham",
    "Syntheton",
    "Lake Imaginary",
];

pub(crate) const STATES: &[&str] = &[
    "AL", "AR", "AZ", "CA", "CO", "FL", "GA", "IA", "IL", "IN", "KS", "KY", "LA", "MI", "MN", "MO", "NC", "NE", "NJ",
    "NY", "OH", "OK", "OR", "PA", "SC", "TN", "TX", "UT", "VA", "WA", "WI",
];

pub(crate) const STATE_NAMES: &[&str] = &[
    "Alabama",
    "Arizona",
    "California",
    "Georgia",
    "Illinois",
    "Indiana",
    "Kansas",
    "Missouri",
    "Ohio",
    "Ontario",
    "Texas",
    "Washington",
];

pub(crate) const INSURERS: &[&str] = &[
    "Specimen Casualty Company",
    "Placeholder Mutual Insurance",
    "Sample Indemnity Group",
    "Mock Fire & Marine",
    "Fictional Surety Corp",
    "Example Underwriters Ltd",
];

pub(crate) const PRODUCERS: &[&str] =
    &["Sample Truck Insurance Agency", "Example Brokers Inc", "Placeholder Risk Services", "Mockford Insurance"];

pub(crate) const BANKS: &[&str] =
    &["Sample State Bank", "First Placeholder Bank", "Bank of Exampleville", "Mockford Credit Union"];
