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

pub(crate) const LEGAL_FORMS: &[&str] = &["LLC", "LLC", "LLC", "LLC", "Inc", "Inc", "Inc", "Corp", "Co", "LP", ""];

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

/// With letters and marks that not every program takes.
pub(crate) const HARD_LAST_NAMES: &[&str] =
    &["O'Specimen", "Núñez-Ejemplo", "Éclairmont", "D'Inventé", "van der Placeholder", "Muñoz y Ficticio"];

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

/// An insurance company, with its financial strength as A.M. Best would have it.
pub(crate) struct Insurer {
    pub(crate) name: &'static str,
    pub(crate) rating: &'static str,
    pub(crate) size: &'static str,
}

const fn insurer(name: &'static str, rating: &'static str, size: &'static str) -> Insurer {
    Insurer { name, rating, size }
}

pub(crate) const INSURERS: &[Insurer] = &[
    insurer("Specimen Casualty Company", "A+", "XV"),
    insurer("Placeholder Mutual Insurance", "A", "XII"),
    insurer("Sample Indemnity Group", "A-", "IX"),
    insurer("Mock Fire & Marine", "A", "VIII"),
    insurer("Fictional Surety Corp", "B++", "VI"),
    insurer("Example Underwriters Ltd", "A", "XIV"),
    insurer("Imaginary Lines Insurance Exchange", "A-", "X"),
    insurer("Invented National Assurance", "A+", "XIII"),
];

pub(crate) const PRODUCERS: &[&str] =
    &["Sample Truck Insurance Agency", "Example Brokers Inc", "Placeholder Risk Services", "Mockford Insurance"];

pub(crate) const BANKS: &[&str] =
    &["Sample State Bank", "First Placeholder Bank", "Bank of Exampleville", "Mockford Credit Union"];
